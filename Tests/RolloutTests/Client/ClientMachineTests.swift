import Rollout
import RolloutMetadata
import Testing

struct ClientMachineTests {
  @Test func `an update goes all the way`() throws {
    var machine = Machine(committed: 56)
    try machine.run(deciding: 57)
    #expect(machine.record.committed == 57 && machine.record.previous == 56 && machine.record.progress == .idle)
    #expect(machine.record.note == .proven)
    #expect(machine.disk.current == 57 && machine.disk.slots == [56: true, 57: true])
    try machine.run(deciding: 58)
    #expect(machine.disk.slots == [57: true, 58: true])
  }

  @Test func `a broken serial goes back by itself, with the configuration, and is not tried again`() throws {
    var machine = Machine(committed: 56)
    machine.isBroken = true
    try machine.run(deciding: 57)
    #expect(machine.record.committed == 56 && machine.record.quarantined == [57])
    #expect(machine.record.lastRollback == .init(serial: 57, reason: .probeFailed))
    #expect(machine.disk.current == 56 && machine.disk.slots == [56: true] && machine.disk.configuration == "as before")
    let started = machine.started
    try machine.run(deciding: 57)
    #expect(machine.started == started)
    machine.isBroken = false
    try machine.run(deciding: 58)
    #expect(machine.record.committed == 58 && machine.record.lastRollback == nil)
  }

  @Test(arguments: [false, true])
  func `T20 wherever the power fails, the machine comes to the old serial or the new one`(isBroken: Bool) throws {
    var whole = Machine(committed: 56)
    whole.isBroken = isBroken
    try whole.run(deciding: 57)
    #expect(whole.stepCount > 15)
    for first in 0..<whole.stepCount {
      // A second failure while it recovers from the first.
      for second in [nil, 0, 1, 2, 3, 5, 8] as [Int?] {
        var machine = Machine(committed: 56)
        machine.isBroken = isBroken
        machine.stepsLeft = first
        #expect(throws: Machine.PowerCut.self) { try machine.run(deciding: 57) }
        // What the machine starts with is whole at every moment.
        #expect(machine.disk.slots[machine.disk.current] == true, "step \(first)")
        machine.stepsLeft = second
        if second != nil { try? machine.run(deciding: nil) }
        #expect(machine.disk.slots[machine.disk.current] == true, "steps \(first), \(second ?? -1)")
        machine.stepsLeft = nil
        try machine.run(deciding: 57)
        let record = machine.record
        #expect(record.progress == .idle && machine.disk.current == record.committed, "steps \(first), \(second ?? -1)")
        #expect(record.committed == (isBroken ? 56 : 57), "steps \(first), \(second ?? -1)")
        #expect(machine.disk.configuration == "as before")
        #expect(machine.disk.slots[56] == true)
      }
    }
  }

  @Test func `T21 a disk that refuses at any moment costs the update and never what runs`() throws {
    for count in 1...24 {
      for serial in [UInt64(57)] {
        var machine = Machine(committed: 56)
        machine.refusals = count
        try machine.run(deciding: serial)
        let record = machine.record
        #expect(record.progress == .idle && machine.disk.current == record.committed, "\(count) refusals")
        #expect(machine.disk.slots[machine.disk.current] == true)
        #expect(record.committed == 56 || record.committed == 57)
      }
    }
  }

  @Test func `T22 three starts that crash bring the one before back on the fourth`() throws {
    var machine = ClientMachine(ClientRecord(component: .driver, committed: 56))
    for event in [ClientEvent.decided(57), .done, .done] { _ = machine.handle(event) }
    var starts = 0
    var action = machine.handle(.done)
    while action == .start(57) || action == .resume(57) {
      starts += 1
      // It crashes here, each time.
      action = machine.handle(.started(withMachine: true))
    }
    #expect(starts == 3)
    #expect(action == .restore(56, failed: 57))
    #expect(machine.record.progress == .goingBack(57, .crashLoop))
    _ = machine.handle(.done)
    #expect(machine.record.quarantined == [57])
  }

