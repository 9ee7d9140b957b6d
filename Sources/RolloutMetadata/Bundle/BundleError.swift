/// Why a bundle is not taken.
public struct BundleError: Error, Equatable, Sendable {
  /// What is wrong with it.
  public enum Reason: UInt8, CaseIterable, Sendable {
    case notABundle
    case memberNotDeclared
    case memberMissing
    case memberChanged
    case trailingData
    case tooOld
    case fromTheFuture
    case unreadable
  }

  /// The reason.
  public let reason: Reason
  /// The member it is about; empty when it is the bundle as a whole.
  public let member: [UInt8]

  /// An error.
  public init(_ reason: Reason, _ member: [UInt8] = []) {
    self.reason = reason
    self.member = member
  }

  /// The status a command ends with.
  public var exitStatus: ExitStatus { .badBundle }

  /// What is wrong, for people.
  public var text: [UInt8] {
    let explanation: StaticString =
      switch reason {
      case .notABundle: "not a bundle of ours; a tar made by another program is none"
      case .memberNotDeclared: "not what the bundle's list has at this place"
      case .memberMissing: "on the bundle's list, and not in it"
      case .memberChanged: "not the file that the bundle's list names"
      case .trailingData: "something follows the end of the bundle"
      case .tooOld: "the bundle is older than policy allows; have a newer one made"
      case .fromTheFuture: "the bundle was made later than now; the clock is wrong"
      case .unreadable: "cannot be read"
      }
    return member.isEmpty ? explanation.octets : member + (": " as StaticString).octets + explanation.octets
  }
}
