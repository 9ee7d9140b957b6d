import Glibc

/// The functions of BoringSSL's AEAD interface that are raced, as `openssl/aead.h` declares them.
@safe
private struct BoringSSL {
  typealias Cipher = @convention(c) () -> OpaquePointer?
  typealias Prepare = @convention(c) (OpaquePointer?, UnsafePointer<UInt8>, Int, Int) -> OpaquePointer?
  typealias Run =
    @convention(c) (
      OpaquePointer?, UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<Int>, Int, UnsafePointer<UInt8>, Int,
      UnsafePointer<UInt8>, Int, UnsafePointer<UInt8>?, Int
    ) -> Int32

  let cipher: Cipher
  let prepare: Prepare
  let seal: Run
  let open: Run

  /// The functions of the library at `path`; nil when it is not there or is another one.
  init?(path: String) {
    guard let library = unsafe dlopen(path, RTLD_NOW | RTLD_LOCAL),
      let cipher = unsafe dlsym(library, "CCryptoBoringSSL_EVP_aead_chacha20_poly1305"),
      let prepare = unsafe dlsym(library, "CCryptoBoringSSL_EVP_AEAD_CTX_new"),
      let seal = unsafe dlsym(library, "CCryptoBoringSSL_EVP_AEAD_CTX_seal"),
      let open = unsafe dlsym(library, "CCryptoBoringSSL_EVP_AEAD_CTX_open")
    else { return nil }
    // SAFETY: functions of these names have these types.
    unsafe self.cipher = unsafe unsafeBitCast(cipher, to: Cipher.self)
    unsafe self.prepare = unsafe unsafeBitCast(prepare, to: Prepare.self)
    unsafe self.seal = unsafe unsafeBitCast(seal, to: Run.self)
    unsafe self.open = unsafe unsafeBitCast(open, to: Run.self)
  }
}

extension PacketCipher {
  /// BoringSSL out of the library that the package beside this one builds; a context keeps the key.
  static func boringSSL(path: String) -> PacketCipher? {
    guard let library = BoringSSL(path: path) else { return nil }
    let context = unsafe library.prepare(library.cipher(), Packet.key, 32, 16)
    // SAFETY: the context lives as long as the process; the callers give the packet and its tag.
    return unsafe PacketCipher(
      name: "BoringSSL", isReference: true,
      seal: { text, count in
        var written = 0
        _ = unsafe library.seal(context, text, &written, count + 16, Packet.nonce, 12, text, count, nil, 0)
      },
      open: { text, count in
        var written = 0
        return unsafe library.open(context, text, &written, count, Packet.nonce, 12, text, count + 16, nil, 0) == 1
      })
  }
}
