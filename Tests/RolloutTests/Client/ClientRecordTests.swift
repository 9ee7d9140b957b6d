import Rollout
import RolloutMetadata
import Testing

struct ClientRecordTests {
  static let records: [ClientRecord] = {
    var probation = Probation(startsLeft: 1)
    probation.watched = 77
    probation.machineStarts = 2
    probation.isExtended = true
    probation.note = .idle
    let progress: [ClientRecord.Progress] = [
      .idle, .fetching(57), .staging(57), .arming(57), .switching(57, startsLeft: 2), .probation(57, probation),
      .committing(57, note: .inconclusive), .goingBack(57, .hang),
    ]
    return progress.map {
      var record = ClientRecord(component: .driver, committed: 56)
      record.progress = $0
      record.previous = 55
      record.quarantined = [40, 41]
      record.lastRollback = .init(serial: 41, reason: .crashLoop)
      record.stoppedInOrder = true
      record.sequence = 9
      return record
    } + [ClientRecord(component: .app)]
  }()

  @Test func `every record is read as it was written`() {
    for record in Self.records { #expect(ClientRecord(stored: record.stored) == record) }
  }

  @Test func `what was not written by a client is no record, whatever was changed`() {
    var generator = SeededGenerator()
    for _ in 0..<5000 {
      let original = Self.records[generator.below(Self.records.count)].stored
      var bytes = original
      for _ in 0...generator.below(3) {
        let place = generator.below(bytes.count)
        switch generator.below(3) {
        case 0: bytes[place] ^= 1 << UInt8(generator.below(8))
        case 1: bytes.remove(at: place)
        default: bytes.insert(UInt8(truncatingIfNeeded: generator.next()), at: place)
        }
      }
      if let record = ClientRecord(stored: bytes) { #expect(record.stored == bytes, generator.note) }
    }
    #expect(ClientRecord(stored: []) == nil)
    #expect(ClientRecord(stored: [UInt8](repeating: 0x20, count: ClientRecord.byteLimit + 1)) == nil)
  }

  @Test func `below the floor after a rollback is red, below it otherwise is not`() {
    var record = ClientRecord(component: .driver, committed: 56)
    #expect(!record.isBelowFloorAfterRollback(floor: 57))
    record.lastRollback = .init(serial: 57, reason: .probeFailed)
    #expect(record.isBelowFloorAfterRollback(floor: 57))
    #expect(!record.isBelowFloorAfterRollback(floor: 56))
    #expect(!record.isBelowFloorAfterRollback(floor: 58))
  }
}
