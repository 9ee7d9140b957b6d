public import Containers
public import DriverInterface
public import Octets
public import Timeline
public import Tunnel

// What the driver's shell does with the control interface, so that its generics are compiled and linked as Embedded Swift.

/// A host with sockets that are never opened.
struct ClientDriverHost: DriverHost, ~Copyable {
  var machine: Machine
  var port: UInt16 = 0
  let now: Now
  var isConnected = false

  mutating func withMachine<Result, Failure: Error>(
    _ body: (inout Machine) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { while machine.poll() != nil {} }
    return try body(&machine)
  }

  mutating func carryOutEffects() {}

  mutating func openSockets(on port: UInt16) throws(Status) -> UInt16 {
    guard port != 1 else { throw .addressAlreadyExists }
    return port
  }

  mutating func closeSockets() {}

  mutating func stateChanged(isUp: Bool) { isConnected = isUp }
}

/// One adapter of the driver.
public struct ClientAdapter: ~Copyable {
  var host: ClientDriverHost
  var log: AdapterLog

  /// An adapter that is down and empty.
  public init(storage: Storage, randomness: Randomness, now: Now) throws(StorageError) {
    let log = try AdapterLog(storage: storage)
    let machine = try Machine(storage: storage, randomness: randomness)
    self.log = log
    host = ClientDriverHost(machine: machine, now: now)
  }

  /// Answers one request.
  @_lifetime(output: copy output)
  public mutating func answer(
    _ code: ControlCode, _ input: RawSpan, _ output: inout MutableRawSpan
  ) -> Completion {
    if let status = DriverInterface.precheck(code, inputLength: input.byteCount) { return Completion(status) }
    switch code {
    case .read: return DriverInterface.read(into: &output, &host)
    case .observe: return DriverInterface.observe(into: &output, &host)
    case .write: return DriverInterface.write(input, &host)
    case .state:
      let answer = DriverInterface.changeState(input, outputLength: output.byteCount, &host)
      if let state = answer.state { output.store(littleEndian32: state, at: 0) }
      return answer.completion
    case .readLogLine:
      if let status = DriverInterface.checkLogBuffer(byteCount: output.byteCount) { return Completion(status) }
      guard let entry = log.removeFirst() else { return Completion(.pending) }
      output.store(entry, at: 0)
      return Completion(.success, information: UInt64(DriverInterface.logEntryLength))
    }
  }

  /// Logs what the machine reports.
  public mutating func note(_ report: Report, _ now: Now) -> Int {
    _ = log.note(report, now)
    log.append(LogLine(isUp: true), at: now.wall)
    log.append(LogLine(.warning, "No socket"), at: now.wall)
    return log.count
  }
}
