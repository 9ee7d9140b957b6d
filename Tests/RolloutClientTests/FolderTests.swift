import Foundation
import RolloutMetadata
import Testing

@testable import Rollout
@testable import RolloutClient

struct FolderTests {
  private func fault(_ body: () throws -> Void) -> ClientError? {
    do {
      try body()
      return nil
    } catch {
      return error as? ClientError
    }
  }

  private func write(_ text: String, _ path: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
  }

  @Test func `a policy is read, and what is wrong in it is named`() throws {
    try withFolder { root in
      let folder = ClientFolder(path: root)
      let path = root + "/policy.json"
      #expect(try folder.policyFile() == PolicyFile())
      try write(
        #"{"channel": "preview", "updateMode": "auto", "deferDays": 3, "changeControl": "required", "#
          + #""pins": [{"component": "portable", "atMost": 57}], "#
          + #""pause": {"setAt": "2027-01-06T09:00:00Z", "until": "2027-01-07T09:00:00Z"}}"#, path)
      let policy = try folder.policyFile().policy(path: path)
      #expect(policy.channel == .preview && policy.updateMode == .auto && policy.deferDays == 3)
      #expect(policy.requiresChangeRequest && policy.pause != nil)
      #expect(policy.pins == [.init(component: .portable, rule: .atMost(57))])
      for (text, place) in [
        (#"{"channel": "beta"}"#, "channel: \"beta\" is none; there are insider, preview, stable, lts, frozen"),
        (#"{"channel": 7}"#, "channel: "), (#"{"deferDays": -1}"#, "deferDays: from 0 to 365"),
        (#"{"pins": [{"component": "portable"}]}"#, "pins: one of version, exactly and atMost"),
        (#"{"pins": [{"component": "portable", "atMost": 1, "exactly": 1}]}"#, "pins: one of"),
        (#"{"pause": {"setAt": "now", "until": "later"}}"#, "pause.setAt: \"now\" is not a time"),
        (#"{"probationSeconds": 0}"#, "probationSeconds: from 1 to 86400"),
        (#"{"changeControl": "yes"}"#, "changeControl: "),
        ("{", "not valid JSON"),
      ] {
        try write(text, path)
        let error = fault { _ = try folder.policyFile() }
        #expect(error?.status == .policy && error?.description.contains(place) == true, "\(text): \(error as Any)")
      }
    }
  }

  @Test func `T40 tunnels of others are known by what drives them`() throws {
    try withFolder { root in
      func device(_ name: String, _ files: [String: String]) throws {
        try FileManager.default.createDirectory(atPath: "\(root)/\(name)", withIntermediateDirectories: false)
        for (leaf, text) in files { try write(text, "\(root)/\(name)/\(leaf)") }
      }
      func drivers(_ ours: String...) -> [String] {
        Neighbours.drivers(without: ours.map { Array($0.utf8) }, below: root).map {
          String(decoding: $0, as: UTF8.self)
        }
      }
      try device("lo", ["type": "772\n", "uevent": "INTERFACE=lo\n"])
      try device("tap0", ["tun_flags": "0x1002\n", "type": "1\n"])
      #expect(drivers() == [])
      try device("wg0", ["tun_flags": "0x1001\n", "type": "65534\n"])
      try device("tun7", ["tun_flags": "0x5001\n", "type": "65534\n"])
      try device("wg1", ["uevent": "DEVTYPE=wireguard\nINTERFACE=wg1\n", "type": "65534\n"])
      try device("ppp0", ["type": "512\n"])
      #expect(drivers("wg0") == ["ppp", "tun", "wireguard"])
      #expect(drivers("wg0", "wg1", "tun7") == ["ppp"])
      // Whoever is asked for tunnels tells of those of others, too: ours are what our daemon serves, and what was set up.
      func tunnel(_ name: String, _ program: String?) -> TunnelsSeen.Tunnel {
        let server = program.map { TunnelsSeen.Server(process: 1, startedAt: 1, program: Array($0.utf8)) }
        return TunnelsSeen.Tunnel(name: Array(name.utf8), server: server, configuration: nil, peers: [])
      }
      try FileManager.default.createDirectory(atPath: root + "/setups", withIntermediateDirectories: false)
      try write("", root + "/setups/wg1.journal")
      let seen = TunnelsSeen(
        tunnels: [
          tunnel("wg0", "/usr/bin/needletaild"), tunnel("wg1", nil), tunnel("wg2", nil), tunnel("tun7", "/opt/other"),
        ], crashes: [])
      let ours = Neighbours.ours(seen, program: Array("needletaild".utf8), setups: root + "/setups")
      #expect(ours == [Array("wg0".utf8), Array("wg1".utf8)])
    }
  }

  @Test func `components have a place each for their releases`() throws {
    try withFolder { root in
      let folder = ClientFolder(path: root)
      func home(_ component: Component) throws -> String { try LinuxHost(folder, component: component).home }
      #expect(try home(.portable) == root)
      #expect(try home(.app) == root + "/app")
      #expect(try Set(Component.allCases.map(home)).count == Component.allCases.count)
      // One is thrown away, of the other nothing.
      for component in [Component.portable, .app] {
        let files = folder.files
        let slots = Slots(root: try home(component), files: files)
        for serial in [UInt64(57), 58] { try files.makeFolder(slots.path(serial)) }
      }
      try Slots(root: try home(.app), files: folder.files).clean(keeping: 58, and: nil)
      func slots(_ component: Component) throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: try home(component) + "/slots"))
      }
      #expect(try slots(.app) == ["58"] && slots(.portable) == ["57", "58"])
    }
  }

  @Test func `a policy that others may write to is not believed`() throws {
    try withFolder { root in
      try write("{}", root + "/policy.json")
      try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: root + "/policy.json")
      #expect(fault { _ = try ClientFolder(path: root).policyFile() }?.status == .policy)
    }
  }

  @Test func `a folder has one client at a time`() throws {
    try withFolder { root in
      try ClientFolder(path: root).lock()
      #expect(fault { try ClientFolder(path: root).lock() }?.status == .busy)
    }
  }

  @Test func `an identifier is made once and kept`() throws {
    try withFolder { root in
      let folder = ClientFolder(path: root)
      let id = try folder.installID()
      #expect(id.count == 16)
      #expect(try folder.installID() == id)
      try write("short", root + "/install-id")
      #expect(fault { _ = try folder.installID() }?.status == .malformed)
    }
  }

  @Test func `a damaged record stops the client and says so`() throws {
    try withFolder { root in
      let folder = ClientFolder(path: root)
      var record = try folder.record(.portable)
      #expect(record == ClientRecord(component: .portable))
      record.committed = 5
      try folder.write(record)
      #expect(try folder.record(.portable) == record)
      try write("{}", root + "/portable.record.json")
      #expect(fault { _ = try folder.record(.portable) }?.status == .malformed)
    }
  }

  @Test func `the log goes on after a loss of power between a line and its anchor, and shows all else`() throws {
    try withFolder { root in
      let folder = ClientFolder(path: root)
      let time = UTCTime(seconds: 1_800_000_000)
      try folder.log("a", "x", "", at: time, boot: 1)
      let anchor = try Data(contentsOf: URL(fileURLWithPath: root + "/audit.head"))
      try folder.log("b", "x", "", at: time, boot: 2)
      try anchor.write(to: URL(fileURLWithPath: root + "/audit.head"))
      func events() throws -> [String] { try folder.verifiedLog().map { String(decoding: $0.event, as: UTF8.self) } }
      #expect(try events() == ["a", "b"])
      // One line, and no more.
      try Data("0 \(String(repeating: "0", count: 64))\n".utf8).write(to: URL(fileURLWithPath: root + "/audit.head"))
      #expect(fault { _ = try folder.verifiedLog() }?.status == .failure)
      try anchor.write(to: URL(fileURLWithPath: root + "/audit.head"))
      try folder.log("c", "x", "", at: time, boot: 3)
      #expect(try events() == ["a", "b", "c"])
      // A line that was cut off in the middle, as on a disk that is full.
      let log = try FileHandle(forWritingTo: URL(fileURLWithPath: root + "/audit.jsonl"))
      try log.seekToEnd()
      try log.write(contentsOf: Data(#"{"at":"20"#.utf8))
      try log.close()
      try folder.log("d", "x", "", at: time, boot: 4)
      #expect(try events() == ["a", "b", "c", "d"])
      let text = try String(contentsOfFile: root + "/audit.jsonl", encoding: .utf8)
      try write(text.split(separator: "\n").dropLast().joined(separator: "\n") + "\n", root + "/audit.jsonl")
      #expect(fault { _ = try folder.verifiedLog() }?.status == .failure)
    }
  }

  @Test func `trust begins with a root that is there`() throws {
    try withFolder { root in
      #expect(fault { _ = try ClientFolder(path: root).trusted() }?.status == .belowThreshold)
      try write("{}", root + "/root.json")
      #expect(fault { _ = try ClientFolder(path: root).trusted() }?.status == .malformed)
      try write("{}", root + "/trusted.json")
      #expect(fault { _ = try ClientFolder(path: root).trusted() }?.description.contains("damaged") == true)
    }
  }

  @Test func `probes are lines, and what is no probe is a failure`() {
    let results = ProbeProgram.results("transfer pass\nhandshakes idle\ncrashes fail\nload inconclusive\nnonsense\n")
    #expect(results.map(\.outcome) == [.pass, .inconclusive, .fail, .inconclusive, .fail])
    #expect(results[1].isForLackOfTraffic && !results[3].isForLackOfTraffic)
    #expect(ProbeProgram.ask(["/nonexistent"], slot: "/").map(\.outcome) == [.fail])
    #expect(ProbeProgram.ask(["/bin/false"], slot: "/").map(\.outcome) == [.fail])
  }

  @Test func `what the tunnels were like is kept for the serial that takes over, and for no other`() throws {
    try withFolder { root in
      let folder = ClientFolder(path: root)
      #expect(try folder.tunnels(before: 2) == TunnelsSeen())
      let server = TunnelsSeen.Server(process: 7, startedAt: 70, program: Array("/slots/1/needletaild".utf8))
      let peers = [
        TunnelsSeen.Peer(key: Array("a".utf8), handshakeAge: 3, received: 0, sent: 0),
        TunnelsSeen.Peer(key: Array("b".utf8), handshakeAge: nil, received: 0, sent: 0),
      ]
      let seen = TunnelsSeen(
        tunnels: [
          .init(name: Array("wg0".utf8), server: server, configuration: Array("digest".utf8), peers: peers),
          .init(name: Array("wg1".utf8), server: nil, configuration: nil, peers: []),
        ], crashes: [Array("core".utf8)])
      try folder.write(seen, before: 2)
      #expect(try folder.tunnels(before: 2) == seen)
      #expect(try folder.tunnels(before: 3) == TunnelsSeen())
      try write("{", root + "/tunnels-before.json")
      #expect(try folder.tunnels(before: 2) == TunnelsSeen())
    }
  }
}
