import Cryptography
import Foundation
import Octets
import Testing

/// A file of Wycheproof vectors, of the committed subset or of the whole set.
private struct Vectors<Case: Decodable>: Decodable {
  struct Group: Decodable {
    let tests: [Case]
  }
  let numberOfTests: Int
  let testGroups: [Group]
}

private struct AEADCase: Decodable {
  let tcId: Int
  let key, iv, aad, msg, ct, tag, result: String
}

private struct AgreementCase: Decodable {
  let tcId: Int
  let `public`, `private`, shared, result: String
}

/// The folders with vectors that are here: always the subset, and the whole sets beside the package.
private let folders: [URL] = {
  let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  let whole = root.appending(path: "../shared/vectors/wycheproof").standardizedFileURL
  let subset = root.appending(path: "Tests/Vectors/Wycheproof")
  return FileManager.default.fileExists(atPath: whole.path) ? [subset, whole] : [subset]
}()

private func cases<Case: Decodable>(_ name: String, in folder: URL) throws -> [Case] {
  let data = try Data(contentsOf: folder.appending(path: name))
  let vectors = try JSONDecoder().decode(Vectors<Case>.self, from: data)
  let cases = vectors.testGroups.flatMap(\.tests)
  // A reader that loses vectors must not pass.
  try #require(cases.count == vectors.numberOfTests && cases.count > 50)
  return cases
}

@Suite struct WycheproofTests {
  @Test(arguments: folders)
  func `X25519 answers as Wycheproof says`(_ folder: URL) throws {
    let cases: [AgreementCase] = try cases("x25519_test.json", in: folder)
    for vector in cases {
      let shared = hex(vector.shared)
      let expected = shared.allSatisfy { $0 == 0 } ? nil : shared
      #expect(agree(hex(vector.private), hex(vector.public)) == expected, "case \(vector.tcId)")
    }
  }

  @Test(arguments: folders)
  func `ChaCha20-Poly1305 answers as Wycheproof says`(_ folder: URL) throws {
    let cases: [AEADCase] = try cases("chacha20_poly1305_test.json", in: folder)
    for vector in cases where hex(vector.iv).count == 12 {
      check(vector, seal: seal(_:nonce:_:additional:), open: open(_:nonce:_:additional:))
    }
  }

  @Test(arguments: folders)
  func `XChaCha20-Poly1305 answers as Wycheproof says`(_ folder: URL) throws {
    let cases: [AEADCase] = try cases("xchacha20_poly1305_test.json", in: folder)
    for vector in cases where hex(vector.iv).count == 24 {
      check(vector, seal: extendedSeal(_:nonce:_:additional:), open: extendedOpen(_:nonce:_:additional:))
    }
  }

  private func check(
    _ vector: AEADCase,
    seal: (_ key: [UInt8], _ nonce: [UInt8], _ plaintext: [UInt8], _ additional: [UInt8]) -> [UInt8],
    open: (_ key: [UInt8], _ nonce: [UInt8], _ ciphertext: [UInt8], _ additional: [UInt8]) -> [UInt8]?
  ) {
    let (key, nonce, additional) = (hex(vector.key), hex(vector.iv), hex(vector.aad))
    let sealed = hex(vector.ct) + hex(vector.tag)
    if vector.result == "valid" {
      #expect(seal(key, nonce, hex(vector.msg), additional) == sealed, "case \(vector.tcId)")
      #expect(open(key, nonce, sealed, additional) == hex(vector.msg), "case \(vector.tcId)")
    } else {
      #expect(open(key, nonce, sealed, additional) == nil, "case \(vector.tcId)")
    }
  }
}
