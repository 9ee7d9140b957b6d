internal import ConfigurationFile
internal import ControlProtocol
internal import ControlProtocolTesting

/// The boundaries where bytes from outside come in, by name: what a coverage-guided fuzzer, the tests and the replay of
/// found inputs call alike. An input must not trap; what is accepted is judged by the tests of each boundary.
public enum FuzzTarget: String, CaseIterable, Sendable {
  /// A datagram's kind and the fields of each message.
  case datagram
  /// What a responder does with an initiation, whatever its MAC1 says.
  case initiation
  /// What an initiator does with a response.
  case response
  /// What an initiator does with a cookie reply.
  case cookieReply
  /// The machine's doors: several datagrams, each behind a length byte.
  case admit
  /// The control socket, on one connection.
  case controlSocket
  /// The `.conf` grammar in every dialect.
  case configurationFile
  /// What the Windows driver answers to a get, at the program's pipe.
  case driverAnswer
  /// What a client of the program's pipe sends, on its way to the driver.
  case pipe
  /// What the kernel answers to a question about its own WireGuard.
  case netlink
}

/// What the targets need, made once.
public struct FuzzTargets {
  private let datagrams = DatagramTargets()
  private let machine = FuzzMachine()

  /// Everything a target needs.
  public init() {}

  /// Runs `input` against the target that its first byte names.
  public func run(_ input: [UInt8]) {
    guard let first = input.first else { return }
    let target = FuzzTarget.allCases[Int(first) % FuzzTarget.allCases.count]
    run(Array(input.dropFirst()), against: target)
  }

  /// Runs `bytes` against `target`.
  public func run(_ bytes: [UInt8], against target: FuzzTarget) {
    switch target {
    case .datagram:
      _ = datagrams.classify(bytes)
      _ = datagrams.verify(bytes, toResponder: true)
    case .initiation: _ = datagrams.authenticate(bytes)
    case .response: _ = datagrams.finish(bytes)
    case .cookieReply: _ = datagrams.openCookieReply(bytes)
    case .admit: machine.receive(bytes, fixing: datagrams)
    case .controlSocket:
      var interface = MemoryTarget()
      Conversation().send(bytes, ends: true, to: &interface)
    case .configurationFile: Self.readFile(bytes)
    case .driverAnswer: RecordTargets.print(bytes)
    case .pipe: RecordTargets.ask(bytes)
    case .netlink: NetlinkTargets.read(bytes)
    }
  }

  /// Valid inputs to start from, each with the byte that names its target.
  public var seeds: [[UInt8]] {
    let messages: [FuzzTarget] = [.datagram, .initiation, .response, .cookieReply]
    var seeds = messages.flatMap { target in datagrams.corpus.map { Self.input($0, for: target) } }
    seeds += datagrams.corpus.map { Self.input([UInt8($0.count)] + $0, for: .admit) }
    seeds.append(Self.input(Array("get=1\n\nset=1\nlisten_port=1\npublic_key=".utf8), for: .controlSocket))
    seeds.append(
      Self.input(
        Array("[Interface]\nPrivateKey = x\n[Peer]\nEndpoint = [::1]:1\nAllowedIPs = 0.0.0.0/0\n".utf8),
        for: .configurationFile))
    seeds += RecordTargets.answers.map { Self.input($0, for: .driverAnswer) }
    seeds += RecordTargets.texts.map { Self.input($0, for: .pipe) }
    seeds += NetlinkTargets.seeds.map { Self.input($0, for: .netlink) }
    return seeds
  }

  private static func input(_ bytes: [UInt8], for target: FuzzTarget) -> [UInt8] {
    [UInt8(FuzzTarget.allCases.firstIndex(of: target) ?? 0)] + bytes
  }

  private static func readFile(_ bytes: [UInt8]) {
    for dialect: Dialect in [.wg, .wgQuick, .windows, .shared(.linux), .shared(.windows)] {
      do throws(ConfigurationFileError) {
        let (document, _) = try ConfigurationDocument.read(bytes, dialect: dialect)
        _ = try? document.text(dialect: dialect)
      } catch {
        _ = error.diagnostics.map(\.description)
      }
    }
    _ = ConfigurationDocument.stripped(bytes)
  }
}
