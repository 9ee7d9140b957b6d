internal import Foundation

/// An artifact that is on its way, and beside it the tag that its server gave it: `57.part` and `57.part.tag`. What is in
/// it is worth nothing until somebody has compared it with the signed digest.
struct PartialFile {
  let path: String
  private var tagPath: String { path + ".tag" }

  /// The bytes that an earlier try has left and the tag they belong to; nil when there is nothing to go on from.
  func rest(of size: UInt64) -> (count: UInt64, tag: String)? {
    guard let tag = try? String(contentsOfFile: tagPath, encoding: .utf8), Self.isStrong(tag),
      let count = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? UInt64, count > 0, count < size
    else { return nil }
    return (count, tag)
  }

  /// Whether a tag stands for every byte of a file: one that is weak, or none at all, does not (RFC 9110, section 8.8.3).
  static func isStrong(_ tag: String) -> Bool {
    tag.utf8.count >= 2 && tag.utf8.count <= 256 && tag.hasPrefix("\"") && tag.hasSuffix("\"")
      && tag.utf8.dropFirst().dropLast().allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != 0x22 }
  }

  /// Opens it to be written from the beginning, or from an offset on; `tag` is what the server says now.
  func opened(at offset: UInt64, tag: String?) throws(TransferError) -> FileHandle {
    do {
      if offset == 0 {
        try? FileManager.default.removeItem(atPath: tagPath)
        try Data().write(to: URL(fileURLWithPath: path))
        if let tag, Self.isStrong(tag) { try Data(tag.utf8).write(to: URL(fileURLWithPath: tagPath), options: .atomic) }
      }
      let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      try file.truncate(atOffset: offset)
      return file
    } catch {
      throw TransferError(.storage, "\(path): \((error as NSError).localizedDescription)")
    }
  }

  /// Removes what is there.
  func discard() {
    try? FileManager.default.removeItem(atPath: path)
    try? FileManager.default.removeItem(atPath: tagPath)
  }

  /// Forgets the tag of a file that is whole.
  func finish() { try? FileManager.default.removeItem(atPath: tagPath) }
}
