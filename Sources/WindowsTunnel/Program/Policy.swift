/// What an administrator can decide for this machine by group policy: the values below `Policy.key`, each with what it may
/// be and what holds without it. The schema of all is `Installer/Policy/policies.json`; a test holds this table to it.
public struct Policy: Sendable {
  /// The key, below HKEY_LOCAL_MACHINE; only administrators write there.
  public static var key: String { "SOFTWARE\\Policies\\Needletail" }

  /// What a value may be.
  public enum Values: Sendable {
    /// One of these words, as text.
    case words([String])
    /// A number of this range.
    case numbers(ClosedRange<UInt32>)
    /// 0 or 1.
    case flag
    /// Any text of at most so many bytes.
    case text(most: Int)
  }

  /// The value's name.
  public let name: String
  /// What it may be.
  public let values: Values
  /// What holds when nobody has decided it.
  public let standard: String

  /// All of them, in the schema's order.
  public static var all: [Policy] {
    [
      channel, updateMode, updateInterval, deferDays, requireChangeRequest, changeControlKeys, pin,
      acceptAdvisedRollback, acceptRequiredRollback, repository, probationSeconds, experimentalNativeDriver,
      usePortableImplementation,
    ]
  }

  /// How early releases are heard of.
  static var channel: Policy {
    Policy(name: "Channel", values: .words(["insider", "preview", "stable", "lts", "frozen"]), standard: "stable")
  }
  /// Days that a release is left to others.
  static var deferDays: Policy { Policy(name: "DeferDays", values: .numbers(0...365), standard: "0") }
  /// Whether an organisation has to approve.
  static var requireChangeRequest: Policy { flag("RequireChangeRequest") }
  /// The public keys of those who ask for changes and approve them, in hexadecimal, with spaces between.
  static var changeControlKeys: Policy { Policy(name: "ChangeControlKeys", values: .text(most: 2048), standard: "") }
  /// Which releases may be installed.
  static var pin: Policy { Policy(name: "Pin", values: .text(most: 64), standard: "") }
  /// Whether a rollback that is only advised is taken.
  static var acceptAdvisedRollback: Policy { flag("AcceptAdvisedRollback") }
  /// Whether a required rollback is taken without a change request.
  static var acceptRequiredRollback: Policy { flag("AcceptRequiredRollback") }
  /// Where releases come from: an address or a folder.
  static var repository: Policy { Policy(name: "Repository", values: .text(most: 1024), standard: "") }
  /// How long a release is watched; twice that is less than the hour that a check may take.
  static var probationSeconds: Policy {
    Policy(name: "ProbationSeconds", values: .numbers(1...1500), standard: "900")
  }
  /// The knob that takes a new driver while it is optional.
  static var experimentalNativeDriver: Policy { flag("ExperimentalNativeDriver") }
  /// The knob that stays with the driver before while the new one is the default.
  static var usePortableImplementation: Policy { flag("UsePortableImplementation") }

  private static func flag(_ name: String) -> Policy { Policy(name: name, values: .flag, standard: "0") }

  /// What is done with updates.
  static var updateMode: Policy {
    Policy(name: "UpdateMode", values: .words(["auto", "notify", "manual", "never"]), standard: "notify")
  }
  /// How many minutes apart they are looked for.
  static var updateInterval: Policy {
    Policy(name: "UpdateInterval", values: .numbers(15...43_200), standard: "1440")
  }

  /// A value of the registry as text; nil when it is none of this policy's.
  func text(of value: PolicyValue) -> String? {
    switch (values, value) {
    case (.words(let words), .text(let bytes)): words.first { $0.utf8.elementsEqual(bytes) }
    case (.numbers(let range), .number(let number)): range.contains(number) ? String(number) : nil
    case (.flag, .number(let number)): number <= 1 ? String(number) : nil
    case (.text(let most), .text(let bytes)): bytes.count <= most ? String(decoding: bytes, as: UTF8.self) : nil
    default: nil
    }
  }

  /// The values in words.
  var rule: String {
    switch values {
    case .words(let words): "one of " + words.joined(separator: ", ") + ", as a text (REG_SZ)"
    case .numbers(let range): "a number from \(range.lowerBound) to \(range.upperBound) (REG_DWORD)"
    case .flag: "0 or 1 (REG_DWORD)"
    case .text(let most): "a text of at most \(most) bytes (REG_SZ)"
    }
  }
}

/// A value of the registry, as far as policies have such.
public enum PolicyValue: Equatable, Sendable {
  /// REG_SZ, in UTF-8.
  case text([UInt8])
  /// REG_DWORD.
  case number(UInt32)
  /// Of another type.
  case other
}

/// What holds on this machine.
struct Decisions {
  /// One policy and what holds of it.
  struct Decision {
    let policy: Policy
    let text: String
    /// Whether somebody has decided it.
    let isDecided: Bool
  }

  let all: [Decision]

  /// What holds of a policy.
  func decision(of policy: Policy) -> Decision? { all.first { $0.policy.name.utf8.elementsEqual(policy.name.utf8) } }

  /// Whether a word is what holds of updates.
  func isUpdateMode(_ words: String...) -> Bool {
    guard let mode = decision(of: .updateMode)?.text else { return false }
    return words.contains { $0.utf8.elementsEqual(mode.utf8) }
  }

  /// The minutes between two checks, when somebody has decided them.
  var updateInterval: UInt32? { decision(of: .updateInterval).flatMap { $0.isDecided ? UInt32($0.text) : nil } }

  /// What a command is told: NEEDLETAIL_ and the policy's name in capitals.
  var environment: [(name: String, value: String)] {
    all.map { decision in
      let name = decision.policy.name.utf8.map { (0x61...0x7a).contains($0) ? $0 - 0x20 : $0 }
      return ("NEEDLETAIL_" + String(decoding: name, as: UTF8.self), decision.text)
    }
  }
}