  @Test func `T23 a start that hangs goes back`() throws {
    var machine = ClientMachine(ClientRecord(component: .driver, committed: 56))
    for event in [ClientEvent.decided(57), .done, .done, .done] { _ = machine.handle(event) }
    #expect(machine.handle(.hung) == .restore(56, failed: 57))
    #expect(machine.record.progress == .goingBack(57, .hang))
    // Nothing else hangs.
    var idle = ClientMachine(ClientRecord(component: .driver, committed: 56))
    #expect(idle.handle(.hung) == .none && idle.record.progress == .idle)
  }

  @Test func `T22 a stop in order costs no start`() throws {
    var machine = ClientMachine(ClientRecord(component: .driver, committed: 56))
    for event in [ClientEvent.decided(57), .done, .done, .done] { _ = machine.handle(event) }
    for _ in 0..<10 {
      _ = machine.handle(.stopping)
      #expect(machine.handle(.started(withMachine: false)) == .resume(57))
    }
    #expect(machine.record.progress == .switching(57, startsLeft: 2))
    // One without order does.
    #expect(machine.handle(.started(withMachine: false)) == .resume(57))
    #expect(machine.record.progress == .switching(57, startsLeft: 1))
  }

  @Test func `T24 a rollback that fails is owed until it succeeds`() throws {
    var machine = ClientMachine(ClientRecord(component: .driver, committed: 56))
    for event in [ClientEvent.decided(57), .done, .done, .done, .hung] { _ = machine.handle(event) }
    for _ in 0..<5 {
      #expect(machine.handle(.failed) == .none)
      #expect(machine.record.progress == .goingBack(57, .hang))
      #expect(machine.handle(.decided(58)) == .none)
      #expect(machine.handle(.started(withMachine: true)) == .restore(56, failed: 57))
    }
    _ = machine.handle(.done)
    #expect(machine.record.progress == .idle && machine.record.committed == 56)
  }

