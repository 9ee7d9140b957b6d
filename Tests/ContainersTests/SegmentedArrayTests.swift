import Containers
import Testing

struct SegmentedArrayTests {
  @Test(arguments: [0, 1, 64, 65, 192, 193, 5000])
  func `an array gives all its storage back wiped`(count: Int) throws {
    try CountingStorage.lend { counter in
      try filled(count, from: counter)
      #expect(counter.bytesOut == 0)
      #expect(counter.dirtyBytes == 0)
    }
  }

  private func filled(_ count: Int, from counter: CountingStorage) throws {
    var array = SegmentedArray<UInt64>(storage: counter.storage)
    for value in 0..<count {
      try array.reserveOne()
      array.append(UInt64(value) | 1 << 63)
    }
    #expect(array.count == count)
    for place in 0..<count { #expect(array[place] == UInt64(place) | 1 << 63) }
    #expect(counter.bytesOut >= count * 8)
  }

  @Test func `a refused growth changes nothing`() throws {
    try CountingStorage.lend { counter in
      var array = SegmentedArray<UInt64>(storage: counter.storage)
      try array.reserve(count: 64)
      for value in 0..<64 { array.append(UInt64(value)) }
      counter.requestsLeft = 0
      #expect(throws: StorageError.exhausted) { try grow(&array) }
      #expect(array.count == 64)
      #expect(array[63] == 63)
      counter.requestsLeft = 1
      try array.reserveOne()
      array.append(64)
      #expect(array[64] == 64)
    }
  }

  private func grow(_ array: inout SegmentedArray<UInt64>) throws(StorageError) {
    try array.reserveOne()
  }
}
