public import Octets

/// What people give `wg` to change a tunnel: the arguments of `set`, and configuration files; into directives.
///
/// The grammar and the words of every complaint are those of `wg`, because scripts and people know them; our own parser of
/// files, which says more, is ConfigurationFile. Not done here: reading files, resolving names; a `ToolHost` does it.

/// What is wrong, in `wg`'s words; each line goes to the standard error.
public struct Complaint: Error, Equatable, Sendable {
  /// The lines, without line ends.
  public var lines: [String]

  /// One line.
  public init(_ line: String) { lines = [line] }
}

/// The system that texts are looked up in.
public protocol ToolHost {
  /// The number of the UDP port that a text is, or names.
  func port(_ text: String) throws(Complaint) -> UInt16

  /// The endpoint of a host, perhaps a name, and a port. `text` is both as they were given, for a complaint.
  func endpoint(host: String, port: String, text: String) throws(Complaint) -> Endpoint

  /// The key in a file; zeros when it is empty.
  func keyFile(_ path: String) throws(Complaint) -> Octets32

  /// Says at once what is strange but no error.
  func warn(_ line: String)
}