  @Test func `T26 after the commit no number of crashes brings the old serial back`() throws {
    var machine = Machine(committed: 56)
    try machine.run(deciding: 57)
    var client = ClientMachine(machine.record)
    for _ in 0..<10 { #expect(client.handle(.started(withMachine: true)) == .none) }
    #expect(client.record.committed == 57)
  }

  @Test func `T28 no event but a rollback's leads from a commit backwards`() throws {
    var machine = Machine(committed: 56)
    try machine.run(deciding: 57)
    var client = ClientMachine(machine.record)
    let events: [ClientEvent] = [
      .done, .failed, .hung, .commitRequested, .stopping, .probed([], Reading(boot: 1, wall: 1)),
    ]
    for event in events {
      #expect(client.handle(event) == .none)
      #expect(client.record.committed == 57 && client.record.progress == .idle)
    }
    // Asked for, it is an installation like any other, with its probation.
    #expect(client.handle(.rollBackRequested) == .fetch(56))
  }

  @Test func `a rollback that was asked for is no reason to distrust the serial`() throws {
    var machine = ClientMachine(ClientRecord(component: .driver, committed: 56))
    for event in [ClientEvent.decided(57), .done, .done, .done, .done] { _ = machine.handle(event) }
    #expect(machine.handle(.rollBackRequested) == .restore(56, failed: 57))
    _ = machine.handle(.done)
    #expect(machine.record.quarantined == [])
    #expect(machine.handle(.decided(57)) == .fetch(57))
  }

  @Test func `what somebody has gone back from is not offered again, until it is asked for or something newer is kept`()
    throws
  {
    var machine = Machine(committed: 56)
    try machine.run(deciding: 57)
    // After the commit, by an installation of the one before; while that runs, nothing is refused.
    var client = ClientMachine(machine.record)
    func run(_ events: ClientEvent...) { for event in events { _ = client.handle(event) } }
    for event in [ClientEvent.rollBackRequested, .done, .done, .done, .done] {
      run(event)
      #expect(client.record.refused == [] && client.record.lastRollback == nil)
    }
    run(.commitRequested, .done)
    #expect(client.record.committed == 56 && client.record.progress == .idle)
    #expect(client.record.refused == [57] && client.record.quarantined == [])
    let record = client.record
    #expect(ClientRecord(stored: record.stored) == record)
    run(.quarantineCleared(58))
    #expect(client.record.refused == [57])
    run(.quarantineCleared(57))
    #expect(client.record.refused == [])
    // Another one that fails meanwhile changes nothing about it.
    client = ClientMachine(record)
    run(.decided(58), .done, .done, .done, .failed, .done)
    #expect(client.record.committed == 56 && client.record.refused == [58, 57])
    // Something newer.
    client = ClientMachine(record)
    run(.decided(58), .done, .done, .done, .done, .commitRequested, .done)
    #expect(client.record.committed == 58 && client.record.refused == [])
    // The other way round, the older one was not asked away.
    client = ClientMachine(record)
    run(.rollBackRequested, .done, .done, .done, .done, .commitRequested, .done)
    #expect(client.record.committed == 57 && client.record.refused == [])
    // When the one before cannot be had, or fails, nothing was left.
    for failing in [[ClientEvent.failed], [.done, .done, .done, .failed, .done]] {
      client = ClientMachine(machine.record)
      for event in [.rollBackRequested] + failing { run(event) }
      #expect(client.record.committed == 57 && client.record.progress == .idle && client.record.unwanted == nil)
    }
    // Before the commit.
    client = ClientMachine(ClientRecord(component: .driver, committed: 56))
    run(.decided(57), .done, .done, .done, .done, .rollBackRequested, .done)
    #expect(client.record.refused == [57])
  }

  @Test func `what failed is tried again when somebody clears it, and only so many are remembered`() {
    var record = ClientRecord(component: .driver, committed: 1)
    record.quarantined = Array(2..<UInt64(2 + ClientRecord.quarantineLimit))
    var machine = ClientMachine(record)
    #expect(machine.handle(.decided(2)) == .none)
    _ = machine.handle(.quarantineCleared(2))
    #expect(machine.handle(.decided(2)) == .fetch(2))
    let failing = [
      ClientEvent.done, .done, .done, .done, .probed([.crashes(newRecords: 1)], Reading(boot: 1, wall: 1)), .done,
    ]
    for event in failing { _ = machine.handle(event) }
    for event in [.decided(99)] + failing { _ = machine.handle(event) }
    #expect(machine.record.quarantined.count == ClientRecord.quarantineLimit)
    #expect(machine.record.quarantined.last == 99)
  }

  @Test func `T20 T24 no sequence of events breaks what a record promises`() {
    var generator = SeededGenerator()
    for _ in 0..<300 {
      var machine = ClientMachine(ClientRecord(component: .portable, committed: 56))
      var running = UInt64(56)
      for _ in 0..<80 {
        let events: [ClientEvent] = [
          .started(withMachine: true), .started(withMachine: false), .stopping,
          .decided(UInt64(57 + generator.below(3))),
          .done, .done, .done, .failed,
          .probed([.transfer(sent: 1, received: 1)], Reading(boot: generator.next() >> 40, wall: 0)),
          .probed([.crashes(newRecords: 1)], Reading(boot: 5, wall: 0)), .hung, .rollBackRequested, .commitRequested,
          .quarantineCleared(57),
        ]
        let before = machine.record
        let action = machine.handle(events[generator.below(events.count)])
        let record = machine.record
        switch action {
        case .start(let serial), .resume(let serial): running = serial
        case .restore(let serial, _): running = serial ?? 0
        default: break
        }
        // Nothing becomes committed but what is in probation; what is committed stays so until the next commit.
        if record.committed != before.committed {
          guard case .probation(let serial, _) = before.progress else {
            Issue.record("\(before) became \(record), \(generator.seed)")
            return
          }
          #expect(record.committed == serial && record.previous == before.committed, generator.note)
        }
        if record.progress == .idle { #expect(running == record.committed, "\(before) → \(record) \(generator.seed)") }
        #expect(record.sequence >= before.sequence && ClientRecord(stored: record.stored) != nil, generator.note)
      }
    }
  }
}
