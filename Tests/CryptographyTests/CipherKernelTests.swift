import Cryptography
import Octets
import Testing

/// A kernel under its name.
struct KernelUnderTest: CustomTestStringConvertible, Sendable {
  let kernel: CipherKernel
  var testDescription: String { "\(kernel.name)" }

  /// Every kernel this processor can run.
  static let all: [KernelUnderTest] = {
    var all: [KernelUnderTest] = []
    CipherKernel.forEach(.detect()) { all.append(KernelUnderTest(kernel: $0)) }
    return all
  }()

  /// Seals in place and returns the whole frame.
  func seal(_ key: [UInt8], _ counter: UInt64, _ frame: [UInt8], at offset: Int, length: Int) -> [UInt8] {
    var frame = frame
    frame.withRaw { kernel.seal(key: key.raw, counter: counter, frame: &$0, offset: offset, length: length) }
    return frame
  }

  /// Opens in place and returns the whole frame with the answer.
  func open(_ key: [UInt8], _ counter: UInt64, _ frame: [UInt8], at offset: Int, length: Int) -> (Bool, [UInt8]) {
    var frame = frame
    let verified = frame.withRaw {
      kernel.open(key: key.raw, counter: counter, frame: &$0, offset: offset, length: length)
    }
    return (verified, frame)
  }
}

@Suite struct CipherKernelTests {
  @Test(arguments: KernelUnderTest.all)
  func `every length seals and opens in place as libsodium does`(_ kernel: KernelUnderTest) {
    var random = SeededGenerator()
    for _ in 0..<(isLongRun ? 10 : 1) {
      for length in 0...4096 { agree(kernel, length: length, &random) }
    }
  }

  @Test(arguments: KernelUnderTest.all)
  func `long packets seal and open in place as libsodium does`(_ kernel: KernelUnderTest) {
    var random = SeededGenerator()
    for _ in 0..<(isLongRun ? 1000 : 20) { agree(kernel, length: Int(random.next() % 65536), &random) }
    agree(kernel, length: 65535, &random)
  }

  /// X must carry where every limb is full; otherwise a forger finds packets that honest peers disagree about.
  @Test(
    arguments: KernelUnderTest.all, [[0xff], [0x00], [0xff, 0, 0, 0, 0], [0xfb] + [UInt8](repeating: 0xff, count: 15)])
  func `ciphertext of extreme words authenticates as with libsodium`(_ kernel: KernelUnderTest, _ pattern: [UInt8]) {
    var random = SeededGenerator()
    for length in [16, 128, 384, 447, 448, 449, 512, 1024, 1420, 1984, 1985, 2048, 4096] {
      for _ in 0..<(isLongRun ? 1000 : 10) {
        let key = random.bytes(32)
        let counter = random.next()
        // What the key stream turns into the pattern.
        let stream = Sodium.seal(key, counter, [UInt8](repeating: 0, count: length)).prefix(length)
        let plaintext = stream.enumerated().map { $0.element ^ pattern[$0.offset % pattern.count] }
        let expected = Sodium.seal(key, counter, plaintext)
        let sealed = kernel.seal(key, counter, plaintext + [UInt8](repeating: 0, count: 16), at: 0, length: length)
        let sealedRight = sealed == expected
        #expect(sealedRight, "length \(length): \(random.note)")
        #expect(kernel.open(key, counter, expected, at: 0, length: length + 16).0, "length \(length): \(random.note)")
      }
    }
  }

  /// Seals and opens a random packet at a random place, and looks that nothing around it is touched.
  private func agree(_ kernel: KernelUnderTest, length: Int, _ random: inout SeededGenerator) {
    let key = random.bytes(32)
    let counter = random.next()
    let plaintext = random.bytes(length)
    let before = random.bytes(Int(random.next() % 64))
    let after = random.bytes(Int(random.next() % 8))
    let expected = Sodium.seal(key, counter, plaintext)

    let frame = before + plaintext + [UInt8](repeating: 0xee, count: 16) + after
    let sealed = kernel.seal(key, counter, frame, at: before.count, length: length)
    let sealedRight = sealed == before + expected + after
    #expect(sealedRight, "length \(length) at \(before.count): \(random.note)")
    let (verified, opened) = kernel.open(key, counter, sealed, at: before.count, length: length + 16)
    #expect(verified, "length \(length) at \(before.count): \(random.note)")
    let openedRight = opened == before + plaintext + expected.suffix(16) + after
    #expect(openedRight, "length \(length) at \(before.count): \(random.note)")
  }

