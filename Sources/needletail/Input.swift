internal import Foundation
internal import RolloutMetadata

/// Files that people write for this program.
enum Input {
  /// No such file is longer.
  static let limit = 16 << 20

  /// A JSON file as a value, or an error that names the file and the place in it.
  static func decode<Value: Decodable>(_ type: Value.Type, from path: String) throws -> Value {
    let bytes = try read(path)
    do {
      return try JSONDecoder().decode(type, from: bytes)
    } catch let error as DecodingError {
      throw Failure(.malformed, "\(path): \(describe(error))")
    }
  }

  private static func read(_ path: String) throws -> Data {
    do {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? file.close() }
      let bytes = try file.read(upToCount: limit + 1) ?? Data()
      guard bytes.count <= limit else { throw Failure(.malformed, "\(path): longer than \(limit) bytes") }
      return bytes
    } catch let failure as Failure {
      throw failure
    } catch {
      throw Failure(.failure, "\(path): \((error as NSError).localizedDescription)")
    }
  }

  private static func describe(_ error: DecodingError) -> String {
    func place(_ context: DecodingError.Context, _ key: (any CodingKey)? = nil) -> String {
      let keys = context.codingPath + (key.map { [$0] } ?? [])
      let path = keys.map { key in key.intValue.map { "[\($0)]" } ?? key.stringValue }.joined(separator: ".")
      return path.isEmpty ? "" : path + ": "
    }
    switch error {
    case .keyNotFound(let key, let context): return place(context, key) + "is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return place(context) + context.debugDescription
    case .dataCorrupted(let context):
      return place(context) + context.debugDescription
    @unknown default: return "cannot be read"
    }
  }

  /// A value as JSON with sorted keys, for programs to read.
  static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
