internal import Logging
internal import Octets
internal import Tunnel

/// What the daemon says of its peers: events at debug level, none with a key but the start of a public one.
struct Journal: Sendable {
  let logger: Logger

  /// Logs an event of a peer.
  func log(_ report: Report) {
    logger.debug("\(Self.name(report.publicKey)): \(report.event.text)")
  }

  /// Logs that the network refused handshake messages.
  func lostMessages(_ count: Int) {
    logger.debug("\(count) handshake messages could not be sent")
  }

  /// A peer as people recognise it: the start and the end of its public key in base64.
  static func name(_ key: Octets32) -> String {
    let text = key.base64
    return "peer(\(text.prefix(4))...\(text.dropLast().suffix(4)))"
  }
}

extension Report.Event {
  fileprivate var text: String {
    switch self {
    case .sentInitiation: "sent handshake initiation"
    case .sentResponse: "received handshake initiation, sent response"
    case .receivedResponse: "received handshake response; session is up"
    case .sessionConfirmed: "session confirmed by the peer"
    case .receivedCookie: "received a cookie; the next handshake message will carry it"
    case .retry: "handshake did not complete after 5 seconds, retrying"
    case .gaveUp: "handshake did not complete after 18 attempts, giving up"
    case .stoppedHearing: "retrying handshake because we stopped hearing back after 15 seconds"
    case .erased: "removed all keys, since none was renewed for 540 seconds"
    case .roamed: "moved to another endpoint"
    }
  }
}

extension Octets32 {
  /// The bytes in base64. For public values: not constant time.
  var base64: String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var text = ""
    for start in stride(from: 0, to: 32, by: 3) {
      let group = (0..<3).reduce(0) { $0 << 8 | (start + $1 < 32 ? Int(self[start + $1]) : 0) }
      for digit in 0..<4 { text.append(start + digit <= 32 ? alphabet[group >> (18 - 6 * digit) & 63] : "=") }
    }
    return text
  }
}
