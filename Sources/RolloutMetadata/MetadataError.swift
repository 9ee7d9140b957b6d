/// Why a document is not believed.
public struct MetadataError: Error, Equatable, Sendable {
  /// What is wrong with it.
  public enum Reason: UInt8, CaseIterable, Sendable {
    case lengthExceeded
    case envelopeMalformed
    case badSignature
    case belowThreshold
    case wrongType
    case notCanonical
    case malformed
    case expired
    case expiresTooLate
    case olderVersion
    case versionJump
    case differsAtSameVersion
    case differsFromSnapshot
    case crossReference
    case belowFloor
    case saltChanged
    case brakeMissing
    case rootGap
    case tooManyRoots
    case missing
    case keysUnavailable
    case clockWrong
  }

  /// The reason.
  public let reason: Reason
  /// The kind of document; nil when it is none in particular.
  public let role: Role?
  /// Where in the document, as `holds[2].expires`; empty when it is the document as a whole.
  public let place: [UInt8]

  /// An error in a document.
  public init(_ reason: Reason, _ role: Role?, at place: [UInt8] = []) {
    self.reason = reason
    self.role = role
    self.place = place
  }

  /// The status a command ends with.
  public var exitStatus: ExitStatus {
    switch reason {
    case .badSignature, .wrongType: .badSignature
    case .belowThreshold: .belowThreshold
    case .expired: .expired
    case .olderVersion, .versionJump, .belowFloor: .rollbackAttack
    case .differsAtSameVersion, .differsFromSnapshot, .crossReference, .saltChanged, .brakeMissing: .mixAndMatch
    case .rootGap, .tooManyRoots: .rootGap
    case .lengthExceeded, .envelopeMalformed, .notCanonical, .malformed: .malformed
    case .expiresTooLate, .clockWrong: .clock
    case .missing, .keysUnavailable: .failure
    }
  }

  /// What is wrong, and what there is to do, for people: `rollout.json: holds[2].expires: …`.
  public var text: [UInt8] {
    var text: [UInt8] = []
    if let role { text += role.name.octets + (": " as StaticString).octets }
    if !place.isEmpty { text += place + (": " as StaticString).octets }
    return text + explanation.octets
  }

  private var explanation: StaticString {
    switch reason {
    case .lengthExceeded: "longer than such a document may be"
    case .envelopeMalformed: "not a signed envelope in canonical form"
    case .badSignature: "a signature does not fit; the file was changed, or signed as something else"
    case .belowThreshold: "signed by fewer keys than the root of trust asks for"
    case .wrongType: "a document of another kind"
    case .notCanonical: "not canonical JSON"
    case .malformed: "missing, unknown, or not a value that may stand here"
    case .expired: "expired; the repository has to sign it anew, or the clock is wrong"
    case .expiresTooLate: "expires later than such a document may; or the clock is behind"
    case .olderVersion: "older than what was trusted before"
    case .versionJump: "the version jumps further than one fetch may take it"
    case .differsAtSameVersion: "differs from what was trusted under the same version"
    case .differsFromSnapshot: "not the file that the snapshot names"
    case .crossReference: "names what the releases do not have"
    case .belowFloor: "goes below the security floor"
    case .saltChanged: "the salt of a rollout has changed"
    case .brakeMissing: "a brake file is older than the timestamp promises, or withheld"
    case .rootGap: "not the version that follows the trusted root"
    case .tooManyRoots: "more new roots than one refresh takes"
    case .missing: "not there"
    case .keysUnavailable: "the key that has to have signed it is not known"
    case .clockWrong: "the clock is wrong"
    }
  }
}
