/// Configuration files (`.conf`): four dialects read into one document, and the document written, stripped to what the
/// protocol knows, or turned into directives.
///
/// Checked here: everything that can be told from the file alone. Not checked here: whether names resolve, whether a
/// port is free, whether a private key belongs to a peer. Nothing here ever puts a byte of a file into a message.

/// How a file is to be understood.
public enum Dialect: Hashable, Sendable {
  /// As `wg setconf` does it (protocol.md §24).
  case wg
  /// As `wg-quick up` does it: what `wg` knows, and addresses, hooks and routes (protocol.md §25).
  case wgQuick
  /// As WireGuard for Windows does it (protocol.md §26).
  case windows
  /// One parser for both systems: takes what any of them takes and that cannot be misread (protocol.md §26.1).
  case shared(Platform)

  /// Where the file will be used.
  public enum Platform: Hashable, Sendable {
    /// Everything in a file has a meaning.
    case linux
    /// There is no fwmark, and files are not written back.
    case windows
  }

  /// Whether this is the dialect of our own tools.
  var isShared: Bool { if case .shared = self { true } else { false } }
}

/// A part of a file.
public enum Section: UInt8, Sendable {
  /// `[Interface]`
  case interface
  /// `[Peer]`
  case peer
}

/// A key of a file.
public enum Key: UInt8, CaseIterable, Sendable {
  case privateKey, listenPort, fwMark, address, dns, mtu, table, preUp, postUp, preDown, postDown, saveConfig
  case publicKey, presharedKey, allowedIPs, endpoint, persistentKeepalive

  /// How the key is written.
  public var spelling: String {
    switch self {
    case .privateKey: "PrivateKey"
    case .listenPort: "ListenPort"
    case .fwMark: "FwMark"
    case .address: "Address"
    case .dns: "DNS"
    case .mtu: "MTU"
    case .table: "Table"
    case .preUp: "PreUp"
    case .postUp: "PostUp"
    case .preDown: "PreDown"
    case .postDown: "PostDown"
    case .saveConfig: "SaveConfig"
    case .publicKey: "PublicKey"
    case .presharedKey: "PresharedKey"
    case .allowedIPs: "AllowedIPs"
    case .endpoint: "Endpoint"
    case .persistentKeepalive: "PersistentKeepalive"
    }
  }

  /// Where the key belongs.
  public var section: Section {
    switch self {
    case .publicKey, .presharedKey, .allowedIPs, .endpoint, .persistentKeepalive: .peer
    default: .interface
    }
  }

  /// Whether the value is a command line, in which `#` is an ordinary character.
  var isHook: Bool {
    switch self {
    case .preUp, .postUp, .preDown, .postDown: true
    default: false
    }
  }

  /// Whether `wg` knows the key; the others are of wg-quick and of Windows.
  var isCore: Bool {
    switch self {
    case .privateKey, .listenPort, .fwMark: true
    default: section == .peer
    }
  }

  /// Whether a second line of this key adds to the first.
  func accumulates(in dialect: Dialect) -> Bool {
    switch self {
    case .address, .dns, .allowedIPs: true
    case .preUp, .postUp, .preDown, .postDown: dialect != .windows
    default: false
    }
  }

  /// Whether `dialect` knows the key.
  func isKnown(in dialect: Dialect) -> Bool {
    switch dialect {
    case .wg: isCore
    case .windows: self != .fwMark && self != .saveConfig
    case .wgQuick, .shared: true
    }
  }
}
