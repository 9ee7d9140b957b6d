import Foundation
import Glibc

/// An IP packet as it passed an interface.
struct CapturedPacket: Sendable {
  /// Seconds since 1970.
  let time: Double
  let family: Family
  /// The TOS byte or traffic class: DSCP in the upper six bits, congestion mark in the lower two.
  let trafficClass: UInt8
  /// Length of the IP packet.
  let length: Int
  let transport: UInt8
  /// UDP ports, zero in other packets.
  let sourcePort: UInt16
  let destinationPort: UInt16
  /// What follows the UDP header, or the IP header in other packets; the first 200 bytes of it.
  let payload: [UInt8]

  var congestionMark: UInt8 { trafficClass & 3 }

  /// The WireGuard message type of the payload.
  var messageType: UInt8 { payload.first ?? 0 }

  /// Length of the UDP payload.
  var payloadLength: Int { length - family.header - 8 }

  /// Reads the IP packet, or returns nothing for what is none.
  init?(time: Double, length: Int, packet: ArraySlice<UInt8>) {
    let bytes = Array(packet)
    guard let first = bytes.first else { return nil }
    switch first >> 4 {
    case 4 where bytes.count >= 20:
      (family, trafficClass, transport) = (.v4, bytes[1], bytes[9])
    case 6 where bytes.count >= 40:
      (family, trafficClass, transport) = (.v6, first << 4 | bytes[1] >> 4, bytes[6])
    default:
      return nil
    }
    self.time = time
    self.length = length
    let rest = Array(bytes.dropFirst(family.header))
    if transport == 17, rest.count >= 8 {
      sourcePort = UInt16(rest[0]) << 8 | UInt16(rest[1])
      destinationPort = UInt16(rest[2]) << 8 | UInt16(rest[3])
      payload = Array(rest.dropFirst(8).prefix(200))
    } else {
      (sourcePort, destinationPort) = (0, 0)
      payload = Array(rest.prefix(200))
    }
  }
}

/// Records what passes an interface of a namespace of this machine.
final class Capture: Sendable {
  private let recorder: Child
  private let file: URL

  /// Starts recording what matches the filter; returns once nothing is missed any more.
  init(_ namespace: Namespace, _ interface: String, _ filter: String) async throws {
    file = Laboratory.scratch.appending(path: "capture-\(Laboratory.number())")
    let command = Command(
      "tcpdump", "-Z", "root", "-n", "-U", "--immediate-mode", "-i", interface, "-w", file.path, filter)
    let recorder = try Child(namespace.entering(command))
    self.recorder = recorder
    try await eventually("tcpdump listens", within: .seconds(10), every: .milliseconds(20)) {
      guard recorder.isRunning else { throw Laboratory.Unready(description: recorder.complaint) }
      return recorder.complaint.contains("listening on")
    }
  }

  /// What has passed until now.
  func packets() throws -> [CapturedPacket] { try Capture.parse([UInt8](Data(contentsOf: file))) }

  /// Ends recording and returns all of it.
  func stop() async throws -> [CapturedPacket] {
    // What the kernel has handed to the interface reaches the recorder a moment later.
    try await Task.sleep(for: .milliseconds(100))
    recorder.signal(SIGINT)
    _ = try await recorder.wait(within: .seconds(5))
    return try packets()
  }

  deinit { recorder.signal(SIGKILL) }

  /// Reads a capture file (libpcap's classic format, written on this machine).
  private static func parse(_ file: [UInt8]) throws -> [CapturedPacket] {
    func number(_ offset: Int) -> Int {
      (0..<4).reduce(0) { $0 | Int(file[offset + $1]) << (8 * $1) }
    }
    guard file.count >= 24 else { return [] }
    guard number(0) == 0xA1B2_C3D4 else { throw Laboratory.Unready(description: "not a capture file") }
    let linkHeader = number(20) == 1 ? 14 : 0  // Ethernet; a TUN has none
    var packets: [CapturedPacket] = []
    var offset = 24
    while offset + 16 <= file.count {
      let (kept, whole) = (number(offset + 8), number(offset + 12))
      let time = Double(number(offset)) + Double(number(offset + 4)) / 1e6
      let start = offset + 16
      guard start + kept <= file.count, kept >= linkHeader else { break }
      let packet = file[(start + linkHeader)..<(start + kept)]
      if let packet = CapturedPacket(time: time, length: whole - linkHeader, packet: packet) { packets.append(packet) }
      offset = start + kept
    }
    return packets
  }
}
