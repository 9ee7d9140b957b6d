import Octets
import TunnelReport

/// Messages of netlink, written from their beginning to their end.
extension SecretBytes {
  /// A message without content: `flags` beside NLM_F_REQUEST and NLM_F_ACK.
  convenience init(message kind: UInt16, flags: UInt16 = 0, sequence: UInt32, capacity: Int = 256) {
    self.init(capacity: capacity)
    append(number32: 0)
    append(number16: kind)
    append(number16: flags | 1 | 4)
    append(number32: sequence)
    append(number32: 0)
  }

  /// A message of generic netlink.
  convenience init(
    family: UInt16, command: UInt8, version: UInt8 = 1, flags: UInt16 = 0, sequence: UInt32, capacity: Int = 256
  ) {
    self.init(message: family, flags: flags, sequence: sequence, capacity: capacity)
    append(command)
    append(version)
    append(number16: 0)
  }

  /// Writes the message's length, which is the last thing.
  func endMessage() {
    store(UInt16(truncatingIfNeeded: count), at: 0)
    store(UInt16(truncatingIfNeeded: count >> 16), at: 2)
  }

  func append(number16 value: UInt16) {
    append(UInt8(truncatingIfNeeded: value))
    append(UInt8(value >> 8))
  }

  func append(number32 value: UInt32) {
    append(number16: UInt16(truncatingIfNeeded: value))
    append(number16: UInt16(value >> 16))
  }

  /// Opens an attribute, and returns the place of its header; with `isNest`, one that has others inside.
  func begin(_ attribute: UInt16, isNest: Bool = false) -> Int {
    let place = count
    append(number16: 0)
    append(number16: isNest ? attribute | 0x8000 : attribute)
    return place
  }

  /// Closes the attribute that was opened at `place`: writes its length, of 16 bits, and fills up to 4 bytes.
  func end(_ place: Int) {
    store(UInt16(count - place), at: place)
    while count % 4 != 0 { append(0) }
  }

  func append(_ attribute: UInt16, number8 value: UInt8) {
    let place = begin(attribute)
    append(value)
    end(place)
  }

  func append(_ attribute: UInt16, number16 value: UInt16) {
    let place = begin(attribute)
    append(number16: value)
    end(place)
  }

  func append(_ attribute: UInt16, number32 value: UInt32) {
    let place = begin(attribute)
    append(number32: value)
    end(place)
  }

  func append(_ attribute: UInt16, _ key: borrowing Octets32) {
    let place = begin(attribute)
    for index in 0..<32 { append(key[index]) }
    end(place)
  }

  /// A text with its zero byte. What no name of the kernel's can be is cut, so that a message stays in its bounds.
  func append(_ attribute: UInt16, text: String) {
    let place = begin(attribute)
    for byte in text.utf8.prefix(64) { append(byte) }
    append(0)
    end(place)
  }

  /// An address in the network's byte order.
  func append(_ address: IPAddress) {
    let octets = address.family.bitCount / 8
    for index in (0..<octets).reversed() { append(UInt8(truncatingIfNeeded: address.value >> UInt128(8 * index))) }
  }
}
