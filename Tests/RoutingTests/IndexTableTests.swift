import TestStorage
import Testing

@testable import Containers
@testable import Routing

/// A handle as a slab would give it.
func handle(_ number: Int) -> Handle { Handle(index: UInt32(number), generation: 2 &* UInt32(number) &+ 1) }

struct `Receiver indices` {
  let host = TestStorage()

  @Test func `an index names what was entered until it is removed`() throws {
    var table = IndexTable(storage: host.storage)
    let entry = IndexTable.Entry(.handshake, handle(5))
    #expect(try table.insert(index: 0, entry) == true)
    #expect(try table.insert(index: .max, .init(.session, handle(6))) == true)
    #expect(table.find(0) == entry)
    #expect(table.find(.max) == .init(.session, handle(6)))
    #expect(table.find(1) == nil)
    #expect(table.remove(0) == entry)
    #expect(table.find(0) == nil && table.remove(0) == nil && table.count == 1)
  }

  @Test func `a number is never given twice`() throws {
    var table = IndexTable(storage: host.storage)
    #expect(try table.insert(index: 7, .init(.handshake, handle(1))) == true)
    #expect(try table.insert(index: 7, .init(.session, handle(2))) == false)
    #expect(table.find(7) == .init(.handshake, handle(1)))
    #expect(table.count == 1)
  }

  @Test func `a handshake becomes a session under its number`() throws {
    var table = IndexTable(storage: host.storage)
    _ = try table.insert(index: 7, .init(.handshake, handle(1)))
    #expect(table.replace(index: 7, with: .init(.session, handle(2))) == true)
    #expect(table.find(7) == .init(.session, handle(2)))
    #expect(table.replace(index: 8, with: .init(.session, handle(2))) == false)
    #expect(table.find(8) == nil)
  }

  @Test func `handles of every size keep kind, index and generation`() throws {
    var table = IndexTable(storage: host.storage)
    for (number, bits) in [0, 1 << 32, UInt64.max & ~(1 << 31), 0x1234_5678_1234_5678].enumerated() {
      for kind in [IndexTable.Kind.handshake, .session] {
        let entry = IndexTable.Entry(kind, Handle(bits: bits))
        let index = UInt32(2 * number) + UInt32(kind.rawValue)
        _ = try table.insert(index: index, entry)
        #expect(table.find(index) == entry)
      }
    }
  }

  @Test(arguments: [0xffff_ffff, 0xff00_0000, 0x0000_00f0, 0x8000_0001] as [UInt32])
  func `random operations agree with a model, however the numbers are spread`(mask: UInt32) throws {
    var random = SeededGenerator(seed: 11)
    let host = TestStorage()
    do {
      var table = IndexTable(storage: host.storage)
      var model: [UInt32: IndexTable.Entry] = [:]
      var known: [UInt32] = [0]
      for step in 0..<60_000 {
        let index =
          random.below(3) == 0 ? known[random.below(known.count)] : UInt32(truncatingIfNeeded: random.next()) & mask
        let entry = IndexTable.Entry(random.below(2) == 0 ? .handshake : .session, handle(random.below(1 << 20)))
        // Grows for a while, then shrinks, and again.
        switch random.below(step / 10_000 % 2 == 0 ? 3 : 8) {
        case 0, 1:
          let isNew = try table.insert(index: index, entry)
          try #require(isNew == (model[index] == nil), "step \(step), seed \(random.seed)")
          if isNew {
            model[index] = entry
            known.append(index)
          }
        case 2:
          let replaced = table.replace(index: index, with: entry)
          try #require(replaced == (model[index] != nil), "step \(step), seed \(random.seed)")
          if replaced { model[index] = entry }
        default:
          try #require(table.remove(index) == model.removeValue(forKey: index), "step \(step), seed \(random.seed)")
        }
        try #require(table.find(index) == model[index], "step \(step), seed \(random.seed)")
        if step % 1000 == 0 {
          try #require(table.isSound && table.count == model.count, "step \(step), seed \(random.seed)")
          for (index, entry) in model { try #require(table.find(index) == entry) }
        }
      }
      for index in model.keys { #expect(table.remove(index) != nil) }
      #expect(table.count == 0 && table.isSound)
      // The last one to go gives all memory back.
      #expect(host.blockCount == 0)
    }
    #expect(host.faultCount == 0)
  }

  @Test func `a refusal at any request changes nothing`() throws {
    // Numbers that share their low bits, so that chains need overflow buckets too.
    let indices: [UInt32] = (0..<1500).map { number in
      let (high, low) = (UInt32(number) << 16, UInt32(number % 40))
      return high | low
    }
    let rehearsal = TestStorage()
    do {
      var table = IndexTable(storage: rehearsal.storage)
      for index in indices { _ = try table.insert(index: index, .init(.session, handle(Int(index >> 16)))) }
    }
    #expect(rehearsal.takeCount > 8)
    for refused in 0..<rehearsal.takeCount {
      let host = TestStorage()
      host.refuses = { $0 == refused }
      do {
        var table = IndexTable(storage: host.storage)
        var entered: Set<UInt32> = []
        for index in indices {
          let entry = IndexTable.Entry(.session, handle(Int(index >> 16)))
          var isNew = false
          do throws(StorageError) {
            isNew = try table.insert(index: index, entry)
          } catch {
            try #require(table.count == entered.count && table.isSound && table.find(index) == nil)
            for index in entered { try #require(table.find(index) == .init(.session, handle(Int(index >> 16)))) }
            isNew = try table.insert(index: index, entry)
          }
          try #require(isNew == entered.insert(index).inserted)
        }
      }
      #expect(host.blockCount == 0 && host.faultCount == 0)
    }
  }

  @Test func `a million indices take a cache line for every three and no step moves many`() throws {
    var random = SeededGenerator(seed: 12)
    var table = IndexTable(storage: host.storage)
    let size = 1 << 20
    var indices: [UInt32] = []
    var largestGrowth = 0
    while indices.count < size {
      let index = UInt32(truncatingIfNeeded: random.next())
      let before = host.byteCount
      if try table.insert(index: index, .init(.session, handle(indices.count))) { indices.append(index) }
      largestGrowth = max(largestGrowth, host.byteCount - before)
    }
    #expect(table.isSound == true)
    #expect(host.byteCount / size <= 26)
    // A segment of 16 KiB, of buckets and of overflow buckets, and a directory that doubles now and then.
    #expect(largestGrowth <= 1 << 16)
    for (number, index) in indices.enumerated() {
      try #require(table.find(index)?.handle == handle(number))
    }
  }
}
