internal import Octets
internal import Tunnel

/// The answer to ADAPTER_STATE.
@frozen
public struct StateAnswer: BitwiseCopyable, Sendable, Equatable {
  /// How the request ends.
  public var completion: Completion
  /// What the output buffer receives, when it receives something: 0 down, 1 up.
  public var state: UInt32?

  init(_ status: Status) { completion = Completion(status) }

  init(isUp: Bool) {
    completion = Completion(.success, information: UInt64(DriverInterface.stateLength))
    state = isUp ? 1 : 0
  }
}

extension DriverInterface {
  /// ADAPTER_STATE: takes the interface down (verb 0) or up (1), or asks (2). `input` is the whole input.
  public static func changeState<Host: DriverHost & ~Copyable>(
    _ input: RawSpan, outputLength: Int, _ host: inout Host
  ) -> StateAnswer {
    guard input.byteCount == stateLength else { return StateAnswer(.invalidParameter) }
    let isUp = host.withMachine { $0.isUp }
    switch input.littleEndian32(at: 0) {
    case 0:
      if !isUp { return StateAnswer(.alreadyComplete) }
      bringDown(&host)
      return StateAnswer(.success)
    case 1:
      if isUp { return StateAnswer(.alreadyComplete) }
      do throws(Status) {
        try bringUp(&host)
        return StateAnswer(.success)
      } catch {
        return StateAnswer(error)
      }
    case 2: return outputLength == stateLength ? StateAnswer(isUp: isUp) : StateAnswer(.invalidParameter)
    default: return StateAnswer(.invalidParameter)
    }
  }

  /// Opens the sockets, on the port the interface had before if it had one, and starts the peers.
  private static func bringUp<Host: DriverHost & ~Copyable>(_ host: inout Host) throws(Status) {
    host.port = try host.openSockets(on: host.port)
    let now = host.now
    host.withMachine { $0.bringUp(now) }
    host.stateChanged(isUp: true)
    host.carryOutEffects()
  }

  private static func bringDown<Host: DriverHost & ~Copyable>(_ host: inout Host) {
    host.withMachine { $0.bringDown() }
    host.carryOutEffects()
    host.stateChanged(isUp: false)
    host.closeSockets()
  }

  /// READ_LOG_LINE: whether the buffer is long enough; nil lets the request take a line or wait for one.
  public static func checkLogBuffer(byteCount: Int) -> Status? {
    byteCount < logEntryLength ? .bufferTooSmall : nil
  }
}
