import Containers
import Octets
import TestStorage
import Testing

struct `Segmented array` {
  @Test func `elements keep their values and addresses while the array grows across segments`() throws {
    let host = TestStorage()
    do {
      var array = SegmentedArray<UInt64>(storage: host.storage)
      var addresses: [UInt] = []
      for i in 0..<20_000 {
        try array.reserveOne()
        array.append(UInt64(i) &* 7)
        addresses.append(UInt(bitPattern: unsafe array.address(of: i)))
      }
      #expect(array.count == 20_000)
      for i in 0..<20_000 {
        #expect(array[i] == UInt64(i) &* 7)
        #expect(UInt(bitPattern: unsafe array.address(of: i)) == addresses[i])
      }
      array[19_999] = 1
      #expect(array[19_999] == 1)
    }
    #expect(host.blockCount == 0 && host.faultCount == 0)
  }

  @Test(arguments: [1, 2, 3, 100, 5000, 70_000]) func `at most one segment is unused`(count: Int) throws {
    let host = TestStorage()
    var array = SegmentedArray<FixedOctets<32>>(storage: host.storage)
    try array.reserve(count: count)
    let used = count * 32
    // A segment is at most 16 KiB; the directory has at most twice the entries it needs, and at least 8.
    let directory = max(64, 2 * 8 * (used / 16384 + 6))
    #expect(host.byteCount <= used + 16384 + directory)
    #expect(host.byteCount <= 2 * used + 1024 + directory)
    #expect(host.largestBlock <= max(16384, directory))
  }

  @Test func `elements larger than a segment's usual size have segments of their own`() throws {
    let host = TestStorage()
    do {
      var array = SegmentedArray<FixedOctets<5000>>(storage: host.storage)
      for i in 0..<40 {
        try array.reserveOne()
        array.append(FixedOctets<5000>(repeating: UInt8(i)))
      }
      #expect((0..<40).allSatisfy { array[$0][4999] == UInt8($0) })
    }
    #expect(host.blockCount == 0 && host.faultCount == 0)
  }

  @Test func `a removed element is wiped where it lay`() throws {
    let host = TestStorage()
    var array = SegmentedArray<Octets32>(storage: host.storage)
    try array.reserveOne()
    array.append(Octets32(repeating: 0xff))
    let place = unsafe array.address(of: 0)
    array.removeLast()
    #expect(unsafe place.pointee.isZero)
    #expect(array.count == 0)
  }

  @Test func `elements start on a cache line when they divide one`() throws {
    let host = TestStorage()
    var array = SegmentedArray<FixedOctets<64>>(storage: host.storage)
    for i in 0..<1000 {
      try array.reserveOne()
      array.append(FixedOctets<64>())
      #expect(UInt(bitPattern: unsafe array.address(of: i)) % 64 == 0)
    }
  }

  @Test func `a refusal at any request changes nothing and the array goes on afterwards`() throws {
    let total = 3000
    let needed = try requests { array in
      try array.reserve(count: total)
    }
    #expect(needed > 5)
    for refused in 0..<needed {
      let host = TestStorage()
      host.refuses = { $0 == refused }
      do {
        var array = SegmentedArray<UInt64>(storage: host.storage)
        for i in 0..<total {
          do throws(StorageError) {
            try array.reserveOne()
          } catch {
            #expect(array.count == i)
            try array.reserveOne()
          }
          array.append(UInt64(i))
        }
        #expect((0..<total).allSatisfy { array[$0] == UInt64($0) })
      }
      #expect(host.takeCount == needed + 1)
      #expect(host.blockCount == 0 && host.faultCount == 0)
    }
  }

  private func requests(_ body: (inout SegmentedArray<UInt64>) throws -> Void) rethrows -> Int {
    let host = TestStorage()
    var array = SegmentedArray<UInt64>(storage: host.storage)
    try body(&array)
    return host.takeCount
  }

  @Test func `more than the maximum is refused without asking the host`() {
    let host = TestStorage()
    var array = SegmentedArray<UInt8>(storage: host.storage)
    #expect(throws: StorageError.exhausted) {
      try array.reserve(count: SegmentedArray<UInt8>.maximumCount + 1)
    }
    #expect(host.takeCount == 0)
  }

  @Test func `reserving less than there is asks for nothing`() throws {
    let host = TestStorage()
    var array = SegmentedArray<UInt8>(storage: host.storage)
    try array.reserve(count: 0)
    try array.reserve(count: -5)
    #expect(host.takeCount == 0)
    #expect(array.count == 0)
  }

  @Test func `an index outside the elements traps`() async {
    await #expect(processExitsWith: .failure) {
      let array = SegmentedArray<UInt8>(storage: TestStorage().storage)
      _ = array[0]
    }
    await #expect(processExitsWith: .failure) {
      let host = TestStorage()
      var array = SegmentedArray<UInt8>(storage: host.storage)
      try array.reserveOne()
      array.append(1)
      _ = array[-1]
    }
    await #expect(processExitsWith: .failure) {
      let host = TestStorage()
      var array = SegmentedArray<UInt8>(storage: host.storage)
      try array.reserve(count: 2)
      array.append(1)
      array[1] = 2
    }
    await #expect(processExitsWith: .failure) {
      let host = TestStorage()
      var array = SegmentedArray<UInt8>(storage: host.storage)
      array.removeLast()
    }
    await #expect(processExitsWith: .failure) {
      let host = TestStorage()
      var array = SegmentedArray<UInt8>(storage: host.storage)
      array.append(1)
    }
  }
}
