// Instantiates the generic entry points of the core with concrete types: in Embedded Swift the body of a generic
// function is checked only where it is specialised. Compiled, never run.

public import Containers
import Octets
import Timeline

/// A plain element with a bit of everything a table of the core holds.
struct Element: BitwiseCopyable {
  var name: Octets32
  var deadline: Instant
  var handle: Handle
}

/// Everything a host may do with the containers.
public func containers(_ storage: Storage) -> UInt64 {
  do throws(StorageError) {
    var slab = Slab<Element>(limit: 1000, storage: storage)
    let handle = try slab.insert(Element(name: Octets32(), deadline: .distantFuture, handle: .none))
    slab[handle].deadline = Instant(nanoseconds: 7)
    var array = SegmentedArray<Element>(storage: storage)
    try array.reserveOne()
    array.append(slab[handle])
    array[0].name.wipe()
    array.removeLast()
    var heap = DeadlineHeap(storage: storage)
    try heap.reserve(memberCount: 10)
    heap.set(3, to: slab[handle].deadline + .seconds(1))
    let region = try Region<UInt64>(repeating: 5, count: 8, from: storage)
    let sum = first(of: region) &+ heap.earliest.nanoseconds &+ UInt64(array.count)
    if let place = slab.handle(at: 0) { slab.remove(place) }
    return sum &+ UInt64(slab.count) &+ UInt64(heap.due(at: .distantFuture) ?? 0)
  } catch {
    return UInt64(error.rawValue)
  }
}

func first(of region: borrowing Region<UInt64>) -> UInt64 {
  region.span[0]
}
