import CSodium
import Cryptography

extension PacketCipher {
  /// Every kernel of this package that this processor can run. They take the bare key with every packet.
  static func ours() -> [PacketCipher] {
    var ciphers: [PacketCipher] = []
    CipherKernel.forEach(.detect()) { ciphers.append(PacketCipher($0)) }
    return ciphers
  }

  private init(_ kernel: CipherKernel) {
    let key = Packet.key
    // SAFETY: the callers give the packet and its tag; the bytes are used by nobody else meanwhile.
    unsafe self.init(
      name: "\(kernel.name)", isReference: false,
      seal: { text, count in
        let bytes = unsafe UnsafeMutableRawBufferPointer(start: text, count: count + 16)
        var frame = unsafe MutableRawSpan(_unsafeBytes: bytes)
        unsafe kernel.seal(key: key.span.bytes, counter: 0, frame: &frame, offset: 0, length: count)
      },
      open: { text, count in
        let bytes = unsafe UnsafeMutableRawBufferPointer(start: text, count: count + 16)
        var frame = unsafe MutableRawSpan(_unsafeBytes: bytes)
        return unsafe kernel.open(key: key.span.bytes, counter: 0, frame: &frame, offset: 0, length: count + 16)
      })
  }

  /// libsodium, which takes the bare key with every packet too.
  static func sodium() -> PacketCipher {
    // Without this it runs its reference code, at half the speed.
    precondition(sodium_init() >= 0)
    // SAFETY: the callers give the packet and its tag.
    return unsafe PacketCipher(
      name: "libsodium", isReference: true,
      seal: { text, count in
        unsafe crypto_aead_chacha20poly1305_ietf_encrypt(
          text, nil, text, UInt64(count), nil, 0, nil, Packet.nonce, Packet.key)
      },
      open: { text, count in
        unsafe crypto_aead_chacha20poly1305_ietf_decrypt(
          text, nil, nil, text, UInt64(count + 16), nil, 0, Packet.nonce, Packet.key) == 0
      })
  }
}
