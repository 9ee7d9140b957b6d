internal import CShell
internal import Octets
internal import Segmentation

/// What the protocol stack has left to do on a packet, because the driver offered to: open checksums, cutting. All of
/// it is a claim until it was compared with the packet.
struct LeftTasks: BitwiseCopyable {
  private let value: shell_tasks

  init(_ value: shell_tasks) { self.value = value }

  /// As NDIS wants it. The identifications of TCP stay in the lower half, as *Offloading the Segmentation of Large TCP
  /// Packets* says; UDP uses all, and no checksum where the field is zero (*UDP Segmentation Offload*).
  private static let tcpRules = SegmentationRules(
    sumsLength: false, reducesWindowOnce: true, identificationMask: 0x7fff)
  private static let udpRules = SegmentationRules(sumsLength: false, reducesWindowOnce: false, zeroMeansNone: true)

  /// The packet is a super-packet.
  var cuts: Bool { has(SHELL_TASK_CUT) }
  /// Checksums of a packet that stands for itself are open.
  var closes: Bool { value.tasks != 0 && !cuts }

  private func has(_ task: Int32) -> Bool { Int32(value.tasks) & task != 0 }

  /// The super-packet that is all of `bytes`; nil when it is not what the stack says.
  func superPacket(in bytes: RawSpan) -> SuperPacket? {
    let headers = TransportHeaders(searching: bytes, at: 0, length: bytes.byteCount)
    guard let headers, headers.transport == Int(value.transport), headers.isTCP == has(SHELL_TASK_TCP_CHECKSUM)
    else { return nil }
    return SuperPacket(
      headers, at: 0, length: bytes.byteCount, segmentSize: Int(value.segment_bytes),
      rules: headers.isTCP ? Self.tcpRules : Self.udpRules)
  }

  /// The open checksums of the packet that is all of `bytes`; nil when it is not what the stack says.
  func openChecksums(in bytes: RawSpan) -> OpenChecksums? {
    let isTCP = has(SHELL_TASK_TCP_CHECKSUM)
    let isUDP = has(SHELL_TASK_UDP_CHECKSUM)
    guard !(isTCP && isUDP) else { return nil }
    return OpenChecksums(
      ofIPv4Header: has(SHELL_TASK_IPV4_CHECKSUM), of: isTCP ? .tcp : isUDP ? .udp : .none, in: bytes, at: 0,
      length: bytes.byteCount)
  }
}
