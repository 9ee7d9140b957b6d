/// How the program ends.
public enum ExitCode: Int32, Sendable {
  case done = 0
  /// Windows refused something.
  case refused = 1
  /// The arguments are wrong.
  case usage = 2
  /// A file has an error.
  case file = 3
  /// There is no such tunnel or file.
  case missing = 4
  /// The caller may not.
  case denied = 5
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
