internal import ControlProtocol
public import Octets
public import Timeline
public import Tunnel

/// One line of the log: a level and text, at most 119 bytes together. Says no secret.
public struct LogLine: BitwiseCopyable, Sendable {
  /// How grave it is; the raw value is the first byte of a line.
  @frozen
  public enum Level: UInt8, BitwiseCopyable, Sendable {
    case error = 0x31
    case warning = 0x32
    case information = 0x33
  }

  private var octets: FixedOctets<120>

  /// A line of `level` with `text`, a literal of at most 240 bytes; what is behind the 118th is cut off.
  public init(_ level: Level, _ text: StaticString) {
    self.init(level) { output in output.print(text) }
  }

  /// A line of `level` with what `print` writes, at most 240 bytes.
  @inline(__always)
  init(_ level: Level, _ print: (inout OutputSpan<UInt8>) -> Void) {
    let text = InlineArray<240, UInt8>(initializingWith: { output in
      print(&output)
      while output.freeCapacity > 0 { output.append(0) }
    })
    octets = FixedOctets()
    octets[0] = level.rawValue
    // The last of the 120 bytes stays zero.
    for i in 1..<119 { octets[i] = text[i - 1] }
  }

  /// "The interface is up", or down.
  public init(isUp: Bool) {
    self.init(.information, isUp ? "Interface up" : "Interface down")
  }

  /// What was not said.
  init(suppressed: UInt64) {
    self.init(.warning) { output in
      output.print(decimal: suppressed)
      output.print(" lines suppressed")
    }
  }

  /// What `report` says, about the peer by its number and where it was.
  public init(_ report: Report) {
    self.init(report.event.level) { output in
      output.print("Peer ")
      output.print(decimal: report.number)
      if let endpoint = report.endpoint {
        output.print(" (")
        output.print(endpoint)
        output.print(")")
      }
      output.print(": ")
      output.print(report.event.text)
    }
  }

  /// The line as an entry: when it was written, then the text, zeros behind it.
  public func entry(at time: WallTime) -> FixedOctets<128> {
    var entry = FixedOctets<128>()
    entry.withMutableBytes { bytes in
      bytes.store(littleEndian64: time.windowsTime, at: 0)
      bytes.store(octets, at: 8)
    }
    return entry
  }
}

extension Report.Event {
  /// Whether somebody's packets cause it, so that there may be many.
  var isCausedByPackets: Bool {
    switch self {
    case .sentInitiation, .sentResponse, .receivedResponse, .sessionConfirmed, .receivedCookie, .roamed: true
    case .retry, .gaveUp, .stoppedHearing, .erased: false
    }
  }

  var level: LogLine.Level {
    self == .gaveUp ? .warning : .information
  }

  var text: StaticString {
    switch self {
    case .sentInitiation: "Sending handshake initiation"
    case .sentResponse: "Received handshake initiation, sending response"
    case .receivedResponse: "Received handshake response, session established"
    case .sessionConfirmed: "Session confirmed by the peer"
    case .receivedCookie: "Received cookie"
    case .retry: "Handshake did not complete in 5 seconds, retrying"
    case .gaveUp: "Handshake did not complete in 90 seconds, giving up"
    case .stoppedHearing: "Nothing heard for 15 seconds, starting a new handshake"
    case .erased: "Zeroing out all keys, since there was no new session for 540 seconds"
    case .roamed: "Endpoint changed"
    }
  }
}
