internal import Foundation
public import Rollout
internal import RolloutMetadata

/// What an administrator writes into `policy.json`. Every field may be missing.
public struct PolicyFile: Codable, Equatable, Sendable {
  /// One rule for a component's serials: exactly one of the three.
  public struct Pin: Codable, Equatable, Sendable {
    /// The component.
    public var component: String
    /// Versions that begin so.
    public var version: String?
    /// One serial.
    public var exactly: UInt64?
    /// Serials up to one.
    public var atMost: UInt64?

    /// A pin.
    public init(component: String, version: String? = nil, exactly: UInt64? = nil, atMost: UInt64? = nil) {
      self.component = component
      self.version = version
      self.exactly = exactly
      self.atMost = atMost
    }
  }

  /// A pause.
  public struct Pause: Codable, Equatable, Sendable {
    /// When it was decided, as 2027-01-06T09:00:00Z.
    public var setAt: String
    /// Until when.
    public var until: String

    /// A pause.
    public init(setAt: String, until: String) {
      self.setAt = setAt
      self.until = until
    }
  }

  /// How early to hear of releases.
  public var channel: String?
  /// What is done with updates: auto, notify, manual, never.
  public var updateMode: String?
  /// Which serials may be installed.
  public var pins: [Pin]?
  /// Days that a release is left to others.
  public var deferDays: Int?
  /// A time in which nothing is installed.
  public var pause: Pause?
  /// `required` when an organisation has to approve.
  public var changeControl: String?
  /// The organisation's public keys, in hexadecimal.
  public var changeControlKeys: [String]?
  /// Whether a rollback that is only advised is taken.
  public var acceptAdvisedRollback: Bool?
  /// Whether a required rollback is taken without a change request.
  public var acceptRequiredRollback: Bool?
  /// The repository: a folder, or an `http` or `https` address.
  public var repository: String?
  /// The proxy for an address: `http://proxy.example:3128`, or `none`; without it, what the environment says.
  public var proxy: String?
  /// A file of certificates (PEM) that the server's is signed with; without it, the system's.
  public var certificateAuthorities: String?
  /// What runs after the files were switched: a program and its arguments.
  public var restart: [String]?
  /// What asks the probes: a program and its arguments. Each line of its output is a probe's name and pass, fail or
  /// inconclusive.
  public var probe: [String]?
  /// Whether the machine's tunnels are watched, too; they are without it.
  public var watchTunnels: Bool?
  /// How long a release is watched, 1 to 86,400 seconds; 900 without it.
  public var probationSeconds: Int?
  /// How old a bundle may be whose releases are installed, 1 to 3650 days; 120 without it.
  public var maxBundleAgeDays: Int?
  /// Knobs that are set, by name.
  public var knobs: [String: String]?

  /// A file without anything in it.
  public init() {}

  /// Reads a file's bytes.
  public init(_ bytes: [UInt8], path: String) throws(ClientError) {
    do {
      self = try JSONDecoder().decode(PolicyFile.self, from: Data(bytes))
    } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
      DecodingError.dataCorrupted(let context)
    {
      let place = context.codingPath.map(\.stringValue).joined(separator: ".")
      throw ClientError(.policy, "\(path): \(place.isEmpty ? "" : place + ": ")\(context.debugDescription)")
    } catch {
      throw ClientError(.policy, "\(path): \(error)")
    }
    _ = try policy(path: path)
  }

  /// The file's bytes.
  public var bytes: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(self)).map { Array($0) + [10] } ?? []
  }

  /// What the file means.
  public func policy(path: String) throws(ClientError) -> LocalPolicy {
    func fault(_ place: String, _ what: String) -> ClientError { ClientError(.policy, "\(path): \(place): \(what)") }
    func named<Value: Named>(_ text: String, _ place: String) throws(ClientError) -> Value {
      if let value = Value(named: Array(text.utf8)) { return value }
      let names = Value.allCases.map { "\($0.name)" }.joined(separator: ", ")
      throw fault(place, "\"\(text)\" is none; there are \(names)")
    }
    func time(_ text: String, _ place: String) throws(ClientError) -> UTCTime {
      guard let time = UTCTime(Array(text.utf8)) else {
        throw fault(place, "\"\(text)\" is not a time like 2027-01-06T09:00:00Z")
      }
      return time
    }
    var policy = LocalPolicy()
    if let channel { policy.channel = try named(channel, "channel") }
    if let updateMode { policy.updateMode = try named(updateMode, "updateMode") }
    for pin in pins ?? [] {
      let rules: [LocalPolicy.Pin.Rule?] = [
        pin.version.map { .version(prefix: Array($0.utf8)) }, pin.exactly.map { .exactly($0) },
        pin.atMost.map { .atMost($0) },
      ]
      let given = rules.compactMap { $0 }
      guard given.count == 1 else { throw fault("pins", "one of version, exactly and atMost is needed for each") }
      policy.pins.append(.init(component: try named(pin.component, "pins.component"), rule: given[0]))
    }
    guard (0...365).contains(deferDays ?? 0) else { throw fault("deferDays", "from 0 to 365") }
    policy.deferDays = UInt64(deferDays ?? 0)
    if let pause {
      policy.pause = .init(setAt: try time(pause.setAt, "pause.setAt"), until: try time(pause.until, "pause.until"))
    }
    if let changeControl {
      guard ["off", "required"].contains(changeControl) else { throw fault("changeControl", "off or required") }
      policy.requiresChangeRequest = changeControl == "required"
    }
    if let probationSeconds, !(1...86_400).contains(probationSeconds) {
      throw fault("probationSeconds", "from 1 to 86400")
    }
    if let maxBundleAgeDays {
      guard (1...3650).contains(maxBundleAgeDays) else { throw fault("maxBundleAgeDays", "from 1 to 3650") }
      policy.maxBundleAgeDays = Int64(maxBundleAgeDays)
    }
    policy.acceptsAdvisedRollback = acceptAdvisedRollback ?? false
    policy.acceptsRequiredRollback = acceptRequiredRollback ?? false
    return policy
  }
}
