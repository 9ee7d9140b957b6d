import Testing

/// X must multiply the base point by its table as the ladder does; otherwise a peer and we disagree about our key.
@Suite struct BasePointTests {
  private static let base: [UInt8] = [9] + [UInt8](repeating: 0, count: 31)

  private func expectAgreement(_ scalar: [UInt8], _ note: Comment = "") {
    #expect(publicKey(scalar) == ladder(scalar, Self.base), "\(hex(scalar)) \(note.rawValue)")
  }

  @Test func `random multiples are those of the ladder and of libsodium`() {
    var random = SeededGenerator()
    for _ in 0..<(isLongRun ? 50_000 : 1000) {
      let scalar = random.bytes(32)
      expectAgreement(scalar, random.note)
      #expect(publicKey(scalar) == Sodium.publicKey(scalar), "\(random.note)")
    }
  }

  /// Each byte of a scalar is a tooth at its eight positions: these put every pattern of a comb at every position.
  @Test func `every pattern of teeth is right at every position`() {
    for pattern in 0..<16 {
      let teeth = (0..<4).map { UInt8(pattern >> $0 & 1) &* 0xff }
      expectAgreement((0..<32).map { teeth[$0 % 4] })
      for position in 0..<8 { expectAgreement((0..<32).map { teeth[$0 % 4] & 1 << UInt8(position) }) }
      // The order of the base point is added to a scalar; less of it, the patterns arrive as they are.
      expectAgreement(difference((0..<32).map { teeth[$0 % 4] }, Self.order))
    }
  }

  @Test func `single bits, runs of ones and their complements are right`() {
    for bit in 0..<256 {
      var single = [UInt8](repeating: 0, count: 32)
      single[bit / 8] = 1 << UInt8(bit % 8)
      expectAgreement(single)
      expectAgreement(single.map { ~$0 })
      let run = difference(single, [1] + [UInt8](repeating: 0, count: 31))
      expectAgreement(run)
      expectAgreement(run.map { ~$0 })
    }
  }

  /// Next to multiples of the order the sum passes close by the neutral point, and a carry runs through all words.
  @Test func `scalars around multiples of the order are right`() {
    var multiple = [UInt8](repeating: 0, count: 32)
    for _ in 0..<16 {
      for distance in stride(from: UInt8(0), through: 64, by: 8) {
        let small = [distance] + [UInt8](repeating: 0, count: 31)
        expectAgreement(sum(multiple, small))
        expectAgreement(difference(multiple, small))
      }
      multiple = sum(multiple, Self.order)
    }
  }

  private static let order = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")

  /// The sum modulo 2^256, little-endian.
  private func sum(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
    var carry = 0
    return zip(left, right).map {
      carry += Int($0) + Int($1)
      defer { carry >>= 8 }
      return UInt8(carry & 255)
    }
  }

  /// The difference modulo 2^256, little-endian.
  private func difference(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
    sum(sum(left, right.map { ~$0 }), [1] + [UInt8](repeating: 0, count: 31))
  }
}
