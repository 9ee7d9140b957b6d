internal import Foundation

/// The inputs kept in `Tests/Fuzz/Corpus/inputs`: one a line in base64.
public enum FoundInputs {
  /// All of them; throws when the file is gone or a line is not base64.
  public static func read() throws -> [[UInt8]] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let text = try String(contentsOf: folder.appendingPathComponent("Corpus/inputs"), encoding: .utf8)
    return try text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
      guard let data = Data(base64Encoded: String(line)) else { throw CocoaError(.fileReadCorruptFile) }
      return Array(data)
    }
  }
}
