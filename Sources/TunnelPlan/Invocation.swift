/// A program, its arguments, and what it reads.
public struct Invocation: Equatable, Sendable, CustomStringConvertible {
  /// The program, by its name or path, and its arguments.
  public let words: [String]
  /// What it reads from its standard input.
  public let input: String

  /// A program to run.
  public init(_ words: [String], input: String = "") {
    self.words = words
    self.input = input
  }

  /// The command as a person would type it, what it reads behind it.
  public var description: String {
    let line = words.map(Self.quoted).joined(separator: " ")
    return input.isEmpty ? line : line + " << END\n" + input + "END"
  }

  private static func quoted(_ word: String) -> String {
    let plain = Array("_=+.-/:,@%".utf8)
    let isPlain = word.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
        || plain.contains(byte)
    }
    if isPlain && !word.isEmpty { return word }
    return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}

extension TunnelStep {
  /// The programs that perform the step for the interface `name`; empty for what our own code does, and nil in place of an
  /// MTU that is found only then.
  ///
  /// - Parameters:
  ///   - name: the interface.
  ///   - found: the MTU that a start without one takes.
  public func invocations(for name: String, mtu found: UInt32? = nil) -> [Invocation] {
    switch self {
    case .link(.native): [Invocation(["ip", "link", "add", name, "type", "wireguard"])]
    case .link(.portable(let daemon)): [Invocation([daemon, name])]
    case .hook(let line, _):
      [Invocation(["bash", "--norc", "-e", "-o", "pipefail", "-O", "extglob", "-c", line.expanded(for: name)])]
    case .configuration, .mark, .sourceMarks, .pathMTU: []
    case .address(let text):
      [Invocation(["ip", AddressFamily(of: text).option, "address", "add", text, "dev", name])]
    case .start(let mtu):
      [
        Invocation(
          ["ip", "link", "set"] + ((mtu ?? found).map { ["mtu", "\($0)"] } ?? []) + ["up", "dev", name])
      ]
    case .nameServers(let names): names.invocations(for: name)
    case .route(let prefix, let table):
      [
        Invocation(
          ["ip", AddressFamily(of: prefix).option, "route", "add", prefix, "dev", name]
            + (table.map { ["table", $0] } ?? []))
      ]
    case .rule(let rule): [Invocation(["ip", rule.family.option, "rule", "add"] + rule.selector)]
    case .filter(let table): [Invocation(["nft", "-f", "-"], input: table.loading)]
    }
  }

  /// What the step does, as a person would type it.
  public func text(for name: String, file: String) -> String {
    switch self {
    case .configuration: "needletail setconf \(name) <(needletail strip \(file))"
    case .mark(let mark): "needletail set \(name) fwmark \(mark)"
    case .sourceMarks: "sysctl -q net.ipv4.conf.all.src_valid_mark=1"
    case .hook(let line, _): line.expanded(for: name)
    case .pathMTU(let addresses):
      "ip link set mtu (the largest that passes to \(addresses.joined(separator: " or ")) and back) dev \(name)"
    case .start(nil): "ip link set mtu (that of the way to the peers, less 80) up dev \(name)"
    default: invocations(for: name).map { "\($0)" }.joined(separator: "\n")
    }
  }
}

extension String {
  /// A line of a file with the interface's name for `%i`.
  public func expanded(for name: String) -> String {
    var result = ""
    var rest = self[...]
    while let place = rest.firstIndex(of: "%") {
      let next = rest.index(after: place)
      let isName = next < rest.endIndex && rest[next] == "i"
      result += rest[..<place] + (isName ? name : "%")
      rest = rest[(isName ? rest.index(after: next) : next)...]
    }
    return result + rest
  }
}

extension NameServers {
  fileprivate func invocations(for name: String) -> [Invocation] {
    switch tool {
    case .resolvconf(let prefix):
      let lines = servers.map { "nameserver \($0)\n" }
      let search = domains.isEmpty ? "" : "search \(domains.joined(separator: " "))\n"
      return [Invocation(["resolvconf", "-a", prefix + name, "-m", "0", "-x"], input: lines.joined() + search)]
    case .resolvectl:
      let routed = domains + (isForAll ? ["~."] : [])
      return (servers.isEmpty ? [] : [Invocation(["resolvectl", "dns", name] + servers)])
        + (routed.isEmpty ? [] : [Invocation(["resolvectl", "domain", name] + routed)])
    }
  }

  /// The program that takes it back.
  public func removal(for name: String) -> Invocation {
    switch tool {
    case .resolvconf(let prefix): Invocation(["resolvconf", "-d", prefix + name, "-f"])
    case .resolvectl: Invocation(["resolvectl", "revert", name])
    }
  }
}
