import Octets
import TestStorage
import Testing

@testable import Containers
@testable import Routing

struct `Public keys` {
  let host = TestStorage()

  private func key(_ number: Int) -> Octets32 {
    var random = SeededGenerator(fixed: UInt64(number))
    var key = Octets32()
    for i in 0..<32 { key[i] = UInt8(truncatingIfNeeded: random.next()) }
    return key
  }

  @Test func `a key finds its peer until it is removed`() throws {
    var table = PublicKeyTable(storage: host.storage)
    #expect(table.find(key(1), hash: 9) == nil)
    #expect(try table.insert(key(1), hash: 9, handle(1)) == true)
    #expect(try table.insert(key(2), hash: 10, handle(2)) == true)
    #expect(try table.insert(key(1), hash: 9, handle(3)) == false)
    #expect(table.find(key(1), hash: 9) == handle(1) && table.find(key(2), hash: 10) == handle(2))
    #expect(table.remove(key(1), hash: 9) == handle(1))
    #expect(table.remove(key(1), hash: 9) == nil && table.find(key(1), hash: 9) == nil)
    #expect(table.count == 1)
  }

  @Test func `keys are told apart by all their bytes, not by their hash`() throws {
    var table = PublicKeyTable(storage: host.storage)
    for number in 0..<100 { #expect(try table.insert(key(number), hash: 42, handle(number)) == true) }
    for number in 0..<100 { #expect(table.find(key(number), hash: 42) == handle(number)) }
    var near = key(50)
    near[31] ^= 1
    #expect(table.find(near, hash: 42) == nil)
    for number in stride(from: 0, to: 100, by: 2) { #expect(table.remove(key(number), hash: 42) == handle(number)) }
    for number in 0..<100 { #expect(table.find(key(number), hash: 42) == (number % 2 == 0 ? nil : handle(number))) }
    #expect(table.isSound == true)
  }

  @Test func `random operations agree with a model`() throws {
    var random = SeededGenerator(seed: 13)
    do {
      var table = PublicKeyTable(storage: host.storage)
      var model: [Int: Handle] = [:]
      for step in 0..<40_000 {
        let number = random.below(3000)
        let hash = UInt64(number) &* 0x9e37_79b9_7f4a_7c15 >> 20
        if random.below(step / 8000 % 2 == 0 ? 3 : 6) < 2 {
          let isNew = try table.insert(key(number), hash: hash, handle(step))
          try #require(isNew == (model[number] == nil), "step \(step), seed \(random.seed)")
          if isNew { model[number] = handle(step) }
        } else {
          let removed = table.remove(key(number), hash: hash)
          try #require(removed == model.removeValue(forKey: number), "step \(step), seed \(random.seed)")
        }
        try #require(table.find(key(number), hash: hash) == model[number], "step \(step), seed \(random.seed)")
        if step % 1000 == 0 { try #require(table.isSound && table.count == model.count) }
      }
    }
    #expect(host.blockCount == 0 && host.faultCount == 0)
  }

  @Test func `a refusal at any request loses no key`() throws {
    let rehearsal = TestStorage()
    do {
      var table = PublicKeyTable(storage: rehearsal.storage)
      for number in 0..<800 { _ = try table.insert(key(number), hash: UInt64(number % 300), handle(number)) }
    }
    #expect(rehearsal.takeCount > 8)
    for refused in 0..<rehearsal.takeCount {
      let host = TestStorage()
      host.refuses = { $0 == refused }
      do {
        var table = PublicKeyTable(storage: host.storage)
        for number in 0..<800 {
          let hash = UInt64(number % 300)
          do throws(StorageError) {
            _ = try table.insert(key(number), hash: hash, handle(number))
          } catch {
            try #require(table.count == number && table.isSound && table.find(key(number), hash: hash) == nil)
            try #require(try table.insert(key(number), hash: hash, handle(number)) == true)
          }
        }
        for number in 0..<800 { try #require(table.find(key(number), hash: UInt64(number % 300)) == handle(number)) }
      }
      #expect(host.blockCount == 0 && host.faultCount == 0)
    }
  }
}
