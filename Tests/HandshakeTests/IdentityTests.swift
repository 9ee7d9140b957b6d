import Handshake
import Octets
import ProtocolVectors
import Testing

@Suite struct IdentityTests {
  @Test func `a private key is clamped and gives the published public key`() {
    for (byte, privateKey, publicKey) in [
      (UInt8(0x11), FirstHandshake.initiatorPrivate, FirstHandshake.initiatorPublic),
      (0x22, FirstHandshake.responderPrivate, FirstHandshake.responderPublic),
    ] {
      let identity = Identity(privateKey: Octets32(repeating: byte))
      #expect(identity?.privateKey.array == privateKey)
      #expect(identity?.publicKey.array == publicKey)
    }
  }

  @Test func `a private key of zeros is no identity, and any other is`() {
    #expect(Identity(privateKey: Octets32()) == nil)
    for bit in 0..<256 {
      let key = Octets32(exactly: flipped([UInt8](repeating: 0, count: 32), bit: bit))
      #expect(Identity(privateKey: key) != nil, "bit \(bit)")
    }
  }

  @Test func `both sides have the published static secret`() {
    let sides = Sides.first
    #expect(sides.initiator.staticStatic(with: sides.responder.publicKey).array == FirstHandshake.ss)
    #expect(sides.responder.staticStatic(with: sides.initiator.publicKey).array == FirstHandshake.ss)
  }

  @Test func `the static secret with a key of small order is zero`() {
    for point in lowOrderPoints { #expect(Sides.first.initiator.staticStatic(with: Octets32(exactly: point)).isZero) }
  }

  @Test func `a wiped identity is zero`() {
    var identity = Sides.first.initiator
    #expect(!isZero(identity))
    identity.wipe()
    #expect(isZero(identity))
  }
}
