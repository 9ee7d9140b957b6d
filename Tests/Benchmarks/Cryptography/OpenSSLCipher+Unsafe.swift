import COpenSSL

extension PacketCipher {
  /// OpenSSL's EVP interface as its fastest user would call it: a context keeps the key, a packet sets only the nonce.
  static func openSSL() -> PacketCipher {
    // SAFETY: the contexts live as long as the process; the callers give the packet and its tag.
    let sealing = unsafe EVP_CIPHER_CTX_new()
    let opening = unsafe EVP_CIPHER_CTX_new()
    unsafe precondition(
      EVP_EncryptInit_ex(sealing, EVP_chacha20_poly1305(), nil, Packet.key, Packet.nonce) == 1
        && EVP_DecryptInit_ex(opening, EVP_chacha20_poly1305(), nil, Packet.key, Packet.nonce) == 1)
    return unsafe PacketCipher(
      name: "OpenSSL", isReference: true,
      seal: { text, count in
        var written: Int32 = 0
        unsafe EVP_EncryptInit_ex(sealing, nil, nil, nil, Packet.nonce)
        unsafe EVP_EncryptUpdate(sealing, text, &written, text, Int32(count))
        unsafe EVP_EncryptFinal_ex(sealing, text + count, &written)
        unsafe EVP_CIPHER_CTX_ctrl(sealing, EVP_CTRL_AEAD_GET_TAG, 16, text + count)
      },
      open: { text, count in
        var written: Int32 = 0
        unsafe EVP_DecryptInit_ex(opening, nil, nil, nil, Packet.nonce)
        unsafe EVP_CIPHER_CTX_ctrl(opening, EVP_CTRL_AEAD_SET_TAG, 16, text + count)
        unsafe EVP_DecryptUpdate(opening, text, &written, text, Int32(count))
        return unsafe EVP_DecryptFinal_ex(opening, text + count, &written) == 1
      })
  }
}
