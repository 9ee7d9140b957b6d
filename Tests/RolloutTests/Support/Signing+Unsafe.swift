import CSodium
import Octets
import RolloutMetadata

/// A key of an organisation, made from a number.
struct SigningKey {
  let publicKey: PublicKey
  private let secretKey: [UInt8]

  init(_ number: UInt8) {
    var publicBytes = [UInt8](repeating: 0, count: 32)
    var secret = [UInt8](repeating: 0, count: 64)
    let seed = [UInt8](repeating: number, count: 32)
    // SAFETY: the buffers have the sizes the function documents.
    _ = unsafe crypto_sign_seed_keypair(&publicBytes, &secret, seed)
    publicKey = PublicKey(Octets32(exactly: publicBytes)!)
    secretKey = secret
  }

  var identifier: Octets32 { publicKey.identifier }

  /// A document in its envelope, signed.
  func file(_ payload: [UInt8], _ role: Role) -> [UInt8] {
    var envelope = Envelope(payload: payload, payloadType: role.payloadType)
    let message = envelope.signedBytes
    var signature = [UInt8](repeating: 0, count: 64)
    // SAFETY: the buffers have the sizes the function documents.
    _ = unsafe crypto_sign_detached(&signature, nil, message, UInt64(message.count), secretKey)
    envelope.signatures.append(.init(key: identifier, bytes: FixedOctets<64>(exactly: signature)!))
    return envelope.file
  }
}

extension ChangeControl {
  /// A request of key 1 for release `release` that owner and security have to approve, with approvals of these keys.
  static func example(
    _ release: Release, approvedBy keys: [UInt8], approver: [UInt8] = [2, 3], windows: [ChangeRequest.Window] = [],
    isEmergency: Bool = false
  ) throws(MetadataError) -> ChangeControl {
    let author = SigningKey(1)
    let all = (1...4).map { SigningKey(UInt8($0)) }
    let request = ChangeRequest(
      id: text("CR-1"), organisation: text("treasury"), author: author.identifier, expires: World.now + 120 * day,
      subjects: [
        .init(component: release.component, serial: release.serial, artifacts: release.artifacts.map(\.digest))
      ],
      approvers: [
        .init(role: text("owner"), key: SigningKey(approver[0]).identifier),
        .init(role: text("security"), key: SigningKey(approver[1]).identifier),
      ], requiredRoles: [text("owner"), text("security")], isEmergency: isEmergency, windows: windows,
      evidencePackDigest: Octets32(repeating: 5))
    let file = author.file(request.payload, .changeRequest)
    let approvals = keys.map { number in
      let key = SigningKey(number)
      let approval = Approval(
        request: blake2b256(request.payload), key: key.identifier, verdict: .approve, at: World.now + -day,
        expires: World.now + 100 * day)
      return key.file(approval.payload, .approval)
    }
    return try ChangeControl(request: file, approvals: approvals, keys: all.map(\.publicKey))
  }
}
