/// What a tunnel's file says of its guard, of its MTU and of networks: comments of its `[Interface]` sections, so that wg-quick takes the file as well.
///
///     # Needletail: KillSwitch = strict
///
/// A comment that begins so and is no setting is an error: a kill switch that is misspelt must not be off.
public struct GuardSettings: Equatable, Sendable {
  /// When nothing may leave but through the tunnel; nil when the file does not say.
  public var killSwitch: Guard.KillSwitch?
  /// Whether what is for the local network may leave nevertheless.
  public var allowsLAN: Bool?
  /// Whether connections that pass through use segments that fit the tunnel.
  public var clampsSegments: Bool?
  /// How the tunnel gets its MTU; nil when the file does not say.
  public var mtuMode: MTUMode?
  /// On which networks the tunnel is up; nil when the file does not say.
  public var networks: NetworkRule?

  /// What is said nowhere.
  public init() {}

  /// What a comment begins with that is a setting.
  private static let beginning = "needletail:"
  /// No setting is longer.
  private static let longest = 256

  /// The settings in a file. Other lines are not looked at, so they need not be text.
  public init(file: [UInt8]) throws(GuardSettingFault) {
    var isInInterface = false
    for (index, raw) in file.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      let line = raw.drop { $0 == 0xef || $0 == 0xbb || $0 == 0xbf }.drop(while: Self.isBlank)
      if line.first == UInt8(ascii: "[") {
        let section = line.prefix { $0 != UInt8(ascii: "#") }.filter { !Self.isBlank($0) }
        isInInterface = String(decoding: section, as: UTF8.self).lowercased() == "[interface]"
      } else if line.first == UInt8(ascii: "#") {
        let words = line.drop { $0 == UInt8(ascii: "#") }.drop(while: Self.isBlank).prefix(Self.longest)
        let text = String(decoding: words, as: UTF8.self)
        guard text.lowercased().hasPrefix(Self.beginning) else { continue }
        do throws(GuardSettingFault.Kind) {
          if !isInInterface { throw .outsideInterface }
          try take(String(text.dropFirst(Self.beginning.count)))
        } catch {
          throw GuardSettingFault(line: index + 1, kind: error)
        }
      }
    }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }

  private mutating func take(_ text: String) throws(GuardSettingFault.Kind) {
    if try takeNetworks(text) { return }
    let sides = text.lowercased().split(separator: "=", omittingEmptySubsequences: false)
    guard sides.count == 2 else { throw .noSetting }
    let parts = sides.map { part in String(part.filter { !$0.isWhitespace }) }
    switch parts[0] {
    case "killswitch":
      if killSwitch != nil { throw .twice }
      guard let value = Guard.KillSwitch(rawValue: parts[1]) else { throw .noKillSwitch }
      killSwitch = value
    case "lan":
      if allowsLAN != nil { throw .twice }
      guard parts[1] == "allow" || parts[1] == "deny" else { throw .noLAN }
      allowsLAN = parts[1] == "allow"
    case "clampmss":
      if clampsSegments != nil { throw .twice }
      guard parts[1] == "true" || parts[1] == "false" else { throw .noClampMSS }
      clampsSegments = parts[1] == "true"
    case "mtumode":
      if mtuMode != nil { throw .twice }
      let words = sides[1].split(whereSeparator: \.isWhitespace).map(String.init)
      guard let mode = MTUMode(words) else { throw .noMTUMode }
      mtuMode = mode
    default: throw .noSetting
    }
  }

  /// Takes a line about networks, whose names are what people have called them; false when it is none.
  private mutating func takeNetworks(_ text: String) throws(GuardSettingFault.Kind) -> Bool {
    let key = text.prefix { $0 != "=" }
    let word = key.filter { !$0.isWhitespace }.lowercased()
    guard word == "upon" || word == "downon" else { return false }
    // A line that was cut has lost a name, and each name has room in a line of its own, as it is written.
    let room = Self.longest - "\(Self.beginning) DownOn = ".utf8.count
    guard let names = NetworkRule.names(String(text.dropFirst(key.count + 1))),
      text.utf8.count + Self.beginning.utf8.count < Self.longest, names.allSatisfy({ $0.utf8.count < room })
    else { throw .noNetworks }
    var rule = networks ?? NetworkRule()
    rule.add(names, isUp: word == "upon")
    networks = rule
    return true
  }

  /// The settings as lines of a file.
  public var lines: [String] {
    var lines: [String] = []
    if let killSwitch { lines.append("# Needletail: KillSwitch = \(killSwitch.rawValue)") }
    if let allowsLAN { lines.append("# Needletail: LAN = \(allowsLAN ? "allow" : "deny")") }
    if let clampsSegments { lines.append("# Needletail: ClampMSS = \(clampsSegments)") }
    if let mtuMode { lines.append("# Needletail: MTUMode = \(mtuMode.words)") }
    lines += (networks?.lines ?? []).map { "# Needletail: \($0)" }
    return lines
  }

  /// The guard that these settings ask for where those in `stronger` say nothing.
  public func guarding(under stronger: GuardSettings = GuardSettings()) -> Guard {
    Guard(
      killSwitch: stronger.killSwitch ?? killSwitch ?? .off, allowsLAN: stronger.allowsLAN ?? allowsLAN ?? false,
      clampsSegments: stronger.clampsSegments ?? clampsSegments ?? false)
  }
}

/// A setting of the guard that is none.
public struct GuardSettingFault: Error, Equatable, Sendable {
  /// What is wrong.
  public enum Kind: UInt8, Error, Sendable {
    /// It stands before the first section, or in one of a peer.
    case outsideInterface
    /// It is of no known key, or without one `=`.
    case noSetting
    /// It is there already.
    case twice
    /// The value of KillSwitch is none.
    case noKillSwitch
    /// The value of LAN is none.
    case noLAN
    /// The value of ClampMSS is none.
    case noClampMSS
    /// The value of MTUMode is none.
    case noMTUMode
    /// The value of UpOn or DownOn is no list of names, or the line is too long.
    case noNetworks
  }

  /// The line, counted from 1.
  public let line: Int
  /// What is wrong.
  public let kind: Kind

  /// Where, what is wrong and what to do.
  public var words: String {
    let said =
      switch kind {
      case .outsideInterface: "a comment that begins with Needletail: is a setting; write it below [Interface]"
      case .noSetting:
        "a comment that begins with Needletail: is one of the settings KillSwitch = off, auto or strict, LAN = allow or "
          + "deny, ClampMSS = true or false, MTUMode = auto or probe, UpOn = or DownOn = and networks; write one of them, or begin the comment otherwise"
      case .twice: "the setting is there already; leave one of the two"
      case .noKillSwitch: "KillSwitch is off, auto or strict"
      case .noLAN: "LAN is allow or deny"
      case .noClampMSS: "ClampMSS is true or false"
      case .noNetworks:
        "UpOn and DownOn are names of networks with commas between them, or any; a long list takes several lines"
      case .noMTUMode: "MTUMode is auto, probe, or probe and an address behind a peer that answers ping"
      }
    return "line \(line): \(said)"
  }
}
