import Containers
import Testing
import Timeline

struct DeadlineHeapTests {
  /// X must answer as a plain dictionary of deadlines does; otherwise a timer fires for the wrong peer or never.
  @Test func `the heap agrees with a dictionary over random operations`() throws {
    try CountingStorage.lend { counter in
      var heap = DeadlineHeap(storage: counter.storage)
      let members: UInt32 = 200
      try heap.reserve(memberCount: Int(members))
      var reference: [UInt32: UInt64] = [:]
      var state: UInt64 = 0x9e37_79b9_7f4a_7c15
      func draw(below bound: UInt64) -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state >> 33) % bound
      }
      for _ in 0..<20_000 {
        let member = UInt32(draw(below: UInt64(members)))
        if draw(below: 4) == 0 {
          heap.set(member, to: .distantFuture)
          reference[member] = nil
        } else {
          let deadline = draw(below: 1000)
          heap.set(member, to: Instant(nanoseconds: deadline))
          reference[member] = deadline
        }
        #expect(heap.count == reference.count)
        #expect(heap.earliest.nanoseconds == reference.values.min() ?? .max)
      }
      while let member = heap.due(at: Instant(nanoseconds: 1000)) {
        #expect(reference[member] == reference.values.min())
        reference[member] = nil
        heap.set(member, to: .distantFuture)
      }
      #expect(reference.isEmpty)
    }
  }

  @Test func `nothing is due before its deadline`() throws {
    try CountingStorage.lend { counter in
      var heap = DeadlineHeap(storage: counter.storage)
      try heap.reserve(memberCount: 1)
      heap.set(0, to: Instant(nanoseconds: 50))
      #expect(heap.due(at: Instant(nanoseconds: 49)) == nil)
      #expect(heap.due(at: Instant(nanoseconds: 50)) == 0)
    }
  }
}
