import Cryptography
import Octets
import Testing

@Suite struct BLAKE2sTests {
  @Test func `abc hashes to the digest of RFC 7693 appendix B`() {
    #expect(hex(blake2s([UInt8]("abc".utf8))) == "508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982")
  }

  /// The self-test of RFC 7693 appendix E: one digest over digests of every length class, keyed and not.
  @Test func `the grand hash is that of RFC 7693 appendix E`() {
    func sequence(_ count: Int, seed: UInt32) -> [UInt8] {
      var a = 0xdead_4bad &* seed
      var b: UInt32 = 1
      return (0..<count).map { _ in
        let t = a &+ b
        a = b
        b = t
        return UInt8(truncatingIfNeeded: t >> 24)
      }
    }
    var grand = BLAKE2s()
    for digestLength in [16, 20, 28, 32] {
      for length in [0, 3, 64, 65, 255, 1024] {
        let message = sequence(length, seed: UInt32(length))
        grand.update(blake2s(message, length: digestLength).raw)
        let key = sequence(digestLength, seed: UInt32(digestLength))
        grand.update(blake2s(message, key: key, length: digestLength).raw)
      }
    }
    #expect(hex(grand.finish().array) == "6a411f08ce25adcdfb02aba641451cec53c598b24f4fc787fbdc88797f4c1dfe")
  }

  @Test func `a message is the same however it is cut`() {
    var random = SeededGenerator()
    for length in 0...300 {
      let message = random.bytes(length)
      let whole = BLAKE2s.hash(message.raw)
      let cut = Int(random.next() % UInt64(length + 1))
      let (head, tail) = (Array(message[..<cut]), Array(message[cut...]))
      let joined = BLAKE2s.hash(head.raw, tail.raw)
      #expect(joined == whole, "\(length) cut at \(cut): \(random.note)")
      var state = BLAKE2s()
      for byte in message { state.update([byte].raw) }
      #expect(state.finish() == whole, "\(length) byte by byte: \(random.note)")
    }
  }

  @Test func `the bytes of a digest behind its length are zero`() {
    var state = BLAKE2s(digestLength: 20)
    state.update([UInt8]("abc".utf8).raw)
    #expect(state.finish().array.suffix(12).allSatisfy { $0 == 0 })
  }

  @Test func `finishing wipes the state`() {
    var state = BLAKE2s(key: [UInt8](repeating: 0xa5, count: 32).raw, digestLength: 32)
    state.update([UInt8](repeating: 0x5a, count: 100).raw)
    _ = state.finish()
    #expect(bytes(of: state).allSatisfy { $0 == 0 })
  }

  @Test func `a prepared key gives the same MACs as the key`() {
    for keyLength in 1...32 {
      let key = (0..<keyLength).map { UInt8($0 * 7 + keyLength) }
      let prepared = BLAKE2s.PreparedKey(key.raw)
      for count in [1, 60, 63, 64, 65, 116, 127, 128, 129, 132, 300] {
        let message = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 13 + keyLength) }
        let expected = BLAKE2s.mac16(key: key.raw, message.raw).array
        #expect(prepared.mac16(message.raw).array == expected, "key of \(keyLength), message of \(count)")
      }
    }
  }
}
