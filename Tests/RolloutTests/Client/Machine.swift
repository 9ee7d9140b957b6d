import Rollout
import RolloutMetadata

/// A machine whose power can fail at every step: what is on its disk stays, all else is gone.
struct Machine {
  /// The power has failed.
  struct PowerCut: Error {}

  /// What survives.
  struct Disk: Equatable {
    var record: [UInt8]
    /// Slots and whether their files are whole.
    var slots: [UInt64: Bool]
    /// What the machine starts with.
    var current: UInt64
    var configuration = "as before"
    /// The configuration that was remembered.
    var snapshot: String?
  }

  var disk: Disk
  /// Steps until the power fails; nil when it does not.
  var stepsLeft: Int?
  var stepCount = 0
  /// What the new serial is like.
  var isBroken = false
  /// The disk refuses writes for this many of the next steps.
  var refusals = 0
  var boot: UInt64 = 0
  /// The serials that were ever started.
  var started: [UInt64] = []

  init(committed: UInt64) {
    disk = Disk(
      record: ClientRecord(component: .portable, committed: committed).stored, slots: [committed: true],
      current: committed)
  }

  private mutating func step() throws {
    stepCount += 1
    if let left = stepsLeft {
      if left == 0 { throw PowerCut() }
      stepsLeft = left - 1
    }
  }

  private mutating func isRefused() -> Bool {
    if refusals > 0 { refusals -= 1 }
    return refusals > 0
  }

  /// Stores the record; a refused write is tried until it succeeds, and nothing is done meanwhile.
  private mutating func store(_ record: ClientRecord) throws {
    while isRefused() { try step() }
    try step()
    disk.record = record.stored
  }

  /// Performs an action step by step; returns what is to be told to the machine.
  private mutating func perform(_ action: ClientAction) throws -> ClientEvent? {
    switch action {
    case .none: return nil
    case .fetch, .clean:
      try step()
      if case .clean(let keeping, let other) = action {
        for serial in disk.slots.keys where serial != keeping && serial != other {
          disk.slots[serial] = nil
          try step()
        }
        disk.snapshot = nil
      }
      return .done
    case .stage(let serial):
      if isRefused() { return .failed }
      disk.slots[serial] = false
      try step()
      disk.slots[serial] = true
      try step()
      return .done
    case .arm:
      if isRefused() { return .failed }
      try step()
      disk.snapshot = disk.configuration
      return .done
    case .start(let serial), .resume(let serial):
      if isRefused() { return .failed }
      guard disk.slots[serial] == true else { return .failed }
      started.append(serial)
      try step()
      disk.current = serial
      try step()
      disk.configuration = isBroken ? "broken" : "as before"
      try step()
      return .done
    case .probe:
      boot += 100
      try step()
      return .probed(
        [isBroken ? .configuration(before: [[1]], after: [[2]]) : .transfer(sent: 1, received: 1)],
        Reading(boot: boot, wall: 0))
    case .restore(let serial, let failed):
      guard let serial else { return .failed }
      try step()
      disk.current = serial
      try step()
      disk.configuration = disk.snapshot ?? disk.configuration
      try step()
      disk.slots[failed] = nil
      try step()
      return .done
    }
  }

  /// Goes on from the disk until nothing is to be done, or the power fails.
  mutating func run(deciding serial: UInt64?, withMachine: Bool = true) throws {
    var machine = ClientMachine(ClientRecord(stored: disk.record)!)
    var event: ClientEvent? = .started(withMachine: withMachine)
    var hasDecided = false
    while true {
      guard let next = event else {
        if case .probation = machine.record.progress {
          event = try perform(.probe(0))
          continue
        }
        guard let serial, !hasDecided, machine.record.progress == .idle else { return }
        hasDecided = true
        event = .decided(serial)
        continue
      }
      let action = machine.handle(next)
      if machine.record.stored != disk.record { try store(machine.record) }
      event = try perform(action)
    }
  }

  var record: ClientRecord { ClientRecord(stored: disk.record)! }
}
