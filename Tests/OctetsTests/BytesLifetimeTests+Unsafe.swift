import Octets
import Testing

/// `FixedOctets.bytes` must show the value itself, not a copy that ends with the accessor: an optimising compiler reuses
/// the copy's place, and a message goes out as zeros. This target is optimised in debug builds too, and takes the bytes
/// of a value out of the payload of an enumeration, which is where it happened.
struct BytesLifetimeTests {
  struct Message {
    var octets: FixedOctets<148>
    var length: Int
    var path: (UInt64, UInt64, UInt64)
    var trafficClass: UInt8
  }

  enum Effect {
    case send(UInt64, (UInt64, UInt64, UInt64))
    case discard(UInt64)
    case message(Message)
    case report(UInt8, UInt64)
  }

  struct Source {
    var message: Message
    var left = 3

    @inline(never)
    mutating func poll() -> Effect? {
      if left == 0 { return nil }
      left -= 1
      return left == 1 ? .send(1, (1, 2, 3)) : .message(message)
    }
  }

  @safe
  struct Box {
    let place: UnsafeMutableRawPointer
    var count = 0

    mutating func take(_ effect: Effect) {
      if case .message(let message) = effect { add(message) }
    }

    mutating func add(_ message: Message) {
      let offset = count * 160
      // SAFETY: the place has 480 bytes.
      var bytes = unsafe MutableRawSpan(_unsafeStart: place, byteCount: 480)
      bytes.store(message.octets.bytes, at: offset)
      count += 1
    }
  }

  @inline(never)
  func drain(_ source: inout Source, into box: inout Box) {
    while box.count < 3, let effect = source.poll() { box.take(effect) }
  }

  @Test func `the bytes of a value survive the accessor in optimised code`() {
    var octets = FixedOctets<148>()
    for i in 0..<148 { octets[i] = UInt8(i) }
    var source = Source(message: Message(octets: octets, length: 148, path: (1, 2, 3), trafficClass: 0))
    let place = UnsafeMutableRawPointer.allocate(byteCount: 480, alignment: 16)
    defer { unsafe place.deallocate() }
    var box = unsafe Box(place: place)
    drain(&source, into: &box)
    #expect(box.count == 2)
    for i in 0..<148 {
      #expect(unsafe place.load(fromByteOffset: i, as: UInt8.self) == UInt8(i))
      #expect(unsafe place.load(fromByteOffset: 160 + i, as: UInt8.self) == UInt8(i))
    }
  }
}
