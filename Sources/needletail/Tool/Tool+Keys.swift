internal import Cryptography
internal import Octets
internal import TunnelControl
internal import TunnelReport

extension Tool {
  /// `genkey` and `genpsk`
  func makeKey(_ verb: ToolVerb, _ arguments: [String]) -> Outcome {
    guard arguments.isEmpty else {
      complain(usageOf: verb)
      return .failed
    }
    if Streams.isOpenToOthers {
      Streams.complain("Warning: writing to world accessible file.")
      Streams.complain("Consider setting the umask to 077 and trying again.")
    }
    var key = SecretFiles.random()
    defer { key.wipe() }
    if verb == .genkey { X25519.clamp(&key) }
    print(key)
    return .done
  }

  /// `pubkey`: from the standard input to the standard output.
  func derivePublicKey(_ arguments: [String]) -> Outcome {
    guard arguments.isEmpty else {
      complain(usageOf: .pubkey)
      return .failed
    }
    switch SecretFiles.key(SecretFiles.readInput()) {
    case .key(var key):
      defer {
        key.wipe()
        secureWipeStack()
      }
      print(X25519.publicKey(key.bytes))
      return .done
    case .trailing:
      Streams.complain("\(name): Trailing characters found after key")
    case .empty, .short, .malformed:
      Streams.complain("\(name): Key is not the correct length or format")
    }
    return .failed
  }

  private func print(_ key: Octets32) {
    let page = SecretBytes(capacity: 64)
    page.append(base64: key)
    page.append("\n")
    Streams.print(page)
  }
}
