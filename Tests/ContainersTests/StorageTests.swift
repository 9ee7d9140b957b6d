import Octets
import TestStorage
import Testing

@testable import Containers

struct `Region of storage` {
  @Test func `it goes back with the size it was taken with, wiped`() throws {
    let host = TestStorage()
    do {
      let region = try Region<UInt32>(repeating: 0xdead_beef, count: 7, from: host.storage)
      #expect(region.capacity == 7)
      #expect((0..<7).allSatisfy { region[$0] == 0xdead_beef })
      #expect(host.byteCount == 28)
      #expect(region.span.count == 7 && region.span[6] == 0xdead_beef)
    }
    #expect(host.blockCount == 0 && host.faultCount == 0)
  }

  @Test func `a refusal is an error and takes nothing`() {
    let host = TestStorage()
    host.refuses = { _ in true }
    #expect(throws: StorageError.exhausted) {
      _ = try Region<UInt32>(uninitialized: 7, from: host.storage)
    }
    #expect(host.blockCount == 0)
  }

  @Test func `elements move in and out and leave zeros`() throws {
    let host = TestStorage()
    var region = try Region<Octets32>(uninitialized: 3, from: host.storage)
    region.initialize(1, to: Octets32(repeating: 4))
    region[1][0] = 9
    let place = unsafe region.address(of: 1)
    let taken = region.take(1)
    #expect(taken[0] == 9 && taken[31] == 4)
    #expect(unsafe place.pointee.isZero)
    region.initialize(2, to: Octets32(repeating: 5))
    let second = unsafe region.address(of: 2)
    region.discard(2)
    #expect(unsafe second.pointee.isZero)
  }

  @Test func `an index outside the region traps`() async {
    await #expect(processExitsWith: .failure) {
      let host = TestStorage()
      let region = try Region<UInt8>(repeating: 0, count: 4, from: host.storage)
      _ = region[4]
    }
    await #expect(processExitsWith: .failure) {
      let host = TestStorage()
      let region = try Region<UInt8>(repeating: 0, count: 4, from: host.storage)
      _ = region[-1]
    }
    await #expect(processExitsWith: .failure) {
      let host = TestStorage()
      var region = try Region<UInt8>(repeating: 0, count: 4, from: host.storage)
      region.initialize(4, to: 1)
    }
  }
}

/// The test storage must see what it exists to see; otherwise every test that asks it is worth nothing.
struct `Test storage` {
  @Test func `a leak shows`() {
    let host = TestStorage()
    let storage = host.storage
    let place = unsafe storage.takeFunction(storage.context, 16, 16)
    let taken = unsafe place != nil
    #expect(taken)
    #expect(host.blockCount == 1 && host.byteCount == 16)
  }

  @Test func `an unwiped return, a wrong size and a stranger show`() {
    let host = TestStorage()
    let storage = host.storage
    let first = unsafe storage.takeFunction(storage.context, 16, 16)!
    unsafe storage.giveBackFunction(storage.context, first, 16, 16)
    #expect(host.faultCount == 1)
    let second = unsafe storage.takeFunction(storage.context, 16, 16)!
    unsafe secureWipe(at: second, byteCount: 16)
    unsafe storage.giveBackFunction(storage.context, second, 8, 16)
    #expect(host.faultCount == 2)
    var stranger = 0
    unsafe withUnsafeMutableBytes(of: &stranger) { bytes in
      unsafe storage.giveBackFunction(storage.context, bytes.baseAddress!, 8, 16)
    }
    #expect(host.faultCount == 3)
  }
}
