import Foundation
import Octets
import RolloutMetadata
import Testing

/// The vector that every implementation of the format has to reproduce.
struct FrozenVectorTests {
  struct Vector: Decodable {
    let seed, publicKey, keyid, payloadType, payload, payloadDigest, signature: String
  }

  static let vector: Vector = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let file = root.appending(path: "Vectors/Rollout/brake.json")
    return try! JSONDecoder().decode(Vector.self, from: Data(contentsOf: file))
  }()

  private func hex(_ string: String) -> [UInt8] {
    stride(from: 0, to: string.utf8.count, by: 2).map { i in
      UInt8(string.dropFirst(i).prefix(2), radix: 16)!
    }
  }

  @Test func `the signed brake file is the frozen one to the byte`() throws {
    let vector = Self.vector
    let key = SigningKey(seed: hex(vector.seed))
    #expect(string(key.publicKey.bytes.hexadecimal) == vector.publicKey)
    #expect(string(key.identifier.hexadecimal) == vector.keyid)
    #expect(string(Role.brake.payloadType) == vector.payloadType)
    #expect(vector.payloadType.utf8.count == 40 && vector.payload.utf8.count == 149)
    let brake = Brake(
      version: 12, expires: time("2027-01-15T00:00:00Z"),
      halts: [Halt(component: .driver, serial: 57, reason: text("NT-2026-0007"))])
    #expect(string(brake.payload) == vector.payload)
    #expect(try Brake(payload: text(vector.payload)) == brake)
    #expect(string(blake2b256(brake.payload).hexadecimal) == vector.payloadDigest)
    let unsigned = Envelope(payload: brake.payload, payloadType: Role.brake.payloadType)
    #expect(
      string(unsigned.signedBytes) == "DSSEv1 40 \(vector.payloadType) 149 \(vector.payload)")
    #expect(string(key.sign(unsigned.signedBytes).hexadecimal) == vector.signature)
    let signature = try #require(FixedOctets<64>(hexadecimal: text(vector.signature)))
    let signed = Envelope(
      payload: brake.payload, payloadType: Role.brake.payloadType,
      signatures: [.init(key: key.identifier, bytes: signature)])
    try signed.verify(RoleKeys([key.publicKey], threshold: 1), as: .brake)
    #expect(Envelope(parsing: signed.file) == signed)
  }
}
