import Cryptography
import Octets
import Testing

/// A kernel under its name.
struct KernelUnderTest: CustomTestStringConvertible, Sendable {
  let kernel: CipherKernel
  var testDescription: String { "\(kernel.name)" }

  /// Every kernel this processor can run.
  static let all = [KernelUnderTest(kernel: .portable)]

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
    for length in 0...4096 {
      let key = random.bytes(32)
      let counter = random.next()
      let plaintext = random.bytes(length)
      let before = random.bytes(Int(random.next() % 32))
      let after = random.bytes(Int(random.next() % 8))
      let expected = Sodium.seal(key, counter, plaintext)

      let frame = before + plaintext + [UInt8](repeating: 0xee, count: 16) + after
      let sealed = kernel.seal(key, counter, frame, at: before.count, length: length)
      #expect(sealed == before + expected + after, "length \(length) at \(before.count): \(random.note)")
      let (verified, opened) = kernel.open(key, counter, sealed, at: before.count, length: length + 16)
      #expect(verified, "length \(length) at \(before.count): \(random.note)")
      #expect(
        opened == before + plaintext + expected.suffix(16) + after,
        "length \(length) at \(before.count): \(random.note)")
    }
  }
}
