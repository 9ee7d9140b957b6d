import Containers
import ControlProtocolTesting
import DriverInterface
import Octets
import Simulation
import TestStorage
import Timeline
import Tunnel

/// An adapter without packets: its sockets are a port in a list, its effects a record of what the machine wanted.
struct TestHost: DriverHost, ~Copyable {
  var machine: Machine
  let memory = TestStorage()
  private let streams = RandomStreams(seed: 7)
  var now = Now(instant: Instant(nanoseconds: 1_000_000_000), wall: WallTime(seconds: 1_700_000_000, nanoseconds: 0))

  var port: UInt16 = 0
  /// The port the sockets in use are bound to.
  var boundPort: UInt16?
  /// Ports somebody else has.
  var takenPorts: Set<UInt16> = []
  private var nextRandomPort: UInt16 = 50_000
  /// States the link was told, oldest first.
  var linkStates: [Bool] = []
  /// Packets and messages that would have left.
  var effects: [Effect] = []
  var carriedOut = 0
  /// Set while `body` runs in the lane: nothing else of the host may be called then.
  private var isInLane = false

  init(limits: MachineLimits = MachineLimits()) {
    do {
      machine = try Machine(limits: limits, storage: memory.storage, randomness: streams.randomness)
    } catch {
      preconditionFailure("nothing is refused yet")
    }
  }

  mutating func withMachine<Result, Failure: Error>(
    _ body: (inout Machine) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition(!isInLane)
    isInLane = true
    defer {
      while let effect = machine.poll() { effects.append(effect) }
      isInLane = false
    }
    return try body(&machine)
  }

  mutating func carryOutEffects() {
    precondition(!isInLane)
    carriedOut = effects.count
  }

  mutating func openSockets(on port: UInt16) throws(Status) -> UInt16 {
    precondition(!isInLane)
    guard !takenPorts.contains(port) else { throw .addressAlreadyExists }
    if port == 0 { nextRandomPort += 1 }
    let bound = port == 0 ? nextRandomPort : port
    boundPort = bound
    return bound
  }

  mutating func closeSockets() {
    precondition(!isInLane && boundPort != nil)
    boundPort = nil
  }

  mutating func stateChanged(isUp: Bool) {
    precondition(!isInLane && boundPort != nil)
    linkStates.append(isUp)
  }
}

extension TestHost {
  /// Sends a SET.
  mutating func set(_ bytes: [UInt8]) -> Completion {
    withBytes(bytes) { DriverInterface.write($0, &self) }
  }

  /// Sends a GET with a buffer of `count` bytes that hold `filling`; the whole buffer afterwards.
  mutating func get(_ count: Int, filling: UInt8 = 0xee) -> (completion: Completion, bytes: [UInt8]) {
    var bytes = [UInt8](repeating: filling, count: count)
    var span = bytes.mutableSpan
    // SAFETY: bytes hold no pointers.
    var raw = unsafe span.mutableBytes
    let completion = DriverInterface.read(into: &raw, &self)
    return (completion, bytes)
  }

  /// Sends an OBSERVE with a buffer of `count` bytes; the whole buffer afterwards.
  mutating func observe(_ count: Int) -> (completion: Completion, bytes: [UInt8]) {
    var bytes = [UInt8](repeating: 0xee, count: count)
    var span = bytes.mutableSpan
    // SAFETY: bytes hold no pointers.
    var raw = unsafe span.mutableBytes
    let completion = DriverInterface.observe(into: &raw, &self)
    return (completion, bytes)
  }

  /// The whole configuration.
  mutating func configuration() -> [UInt8] {
    let size = Int(get(0).completion.information)
    return get(size).bytes
  }

  /// Sends a state verb.
  mutating func changeState(_ verb: [UInt8], outputLength: Int = 0) -> StateAnswer {
    withBytes(verb) { DriverInterface.changeState($0, outputLength: outputLength, &self) }
  }

  mutating func up() -> Status { changeState([1, 0, 0, 0]).completion.status }
  mutating func down() -> Status { changeState([0, 0, 0, 0]).completion.status }

  var isUp: Bool { machine.isUp }
  var peerCount: Int { machine.peerCount }
  var allowedIPCount: Int { machine.allowedIPCount }
  /// What is wrong with the machine.
  var contradiction: String? { machine.brokenInvariant().map { "\($0)" } }
  /// Whether a handshake worker has something to do.
  var wantsHandshake: Bool { machine.nextHandshake <= now.instant }
}
