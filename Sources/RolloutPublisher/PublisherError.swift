public import RolloutMetadata

/// Why the publisher could not do what was asked: what was wrong, where, and what to do.
public struct PublisherError: Error, Equatable, CustomStringConvertible, Sendable {
  /// The status the command ends with.
  public let status: ExitStatus
  /// For people.
  public let description: String

  /// An error.
  public init(_ status: ExitStatus, _ description: String) {
    self.status = status
    self.description = description
  }

  /// A document that is not right.
  init(_ error: MetadataError, _ hint: String = "") {
    self.init(error.exitStatus, string(error.text) + (hint.isEmpty ? "" : "; " + hint))
  }
}

/// The characters of a text of a document.
public func string(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

/// The bytes of a text.
public func octets(_ text: String) -> [UInt8] { Array(text.utf8) }

/// What `body` returns; an error of a document becomes one of the publisher's.
func publishing<Result>(_ hint: String = "", _ body: () throws(MetadataError) -> Result) throws(PublisherError)
  -> Result
{
  do throws(MetadataError) {
    return try body()
  } catch {
    throw PublisherError(error, hint)
  }
}
