internal import Foundation
internal import RolloutMetadata

/// Where the files of a repository come from. Nothing that it brings is believed for that.
public protocol RepositorySource {
  /// A document.
  func document(_ path: String, limit: Int) throws(ClientError) -> FetchedDocument
  /// Brings a file of exactly `size` bytes to `place`; returns whether it went on from what an earlier try had left there.
  func artifact(_ path: String, size: UInt64, to place: String) throws(ClientError) -> Bool
}

/// What a source says of a document.
public enum FetchedDocument: Equatable, Sendable {
  /// Its bytes.
  case bytes([UInt8])
  /// There is none.
  case missing
  /// It has more bytes than it may have.
  case tooLong
}

/// A repository in a folder.
struct FolderRepository: RepositorySource {
  let folder: String

  func document(_ path: String, limit: Int) -> FetchedDocument { Self.file(folder + "/" + path, limit: limit) }

  /// A file of at most `limit` bytes.
  static func file(_ path: String, limit: Int) -> FetchedDocument {
    guard let file = FileHandle(forReadingAtPath: path) else { return .missing }
    defer { try? file.close() }
    // One byte more than it may have says that it is too long.
    guard let data = try? file.read(upToCount: limit + 1) else { return .missing }
    return data.count > limit ? .tooLong : .bytes(Array(data))
  }

  func artifact(_ path: String, size: UInt64, to place: String) throws(ClientError) -> Bool {
    guard let bytes = try DurableFiles.read(folder + "/" + path, limit: Int(clamping: size)) else {
      throw ClientError(.stageFailed, "\(folder)/\(path): missing from the repository")
    }
    try DurableFiles.replace(place, with: bytes)
    return false
  }
}
