internal import ArgumentParser
internal import CaptureSockets
internal import Foundation
internal import PacketCapture
internal import RolloutMetadata
internal import TunnelControl
internal import TunnelReport

/// `needletail pcap`
struct PcapCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pcap", abstract: "Capture the packets of a tunnel, for wireshark and tcpdump.",
    discussion: """
      Inner packets are those that go into the tunnel and come out of it, in the clear; outer ones are the datagrams that \
      carry them, of all interfaces. The format is pcapng, with the names of interfaces and the direction of each packet. \
      An interrupt ends it with a whole file, as do the bounds; with --ring it goes on, keeps the last packets, and writes \
      them at the end. Rights of root are given up before the first packet. \
      Session keys are not to be had: outer packets stay sealed.
      """)
  @Argument(help: "The tunnel.", completion: .custom { words, _, _ in ToolCompletion.names(words) })
  var tunnel: String
  @Flag(help: "Packets inside the tunnel; the default.") var inner = false
  @Flag(help: "The tunnel's own datagrams. Both flags: all in one file.") var outer = false
  @Option(
    help: "The file, which is made; - is the standard output, the default when that is no terminal.",
    completion: .file(extensions: ["pcapng"]))
  var write: String?
  @Flag(help: "Replace the file when it is there.") var force = false
  @Flag(help: "Keep the last packets, not the first: --count and --bytes say how many, and end nothing.")
  var ring = false
  @Option(help: "End after so many packets.") var count: UInt64 = 100_000
  @Option(help: "End after so many seconds: up to 604800; 600 without it, and with --ring as long as can be.")
  var seconds: Double?
  @Option(help: "End before the file is longer than so many bytes.") var bytes: UInt64 = 64 << 20
  @Option(help: "Keep so many bytes of each packet: 1 to 262144.") var snap: UInt32 = 262_144
  @Flag(help: "Say what came of it as JSON.") var json = false

  func validate() throws {
    guard count > 0 else { throw ValidationError("--count 0: at least 1") }
    guard duration > 0 && duration <= Self.longest else { throw ValidationError("--seconds \(duration): up to 604800") }
    guard bytes >= 1024 else { throw ValidationError("--bytes \(bytes): at least 1024") }
    guard (1...262_144).contains(snap) else { throw ValidationError("--snap \(snap): 1 to 262144") }
  }

  /// Seconds that a capture lasts at most: a week.
  private static let longest = 604_800.0
  private var duration: Double { seconds ?? (ring ? Self.longest : 600) }

  func run() throws {
    if write == nil && Streams.isTerminal {
      throw Failure(.usage, "packets are nothing for a terminal: say --write FILE, or send them through a pipe")
    }
    let sources = try sources()
    EndSignals.setBlocked(true)
    var target = try target()
    PacketSocket.dropRights()
    let bounds = Capture.Bounds(packets: count, bytes: bytes, longest: snap)
    // What the ring holds is within the bounds.
    var capture = Capture(ring ? Capture.Bounds(packets: .max, bytes: .max, longest: snap) : bounds)
    var dropped: UInt64 = 0
    let end: String
    do throws(CaptureFault) {
      let layers = sources.map(\.layer).joined(separator: " and ")
      let program = "needletail \(Needletail.version)"
      let head = capture.begin(program: program, comment: "\(layers) packets of the tunnel \(tunnel)")
      try target.write(head)
      var blocks: [UInt8] = []
      if ring {
        var ring = PacketRing(bounds, head: head)
        end = try follow(sources) { (packet, name, description) in
          ring.add(packet, on: name, description)
          return nil
        } pause: { () throws(CaptureFault) in
        }
        dropped = ring.dropped
        try ring.visit { (packet, name, description) throws(CaptureFault) in
          blocks += capture.add(packet, on: name, description)
          if blocks.count > Self.portion { try target.write(blocks.takeAll()) }
        }
        try target.write(blocks)
      } else {
        end = try follow(sources) { (packet, name, description) in
          blocks += capture.add(packet, on: name, description)
          return capture.end
        } pause: { () throws(CaptureFault) in
          if !blocks.isEmpty { try target.write(blocks.takeAll()) }
        }
      }
      try target.write(capture.finish(empty: tunnel, "no packet was seen"))
    } catch {
      throw Failure(.failure, "the capture ended early: \(error.words); what was written before is whole")
    }
    tell(capture, lost: sources.map { $0.socket.lost() }.reduce(0, +), dropped: dropped, end)
  }

  /// Where packets come from.
  private struct Source {
    let layer: String
    let description: String
    let socket: PacketSocket
  }

  private func sources() throws -> [Source] {
    guard Tool().tunnels.names().contains(tunnel) else {
      throw Failure(.usage, "\(tunnel): there is no such tunnel; `needletail show interfaces` lists them")
    }
    var sources: [Source] = []
    if inner || !outer {
      let socket = try socket("the interface \(tunnel)", interface: tunnel, filter: .everything)
      sources.append(Source(layer: "inner", description: "inside the tunnel \(tunnel)", socket: socket))
    }
    if outer {
      var state = try TunnelQuestion.state(of: tunnel)
      state.wipe()
      guard state.listenPort != 0 else {
        throw Failure(.failure, "\(tunnel) has no port while it is down: bring it up first")
      }
      let socket = try socket("the interfaces", interface: nil, filter: .datagrams(ofPort: state.listenPort))
      sources.append(Source(layer: "outer", description: "datagrams of the tunnel \(tunnel)", socket: socket))
    }
    return sources
  }

  private func socket(_ what: String, interface: String?, filter: PacketFilter) throws -> PacketSocket {
    do throws(CaptureFault) {
      return try PacketSocket(interface: interface, filter: filter, longest: snap)
    } catch {
      throw refused(error, what)
    }
  }

  private func refused(_ fault: CaptureFault, _ what: String) -> Failure {
    let remedy =
      fault.isRefusal
      ? "run it as root, or give it CAP_NET_RAW"
      : "is it in another network namespace? Then run this there: ip netns exec NAMESPACE needletail pcap"
    return Failure(.failure, "\(what) cannot be listened to: \(fault.words); \(remedy)")
  }

  private func target() throws -> CaptureTarget {
    guard let write, write != "-" else { return CaptureTarget() }
    do throws(CaptureFault) {
      return try CaptureTarget(path: write, isForced: force)
    } catch {
      let remedy =
        !error.isPresence
        ? "check the path and its rights"
        : force ? "it is no plain file; choose another name" : "choose another name, or say --force"
      throw Failure(.failure, "\(write) cannot be made: \(error.words); \(remedy)")
    }
  }

  /// Packets a turn and socket: so many may come before the time and the signals are looked at again.
  private static let turn = 256
  /// Bytes of a ring that are written at once.
  private static let portion = 1 << 16

  /// Takes packets until `take` says that a bound is reached, the time is over or somebody asks to end, and says which.
  /// `pause` is called after each turn.
  private func follow(
    _ sources: [Source], _ take: (CapturedPacket, String, String) -> Capture.End?,
    pause: () throws(CaptureFault) -> Void
  ) throws(CaptureFault) -> String {
    let begin = DispatchTime.now().uptimeNanoseconds
    var bound: Capture.End?
    while true {
      if let bound { return bound.rawValue }
      if EndSignals.isAskedToEnd { return "signal" }
      let rest = duration - Double(DispatchTime.now().uptimeNanoseconds - begin) / 1e9
      if rest <= 0 { return "seconds" }
      PacketSocket.wait(for: sources.map(\.socket), milliseconds: Int32(min(100, max(1, rest * 1000))))
      for source in sources {
        for _ in 0..<Self.turn {
          guard bound == nil, let (packet, interface) = try source.socket.next() else { break }
          bound = take(packet, interface, source.description)
        }
      }
      try pause()
    }
  }

  private func tell(_ capture: borrowing Capture, lost: UInt64, dropped: UInt64, _ end: String) {
    let isFile = write ?? "-" != "-"
    if json {
      let text =
        "{\"tunnel\":\"\(JSONText.escape(tunnel))\",\"packets\":\(capture.packets),\"bytes\":\(capture.bytes),"
        + "\"lost\":\(lost),\"dropped\":\(dropped),\"end\":\"\(end)\"}"
      if isFile { print(text) } else { Streams.complain(text) }
    } else {
      let losses = lost == 0 ? "" : "; \(lost) more there was no room for"
      let older = dropped == 0 ? "" : "; \(dropped) older ones had to make room"
      Streams.complain("\(capture.packets) packets, \(capture.bytes) bytes\(older)\(losses)")
    }
  }
}

extension [UInt8] {
  /// The bytes, of which none are left.
  fileprivate mutating func takeAll() -> [UInt8] {
    defer { self = [] }
    return self
  }
}
