public import Octets
internal import Signatures

/// A signed document as a file has it: a DSSE envelope, itself in canonical JSON.
///
/// `{"payload":base64,"payloadType":text,"signatures":[{"keyid":hexadecimal,"sig":base64}]}`
public struct Envelope: Equatable, Sendable {
  /// One signature, and which key is said to have made it.
  public struct Signature: Equatable, Sendable {
    /// The identifier of the key.
    public let key: Octets32
    /// The Ed25519 signature.
    public let bytes: FixedOctets<64>

    /// A signature made with `key`.
    public init(key: Octets32, bytes: FixedOctets<64>) {
      self.key = key
      self.bytes = bytes
    }
  }

  /// The most signatures that are looked at.
  public static let signatureLimit = 32

  /// What was signed: the bytes, which nobody has parsed yet.
  public let payload: [UInt8]
  /// What kind of document the signers took it for.
  public let payloadType: [UInt8]
  /// The signatures, in the order of the file.
  public var signatures: [Signature]

  /// A document with signatures, or before it has any.
  public init(payload: [UInt8], payloadType: [UInt8], signatures: [Signature] = []) {
    self.payload = payload
    self.payloadType = payloadType
    self.signatures = signatures
  }

  /// Reads a file that should be an envelope of `role`: its length, its form, its type. The payload is not looked at.
  public init(_ file: [UInt8], as role: Role) throws(MetadataError) {
    guard file.count <= role.lengthLimit else { throw MetadataError(.lengthExceeded, role) }
    guard let envelope = Envelope(parsing: file) else { throw MetadataError(.envelopeMalformed, role) }
    self = envelope
    guard payloadType == role.payloadType else { throw MetadataError(.wrongType, role) }
  }

  /// Reads an envelope of any kind; nil when it is none.
  public init?(parsing file: [UInt8]) {
    guard let json = try? JSON(canonical: file), case .object(let members) = json, members.count == 3,
      members[0].name == "payload", members[1].name == "payloadType", members[2].name == "signatures",
      case .text(let payload) = members[0].value, case .text(let payloadType) = members[1].value,
      case .list(let list) = members[2].value, list.count <= Self.signatureLimit,
      let decoded = Base64.decode(payload)
    else { return nil }
    var signatures: [Signature] = []
    for element in list {
      guard case .object(let parts) = element, parts.count == 2, parts[0].name == "keyid", parts[1].name == "sig",
        case .text(let key) = parts[0].value, case .text(let text) = parts[1].value,
        let identifier = Octets32(hexadecimal: key), let bytes = Base64.decode(text),
        let signature = FixedOctets<64>(exactly: bytes)
      else { return nil }
      signatures.append(Signature(key: identifier, bytes: signature))
    }
    self.init(payload: decoded, payloadType: payloadType, signatures: signatures)
  }

  /// The envelope as a file.
  public var file: [UInt8] {
    var list: [JSON] = []
    for signature in signatures {
      list.append(
        .object([
          JSON.Member("keyid", .text(signature.key.hexadecimal)),
          JSON.Member("sig", .text(Base64.encode(signature.bytes.array))),
        ]))
    }
    return JSON.object([
      JSON.Member("payload", .text(Base64.encode(payload))), JSON.Member("payloadType", .text(payloadType)),
      JSON.Member("signatures", .list(list)),
    ]).canonical
  }

  /// What is signed: the DSSE pre-authentication encoding of type and payload, so that no signature fits another kind.
  public var signedBytes: [UInt8] {
    let space = UInt8(ascii: " ")
    var bytes = ("DSSEv1" as StaticString).octets
    for part in [payloadType, payload] {
      bytes.append(space)
      bytes += decimal(UInt64(part.count))
      bytes.append(space)
      bytes += part
    }
    return bytes
  }

  /// Checks that at least as many different keys of a role signed the payload as the role asks for. Signatures by other
  /// keys do not count, and a key counts once. One verification for each signature that may count.
  ///
  /// Throws `badSignature` when too few are left because one that should count does not fit, else `belowThreshold`.
  public func verify(_ keys: RoleKeys, as role: Role) throws(MetadataError) {
    let message = signedBytes
    var counted: [Octets32] = []
    var isBad = false
    for signature in signatures {
      guard let key = keys.key(signature.key), !counted.contains(key.identifier) else { continue }
      if Ed25519.verify(signature.bytes, of: message.raw, by: key.bytes) {
        counted.append(key.identifier)
      } else {
        isBad = true
      }
    }
    guard counted.count >= keys.threshold else {
      throw MetadataError(isBad ? .badSignature : .belowThreshold, role)
    }
  }

  /// The payload as canonical JSON. Only for payloads whose signatures were verified.
  func document(as role: Role) throws(MetadataError) -> Fields {
    try Fields(payload: payload, as: role)
  }
}
