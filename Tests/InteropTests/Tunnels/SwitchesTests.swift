import Foundation
import Testing

/// One setting of everything about packets that can be switched, and who is at the other end of the tunnel.
struct SwitchSetting: Sendable, CustomTestStringConvertible {
  /// The far end: the daemon with the same switches, the daemon with none, or wireguard-go, which has no offloads.
  enum Opposite: String, CaseIterable { case alike, unswitched, wireguardGo }

  static let offloads = ["NEEDLETAIL_TUN_OFFLOAD", "NEEDLETAIL_USO", "NEEDLETAIL_GSO", "NEEDLETAIL_GRO"]

  /// The cipher kernels that this processor can run.
  static let ciphers: [String] = {
    let processor = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let features = Set(processor.split { $0.isWhitespace || $0 == ":" })
    let needs = [
      ("portable", []), ("ssse3", ["ssse3"]), ("avx2", ["avx2", "bmi2"]),
      ("avx512", ["avx512f", "avx512dq", "avx512ifma", "avx512bw", "avx512vl"]),
    ]
    return needs.filter { $0.1.allSatisfy { features.contains(Substring($0)) } }.map(\.0)
  }()

  let variables: [String: String]
  let opposite: Opposite
  let outer: Family

  /// A setting from choices in the order of `counts`.
  init(_ choices: [Int]) {
    var variables = ["NEEDLETAIL_CIPHER": Self.ciphers[choices[0]]]
    for (place, name) in Self.offloads.enumerated() where choices[1 + place] == 1 { variables[name] = "off" }
    self.variables = variables
    opposite = Opposite.allCases[choices[5]]
    outer = Family.allCases[choices[6]]
  }

  static let counts = [ciphers.count] + offloads.map { _ in 2 } + [Opposite.allCases.count, Family.allCases.count]

  /// Every pair of choices in the fast tier, every combination that differs in the long one: without a header on the TUN
  /// device there are no UDP super-packets to switch off.
  static var all: [SwitchSetting] {
    guard Laboratory.isLong else { return Pairwise.rows(counts).map(SwitchSetting.init) }
    return Pairwise.product(counts).filter { $0[1] == 0 || $0[2] == 0 }.map(SwitchSetting.init)
  }

  var testDescription: String {
    let words = variables.sorted { $0.key < $1.key }.map { "\($0.key.dropFirst("NEEDLETAIL_".count)) \($0.value)" }
    return (words + ["\(opposite)", "\(outer)"]).joined(separator: ", ")
  }

  var scenario: Scenario {
    var scenario = Scenario(opposite == .wireguardGo ? .wireguardGo : .needletaild, outer: outer)
    scenario.nearVariables = variables
    if opposite == .alike { scenario.farVariables = variables }
    return scenario
  }
}

extension Interop {
  @Suite struct SwitchesTests {
    /// Any two choices must meet; otherwise a fault of just these two stays unseen.
    @Test func `the table of pairs leaves none out`() {
      let counts = SwitchSetting.counts
      let rows = Pairwise.rows(counts)
      let met = Set(rows.flatMap(Pairwise.pairs))
      for (first, count) in counts.enumerated() {
        for second in first + 1..<counts.count {
          for choice in 0..<count {
            for other in 0..<counts[second] {
              #expect(
                met.contains(
                  Pairwise.Meeting(first: first, firstChoice: choice, second: second, secondChoice: other)))
            }
          }
        }
      }
      #expect(rows.count <= 20)
    }

    /// Packets of every kind pass with any cipher kernel and any offloads: full ones, streams that are merged and cut up,
    /// and rows of equal datagrams.
    @Test(arguments: SwitchSetting.all)
    func `traffic passes whatever is switched`(setting: SwitchSetting) async throws {
      try await Pair.with(setting.scenario, turn: .heavy) { pair in
        try await pair.establish()
        for size in [28, 43, 1420] { #expect(try await pair.near.ping(pair.far, .v4, size: size) == 1) }
        #expect(try await pair.far.ping(pair.near, .v6, size: 1420) == 1)
        let megabytes = (Laboratory.isLong ? 16 : 4) << 20
        async let there: Void = pair.stream(
          from: pair.near, to: pair.far, .v4, bytes: megabytes, within: .seconds(120))
        async let back: Void = pair.stream(
          from: pair.far, to: pair.near, .v6, bytes: megabytes, within: .seconds(120))
        _ = try await (there, back)
        for size in [64, 1000] {
          try await datagrams(from: pair.near, to: pair.far, .v4, size: size)
          try await datagrams(from: pair.far, to: pair.near, .v6, size: size)
        }
      }
    }

    /// A row of equal datagrams, short enough for every queue on its way: a socket holds 200 KB, a datagram takes up to 2.5.
    private func datagrams(
      from sender: TunnelEnd, to receiver: TunnelEnd, _ family: Family, size: Int
    ) async throws {
      let count = 40
      let address = receiver.inner[family]
      async let receiving = receiver.site.run(
        receiver.site.probe, "datagram-receive", address, "7001", "\(count)", "\(size)", "10", within: .seconds(40))
      // What is sent before the receiver listens is lost.
      try await eventually("somebody listens", within: .seconds(10), every: .milliseconds(50)) {
        try await receiver.site.run("ss", "-Hlun", "sport = :7001", within: .seconds(5)).contains("7001")
      }
      _ = try await sender.site.run(
        sender.site.probe, "datagram-send", address, "7001", "\(count)", "\(size)", within: .seconds(20))
      #expect(try await receiving.trimmed == "\(count)", "\(size) bytes, \(family)")
    }

    /// A kernel the processor lacks, or nobody knows, must be refused; otherwise a test believes it ran with it.
    @Test(arguments: ["avx1024", ""])
    func `a cipher kernel that is not there is refused`(name: String) async throws {
      let space = try await Namespace.create()
      var command = Command(Program.needletaild.path, "-f", Laboratory.interfaceName())
      command.variables["NEEDLETAIL_CIPHER"] = name
      let outcome = try await space.entering(command).outcome()
      await space.delete()
      #expect(outcome.status == 1)
      #expect(outcome.complaint.contains("NEEDLETAIL_CIPHER"))
    }
  }
}
