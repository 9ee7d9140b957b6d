import RolloutMetadata

/// How the program ends.
public struct ExitCode: Equatable, Sendable {
  /// The number.
  public let rawValue: Int32

  init(_ rawValue: Int32) { self.rawValue = rawValue }

  /// The status of a channel's verb, which is the same on every system.
  init(_ status: ExitStatus) { rawValue = Int32(status.rawValue) }

  /// Everything went well.
  public static let done = ExitCode(0)
  /// Windows refused something.
  public static let refused = ExitCode(1)
  /// The arguments are wrong.
  public static let usage = ExitCode(2)
  /// A file has an error.
  public static let file = ExitCode(3)
  /// There is no such tunnel or file.
  public static let missing = ExitCode(4)
  /// The caller may not.
  public static let denied = ExitCode(5)
}

extension SystemError {
  /// How the program ends with this error.
  var exitCode: ExitCode {
    switch self {
    case .accessDenied: .denied
    case .fileNotFound, .pathNotFound, .notFound, .noService: .missing
    default: .refused
    }
  }

  /// What to do about it, a sentence; nil when only Windows' own words help.
  var remedy: String? {
    switch self {
    case .accessDenied: "run this from an elevated prompt"
    case .fileNotFound, .pathNotFound: "check the path"
    case .notFound, .noService: "`needletail show` lists the tunnels that are there"
    case .serviceExists: "it is there already: `needletail remove` it first, or `needletail configure` it"
    case .duplicateName: "another program has the port: write another ListenPort, or none"
    case .serviceFailed: "the event log says why (source Needletail)"
    case .markedForDeletion: "it is being removed: close the programs that show services, and try again"
    case .notSupported: "use the program for this computer's own processor"
    case .noSuchHost: "check the name in Endpoint, and that name servers can be reached"
    case .notEnoughMemory, .outOfMemory: "the system has no memory left: end other programs, and try again"
    default: nil
    }
  }
}

extension WindowsSystem {
  /// An error as people read it: what was to be done, Windows' words, the number, and what to do.
  func explain(_ what: String, _ error: SystemError) -> String {
    let words = words(for: error)
    let reason = words.utf8.isEmpty ? "" : "\(words) "
    let remedy = error.remedy.map { "; \($0)" } ?? ""
    return "\(what): \(reason)(error \(error.number))\(remedy)"
  }
}
