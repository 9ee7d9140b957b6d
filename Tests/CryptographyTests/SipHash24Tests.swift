import Cryptography
import Octets
import Testing

@Suite struct SipHash24Tests {
  @Test func `the example of the SipHash paper comes out`() {
    let function = SipHash24(key: Octets16([UInt8](0..<16).raw))
    let hash = function.hash([UInt8](0..<15).raw)
    #expect(hash == 0xa129_ca61_49be_45e5)
  }

  @Test func `every length hashes as libsodium hashes it`() {
    var random = SeededGenerator()
    for length in 0...300 {
      let key = random.bytes(16)
      let message = random.bytes(length)
      let hash = SipHash24(key: Octets16(key.raw)).hash(message.raw)
      #expect(hash == Sodium.sipHash(key, message), "\(length): \(random.note)")
    }
  }

  @Test func `words hash as their little-endian bytes`() {
    var random = SeededGenerator()
    let function = SipHash24(key: Octets16(random.bytes(16).raw))
    let words = (0..<4).map { _ in random.next() }
    let bytes = words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }
    func ofBytes(_ count: Int) -> UInt64 { function.hash(Array(bytes[..<(count * 8)]).raw) }
    #expect(function.hash(words[0]) == ofBytes(1), "\(random.note)")
    #expect(function.hash(words[0], words[1]) == ofBytes(2), "\(random.note)")
    #expect(function.hash(words[0], words[1], words[2]) == ofBytes(3), "\(random.note)")
    #expect(function.hash(words[0], words[1], words[2], words[3]) == ofBytes(4), "\(random.note)")
  }
}
