import Octets
import TestStorage
import Testing

@testable import Containers

struct `Slab of elements` {
  @Test func `a handle finds its element until that is removed, and never afterwards`() throws {
    let host = TestStorage()
    var slab = Slab<UInt64>(limit: 10, storage: host.storage)
    let first = try slab.insert(11)
    let second = try slab.insert(22)
    #expect(slab.count == 2 && slab[first] == 11 && slab[second] == 22)
    slab[first] += 1
    #expect(slab[first] == 12)
    slab.remove(first)
    #expect(!slab.contains(first) && slab.contains(second) && slab.count == 1)
    let third = try slab.insert(33)
    #expect(third.index == first.index && third.generation != first.generation)
    #expect(!slab.contains(first) && slab[third] == 33)
  }

  @Test func `handles made up by a host name nothing`() throws {
    let host = TestStorage()
    var slab = Slab<UInt64>(limit: 10, storage: host.storage)
    #expect(slab.contains(.none) == false)
    #expect(slab.contains(Handle(bits: 0)) == false)
    let real = try slab.insert(1)
    #expect(slab.contains(Handle(bits: real.bits)) == true)
    #expect(slab.contains(Handle(bits: real.bits + 1)) == false)
    #expect(slab.contains(Handle(bits: real.bits + 1 << 32)) == false)
    #expect(slab.contains(Handle(bits: .max)) == false)
    slab.remove(real)
    // The free place's own generation is even, so it is no handle either.
    #expect(slab.contains(Handle(bits: UInt64(real.generation &+ 1) << 32)) == false)
  }

  @Test func `a removed element is wiped where it lay`() throws {
    let host = TestStorage()
    var slab = Slab<Octets32>(limit: 2, storage: host.storage)
    let handle = try slab.insert(Octets32(repeating: 0xff))
    let place = unsafe slab.address(of: handle)
    slab.remove(handle)
    #expect(unsafe place.pointee.isZero)
  }

  @Test func `the limit holds and room comes back`() throws {
    let host = TestStorage()
    var slab = Slab<UInt8>(limit: 3, storage: host.storage)
    let handles = [try slab.insert(0), try slab.insert(1), try slab.insert(2)]
    #expect(throws: StorageError.exhausted) { _ = try slab.insert(3) }
    #expect(slab.count == 3)
    slab.remove(handles[1])
    let again = try slab.insert(4)
    #expect(slab[again] == 4)
  }

  @Test func `a stale handle traps where an element is demanded`() async {
    await #expect(processExitsWith: .failure) {
      let host = TestStorage()
      var slab = Slab<UInt8>(limit: 3, storage: host.storage)
      let handle = try slab.insert(0)
      slab.remove(handle)
      _ = slab[handle]
    }
    await #expect(processExitsWith: .failure) {
      let host = TestStorage()
      var slab = Slab<UInt8>(limit: 3, storage: host.storage)
      let handle = try slab.insert(0)
      slab.remove(handle)
      slab.remove(handle)
    }
  }

  @Test func `a place whose generations are used up is given up`() throws {
    let host = TestStorage()
    var slab = Slab<UInt8>(limit: 3, storage: host.storage)
    slab.remove(try slab.insert(1))
    slab.occupancy[0].generation = .max - 1
    let last = try slab.insert(2)
    #expect(last.index == 0 && last.generation == .max)
    slab.remove(last)
    let next = try slab.insert(3)
    #expect(next.index == 1 && !slab.contains(last))
    #expect(slab.count == 1)
  }

  @Test func `random operations agree with a model`() throws {
    var random = SeededGenerator(seed: 1)
    let host = TestStorage()
    do {
      var slab = Slab<UInt64>(limit: 700, storage: host.storage)
      var live: [(handle: Handle, value: UInt64)] = []
      var stale: [Handle] = []
      for _ in 0..<20_000 {
        if live.isEmpty || (random.below(100) < 52 && live.count < 700) {
          let value = random.next()
          live.append((try slab.insert(value), value))
        } else {
          let victim = live.remove(at: random.below(live.count))
          #expect(slab[victim.handle] == victim.value)
          slab.remove(victim.handle)
          stale.append(victim.handle)
        }
        #expect(slab.count == live.count)
        if let probe = stale.randomElement(using: &random) { #expect(slab.contains(probe) == false) }
      }
      for entry in live { #expect(slab[entry.handle] == entry.value) }
      let places = (0..<slab.placeCount).compactMap { slab.handle(at: $0) }
      #expect(Set(places.map(\.bits)) == Set(live.map(\.handle.bits)))
      #expect(slab.handle(at: slab.placeCount) == nil && slab.handle(at: -1) == nil)
    }
    #expect(host.blockCount == 0 && host.faultCount == 0, "seed \(random.seed)")
  }

  @Test func `a refusal at any request leaves every element and handle as it was`() throws {
    let host = TestStorage()
    do {
      var slab = Slab<Octets32>(limit: 10_000, storage: host.storage)
      var handles: [Handle] = []
      var refusals = 0
      // Every request is refused once before it is granted.
      host.refuses = { $0 % 2 == 0 }
      while handles.count < 2000 {
        do throws(StorageError) {
          handles.append(try slab.insert(Octets32(repeating: UInt8(truncatingIfNeeded: handles.count))))
        } catch {
          refusals += 1
          #expect(slab.count == handles.count)
        }
      }
      #expect(refusals > 5)
      for (i, handle) in handles.enumerated() { #expect(slab[handle][31] == UInt8(truncatingIfNeeded: i)) }
    }
    #expect(host.blockCount == 0 && host.faultCount == 0)
  }
}
