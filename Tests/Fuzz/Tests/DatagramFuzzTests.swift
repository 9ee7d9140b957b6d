import FuzzTargets
import Messages
import ProtocolVectors
import TestStorage
import Testing

/// Mutated datagrams against every boundary. What is accepted must be equal to a valid message in all that anything
/// covers. `NEEDLETAIL_SEED` replays a run.
@Suite struct DatagramFuzzTests {
  /// 4 seeds of 25,000: each costs up to two agreements.
  static let roundsPerSeed = 25_000

  let targets = DatagramTargets()

  /// `bytes` with zeros where nothing covers them once MAC1 is recomputed (protocol §5.6): the indices and the MACs.
  func covered(_ bytes: [UInt8], indices: Range<Int>) -> [UInt8] {
    var bytes = bytes
    for i in indices { bytes[i] = 0 }
    for i in bytes.count - 32..<bytes.count { bytes[i] = 0 }
    return bytes
  }

  func isSame(_ bytes: [UInt8], as original: [UInt8], indices: Range<Int>) -> Bool {
    bytes.count == original.count && covered(bytes, indices: indices) == covered(original, indices: indices)
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func `no mutated datagram is accepted for another`(seed: UInt64) {
    var mutator = Mutator(random: SeededGenerator(seed: seed))
    let replay = "seed \(mutator.random.seed)"
    var accepted = 0
    for _ in 0..<Self.roundsPerSeed {
      var bytes = mutator.mutation(of: targets.corpus).bytes
      // Half of the handshake messages come from somebody who knows the receiver's public key.
      if mutator.random.below(2) == 0 { bytes = targets.withMAC1(bytes) }
      let kind = targets.classify(bytes)

      if targets.authenticate(bytes) {
        accepted += 1
        #expect(
          kind == .initiation && isSame(bytes, as: FirstHandshake.initiation, indices: 4..<8), "\(replay) \(bytes)")
      }
      if targets.finish(bytes) {
        accepted += 1
        #expect(kind == .response && isSame(bytes, as: FirstHandshake.response, indices: 4..<12), "\(replay) \(bytes)")
      }
      if targets.openCookieReply(bytes) {
        accepted += 1
        let published = CookieVectors.reply
        #expect(kind == .cookieReply && bytes[0..<4] == published[0..<4], "\(replay) \(bytes)")
        #expect(bytes[8...] == published[8...], "\(replay) \(bytes)")
      }
    }
    // Some mutations touch only what nothing covers. If none did, this test would be testing nothing.
    #expect(accepted > 100, "\(replay)")
  }

  @Test(arguments: [5, 6] as [UInt64])
  func `MAC1 is right only for messages whose bytes before it are unchanged`(seed: UInt64) {
    var mutator = Mutator(random: SeededGenerator(seed: seed))
    let replay = "seed \(mutator.random.seed)"
    let originals = [FirstHandshake.initiation, FirstHandshake.response]
    var verified = 0
    for _ in 0..<Self.roundsPerSeed {
      let (bytes, original) = mutator.mutation(of: originals)
      for toResponder in [true, false] where targets.verify(bytes, toResponder: toResponder) {
        verified += 1
        #expect(toResponder == (original == 0) || bytes.count != originals[original].count, "\(replay) \(bytes)")
        #expect(originals.contains { $0.dropLast(16) == bytes.dropLast(16) }, "\(replay) \(bytes)")
      }
    }
    #expect(verified > 100, "\(replay)")
  }

  /// The canary: a check that forgets to compare must be caught by the same comparison.
  @Test func `a message changed in a covered field does not count as the same`() {
    let original = FirstHandshake.initiation
    #expect(isSame(original, as: original, indices: 4..<8))
    for (place, isCovered) in [(0, true), (4, false), (7, false), (8, true), (115, true), (116, false), (147, false)] {
      var bytes = original
      bytes[place] ^= 1
      #expect(isSame(bytes, as: original, indices: 4..<8) != isCovered)
    }
  }
}
