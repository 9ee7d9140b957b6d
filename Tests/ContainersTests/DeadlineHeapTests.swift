import TestStorage
import Testing
import Timeline

@testable import Containers

struct `Heap of deadlines` {
  private func instant(_ value: UInt64) -> Instant { Instant(nanoseconds: value) }

  @Test func `the earliest deadline is due at its instant and not before`() throws {
    let host = TestStorage()
    var heap = DeadlineHeap(storage: host.storage)
    #expect(heap.earliest == .distantFuture && heap.due(at: .distantFuture) == nil && heap.count == 0)
    try heap.reserve(memberCount: 3)
    heap.set(2, to: instant(50))
    heap.set(0, to: instant(40))
    #expect(heap.earliest == instant(40))
    #expect(heap.due(at: instant(39)) == nil)
    #expect(heap.due(at: instant(40)) == 0)
    heap.set(0, to: instant(60))
    #expect(heap.due(at: instant(55)) == 2)
    heap.set(2, to: .distantFuture)
    #expect(heap.count == 1 && heap.deadline(of: 2) == .distantFuture && heap.deadline(of: 0) == instant(60))
    heap.set(2, to: .distantFuture)
    #expect(heap.count == 1)
    #expect(heap.deadline(of: 99) == .distantFuture)
  }

  @Test func `setting a member without room traps`() async {
    await #expect(processExitsWith: .failure) {
      let host = TestStorage()
      var heap = DeadlineHeap(storage: host.storage)
      try heap.reserve(memberCount: 3)
      heap.set(3, to: Instant(nanoseconds: 1))
    }
  }

  @Test func `random operations keep the order of a model`() throws {
    var random = SeededGenerator(seed: 2)
    let host = TestStorage()
    do {
      var heap = DeadlineHeap(storage: host.storage)
      let members = 400
      try heap.reserve(memberCount: members)
      var model = [UInt64?](repeating: nil, count: members)
      for step in 0..<30_000 {
        let member = random.below(members)
        // Few distinct values, so that equal deadlines are common.
        let deadline = random.below(4) == 0 ? nil : UInt64(random.below(300))
        model[member] = deadline
        heap.set(UInt32(member), to: deadline.map(instant) ?? .distantFuture)
        #expect(heap.earliest == model.compactMap { $0 }.min().map(instant) ?? .distantFuture, "seed \(random.seed)")
        if step % 64 == 0 {
          #expect(heap.count == model.count { $0 != nil })
          for member in 0..<members {
            #expect(heap.deadline(of: UInt32(member)) == model[member].map(instant) ?? .distantFuture)
          }
        }
      }
      var last = instant(0)
      while let member = heap.due(at: .distantFuture) {
        #expect(heap.deadline(of: member) >= last && model[Int(member)].map(instant) == heap.deadline(of: member))
        last = heap.deadline(of: member)
        model[Int(member)] = nil
        heap.set(member, to: .distantFuture)
      }
      #expect(model.allSatisfy { $0 == nil })
    }
    #expect(host.blockCount == 0 && host.faultCount == 0)
  }

  @Test func `a refusal at any request leaves the deadlines as they were`() throws {
    for refused in 0..<12 {
      let host = TestStorage()
      do {
        var heap = DeadlineHeap(storage: host.storage)
        try heap.reserve(memberCount: 10)
        for member in 0..<10 { heap.set(UInt32(member), to: instant(UInt64(100 - member))) }
        host.restartCounting()
        host.refuses = { $0 == refused }
        do throws(StorageError) {
          try heap.reserve(memberCount: 40_000)
          Issue.record("request \(refused) was not refused")
        } catch {
          #expect(heap.count == 10 && heap.earliest == instant(91))
        }
        try heap.reserve(memberCount: 40_000)
        heap.set(39_999, to: instant(1))
        #expect(heap.due(at: instant(1)) == 39_999)
      }
      #expect(host.blockCount == 0 && host.faultCount == 0)
    }
  }
}
