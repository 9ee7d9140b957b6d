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
public struct FolderRepository<Files: MachineFiles>: RepositorySource {
  private let folder: String
  private let files: Files

  /// The repository in a folder.
  public init(folder: String, files: Files) {
    self.folder = folder
    self.files = files
  }

  // Every system takes the repository's own slashes for separators.
  private func place(_ path: String) -> String { folder + files.separator + path }

  /// A document; one that cannot be read counts as missing.
  public func document(_ path: String, limit: Int) -> FetchedDocument {
    do throws(ClientError) {
      guard let bytes = try files.read(place(path), limit: limit) else { return .missing }
      return .bytes(bytes)
    } catch {
      return error.status == .malformed ? .tooLong : .missing
    }
  }

  /// A file, copied.
  public func artifact(_ path: String, size: UInt64, to place: String) throws(ClientError) -> Bool {
    guard let bytes = try files.read(self.place(path), limit: Int(clamping: size)) else {
      throw ClientError(.stageFailed, "\(self.place(path)): missing from the repository")
    }
    try files.replace(place, with: bytes)
    return false
  }
}
