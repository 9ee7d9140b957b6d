import CSodium
import Cryptography
import Octets

/// The kernels this processor can run.
let kernels: [CipherKernel] = {
  var kernels: [CipherKernel] = []
  CipherKernel.forEach(.detect()) { kernels.append($0) }
  return kernels
}()

/// Memory that lives as long as the process.
private func memory(_ count: Int, _ byte: UInt8) -> UnsafeMutableRawBufferPointer {
  let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 64)
  unsafe buffer.initializeMemory(as: UInt8.self, repeating: byte)
  return unsafe buffer
}

extension Race {
  /// Sealing a packet of `length` bytes in place.
  static func sealing(_ length: Int) -> Race {
    let frame = unsafe memory(length + 16, 0x5a)
    let key = unsafe memory(32, 0x42)
    let nonce = unsafe memory(12, 0)
    // SAFETY: all buffers have the sizes the functions ask for, and nothing else uses them.
    let reference = Contender(name: "libsodium") {
      unsafe crypto_aead_chacha20poly1305_ietf_encrypt(
        frame.baseAddress!, nil, frame.baseAddress!, UInt64(length), nil, 0, nil, nonce.baseAddress!, key.baseAddress!)
    }
    let ours = kernels.map { kernel in
      Contender(name: "\(kernel.name)") {
        var bytes = unsafe MutableRawSpan(_unsafeBytes: frame)
        let key = unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(key))
        kernel.seal(key: key, counter: 7, frame: &bytes, offset: 0, length: length)
      }
    }
    return Race(title: "seal \(length)", byteCount: length, contenders: [reference] + ours)
  }

  /// Opening a packet of `length` bytes in place. The ciphertext is put back each time, by everybody.
  static func opening(_ length: Int) -> Race {
    let frame = unsafe memory(length + 16, 0x5a)
    let key = unsafe memory(32, 0x42)
    let nonce = unsafe memory(12, 0)
    // SAFETY: all buffers have the sizes the functions ask for, and nothing else uses them.
    unsafe crypto_aead_chacha20poly1305_ietf_encrypt(
      frame.baseAddress!, nil, frame.baseAddress!, UInt64(length), nil, 0, nil, nonce.baseAddress!, key.baseAddress!)
    let sealed = unsafe memory(length + 16, 0)
    unsafe sealed.copyMemory(from: UnsafeRawBufferPointer(frame))
    let reference = Contender(name: "libsodium") {
      unsafe frame.copyMemory(from: UnsafeRawBufferPointer(sealed))
      let status = unsafe crypto_aead_chacha20poly1305_ietf_decrypt(
        frame.baseAddress!, nil, nil, frame.baseAddress!, UInt64(length + 16), nil, 0, nonce.baseAddress!,
        key.baseAddress!)
      precondition(status == 0)
    }
    let ours = kernels.map { kernel in
      Contender(name: "\(kernel.name)") {
        unsafe frame.copyMemory(from: UnsafeRawBufferPointer(sealed))
        var bytes = unsafe MutableRawSpan(_unsafeBytes: frame)
        let key = unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(key))
        let verified = kernel.open(key: key, counter: 0, frame: &bytes, offset: 0, length: length + 16)
        precondition(verified)
      }
    }
    return Race(title: "open \(length)", byteCount: length, contenders: [reference] + ours)
  }
}
