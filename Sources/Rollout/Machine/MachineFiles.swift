/// The files of a machine, as an update needs them: what a call has written is on the disk when it returns. Paths are the
/// system's own.
public protocol MachineFiles {
  /// What stands between the names of a path.
  var separator: String { get }
  /// The bytes of a file of at most `limit` bytes, nil when there is none. A longer one is `malformed`.
  func read(_ path: String, limit: Int) throws(ClientError) -> [UInt8]?
  /// Replaces a file as a whole: whoever reads it sees the old bytes or the new ones.
  func replace(_ path: String, with bytes: [UInt8]) throws(ClientError)
  /// Adds to the end of a file.
  func append(_ bytes: [UInt8], to path: String) throws(ClientError)
  /// Makes a folder and those above it; one that is there is no error.
  func makeFolder(_ path: String) throws(ClientError)
  /// Removes a file, or a folder with all that is in it, and no link's target; what is not there is no error.
  func remove(_ path: String) throws(ClientError)
  /// What is in a folder; nothing when there is none.
  func entries(in folder: String) throws(ClientError) -> [FolderEntry]
  /// Says whether a file is a program.
  func setExecutable(_ path: String, _ isExecutable: Bool) throws(ClientError)
  /// Has the list of the names beside `path` on the disk.
  func flushFolder(of path: String) throws(ClientError)
  /// Bytes that are free where `path` lies.
  func freeSpace(at path: String) throws(ClientError) -> UInt64
  /// Takes the lock of a file, and keeps it for as long as the program runs; `busy` when another has it.
  func lock(_ path: String) throws(ClientError)
  /// Bytes that nobody can guess.
  func random(_ count: Int) -> [UInt8]
}

/// A name in a folder.
public struct FolderEntry: Sendable {
  /// The name.
  public let name: String
  /// Whether it is a folder itself, and no link to one.
  public let isFolder: Bool

  /// An entry.
  public init(name: String, isFolder: Bool) {
    self.name = name
    self.isFolder = isFolder
  }
}
