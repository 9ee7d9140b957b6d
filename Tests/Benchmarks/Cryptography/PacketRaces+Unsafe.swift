extension Race {
  /// Sealing a packet of `length` bytes.
  static func sealing(_ length: Int, by ciphers: [PacketCipher]) -> Race {
    let text = unsafe memory(length + 16)
    return Race(
      title: "seal \(length)", byteCount: length,
      contenders: ciphers.map { cipher in
        // SAFETY: the packet and its tag have their room.
        Contender(name: cipher.name, isReference: cipher.isReference) { unsafe cipher.seal(text, length) }
      })
  }

  /// Opening a packet of `length` bytes. The ciphertext is put back each time, by everybody.
  static func opening(_ length: Int, by ciphers: [PacketCipher]) -> Race {
    let text = unsafe memory(length + 16)
    let sealed = unsafe memory(length + 16)
    if let first = ciphers.first { unsafe first.seal(sealed, length) }
    return Race(
      title: "open \(length)", byteCount: length,
      contenders: ciphers.map { cipher in
        Contender(name: cipher.name, isReference: cipher.isReference) {
          // SAFETY: both have the packet and its tag.
          unsafe text.update(from: sealed, count: length + 16)
          let isOpen = unsafe cipher.open(text, length)
          precondition(isOpen)
        }
      })
  }

  /// Sealing `count` packets of `length` bytes of one session, as a burst that fills one send.
  static func burst(of count: Int, _ length: Int, by ciphers: [PacketCipher]) -> Race {
    let stride = length + 32
    let frame = unsafe memory(count * stride)
    return Race(
      title: "batch \(count)x\(length)", byteCount: count * length,
      contenders: ciphers.map { cipher in
        Contender(name: cipher.name, isReference: cipher.isReference) {
          // SAFETY: each packet has 16 bytes for its header before it and 16 for its tag behind it.
          for index in 0..<count { unsafe cipher.seal(frame + index * stride + 16, length) }
        }
      })
  }
}

/// Bytes that live as long as the process.
private func memory(_ count: Int) -> UnsafeMutablePointer<UInt8> {
  let place = UnsafeMutableRawPointer.allocate(byteCount: count, alignment: 64)
  return unsafe place.initializeMemory(as: UInt8.self, repeating: 0x5a, count: count)
}