  /// X must not hand out what it could not verify; otherwise a forger chooses plaintext.
  @Test(arguments: KernelUnderTest.all)
  func `a flipped bit is refused and the plaintext is wiped`(_ kernel: KernelUnderTest) {
    var random = SeededGenerator()
    for length in Array(0...260) + [448, 511, 512, 1024, 1420, 1421, 4096] {
      let key = random.bytes(32)
      let counter = random.next()
      let before = random.bytes(Int(random.next() % 17))
      let after = random.bytes(3)
      let sealed = Sodium.seal(key, counter, random.bytes(length))
      for _ in 0..<(isLongRun ? 200 : 4) {
        var forged = sealed
        let bit = Int(random.next() % UInt64(sealed.count * 8))
        forged[bit / 8] ^= 1 << (bit % 8)
        let (verified, frame) = kernel.open(
          key, counter, before + forged + after, at: before.count, length: forged.count)
        #expect(!verified, "length \(length), bit \(bit): \(random.note)")
        let wiped = frame == before + [UInt8](repeating: 0, count: length) + forged.suffix(16) + after
        #expect(wiped, "length \(length), bit \(bit): \(random.note)")
      }
    }
  }

  @Test(arguments: KernelUnderTest.all)
  func `each bit of a tag counts`(_ kernel: KernelUnderTest) {
    var random = SeededGenerator()
    let key = random.bytes(32)
    let sealed = Sodium.seal(key, 7, random.bytes(100))
    for bit in 0..<128 {
      var forged = sealed
      forged[100 + bit / 8] ^= 1 << (bit % 8)
      #expect(!kernel.open(key, 7, forged, at: 0, length: forged.count).0, "bit \(bit): \(random.note)")
    }
  }

  @Test(arguments: KernelUnderTest.all)
  func `another counter or key is refused`(_ kernel: KernelUnderTest) {
    var random = SeededGenerator()
    var key = random.bytes(32)
    let sealed = Sodium.seal(key, 1 << 40, random.bytes(64))
    for shift in 0..<64 {
      let counter = 1 << 40 ^ UInt64(1) << UInt64(shift)
      #expect(!kernel.open(key, counter, sealed, at: 0, length: sealed.count).0, "\(random.note)")
    }
    key[31] ^= 0x80
    #expect(!kernel.open(key, 1 << 40, sealed, at: 0, length: sealed.count).0, "\(random.note)")
  }

  @Test(arguments: KernelUnderTest.all)
  func `a frame too short for a tag is refused untouched`(_ kernel: KernelUnderTest) {
    for length in 0..<16 {
      let frame = [UInt8](repeating: 0xee, count: 40)
      let (verified, after) = kernel.open([UInt8](repeating: 0, count: 32), 0, frame, at: 8, length: length)
      #expect(!verified)
      #expect(after == frame)
    }
  }

  /// X must not write beyond its frame; otherwise a mistake of a caller corrupts memory of the kernel.
  @Test func `ranges outside the frame trap`() async {
    await #expect(processExitsWith: .failure) { sealAway(key: 32, offset: 8, length: 17) }
    await #expect(processExitsWith: .failure) { sealAway(key: 32, offset: -1, length: 8) }
    await #expect(processExitsWith: .failure) { sealAway(key: 32, offset: 8, length: -1) }
    await #expect(processExitsWith: .failure) { sealAway(key: 31, offset: 8, length: 16) }
    await #expect(processExitsWith: .failure) { openAway(key: 32, offset: 8, length: 33) }
    await #expect(processExitsWith: .failure) { openAway(key: 32, offset: 41, length: 0) }
    await #expect(processExitsWith: .failure) { openAway(key: 32, offset: Int.max, length: Int.max) }
    await #expect(processExitsWith: .failure) { openAway(key: 33, offset: 8, length: 32) }
    await #expect(processExitsWith: .success) {
      sealAway(key: 32, offset: 8, length: 16)
      openAway(key: 32, offset: 8, length: 32)
    }
  }

  @Test func `the best kernel needs no more than the processor has`() {
    #expect("\(CipherKernel.best(ProcessorFeatures()).name)" == "portable")
    // Without 256-bit registers to hold what is beside them, the larger ones are not to be used either.
    #expect("\(CipherKernel.best(ProcessorFeatures(hasAVX512: true)).name)" == "portable")
    #if arch(x86_64)
    #expect("\(CipherKernel.best(ProcessorFeatures(hasSSSE3: true)).name)" == "SSSE3")
    #expect("\(CipherKernel.best(ProcessorFeatures(hasSSSE3: true, hasAVX2: true)).name)" == "AVX2")
    let all = ProcessorFeatures(hasSSSE3: true, hasAVX2: true, hasAVX512: true)
    #expect("\(CipherKernel.best(all).name)" == "AVX-512")
    #endif
    #expect("\(CipherKernel.best(.detect()).name)" == KernelUnderTest.all.last.map { "\($0.kernel.name)" })
  }
}

/// Seals in a frame of 40 bytes under a key of `key` bytes.
private func sealAway(key: Int, offset: Int, length: Int) {
  let frame = [UInt8](repeating: 0, count: 40)
  _ = KernelUnderTest.all[0].seal([UInt8](repeating: 1, count: key), 0, frame, at: offset, length: length)
}

/// Opens in a frame of 40 bytes under a key of `key` bytes.
private func openAway(key: Int, offset: Int, length: Int) {
  let frame = [UInt8](repeating: 0, count: 40)
  _ = KernelUnderTest.all[0].open([UInt8](repeating: 1, count: key), 0, frame, at: offset, length: length)
}
