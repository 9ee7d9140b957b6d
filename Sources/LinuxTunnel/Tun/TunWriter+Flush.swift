internal import Containers
internal import Octets
internal import Segmentation

/// What became of a round of packets.
public struct TunFlush: Sendable, Equatable {
  /// Packets the kernel took.
  public var written = 0
  /// Packets lost: the interface is down or memory is short.
  public var dropped = 0
  /// System calls that were made.
  public var calls = 0
  /// The interface was deleted.
  public var isGone = false
}

extension TunWriter {
  /// Writes all packets of the round, which lie in `memory`, in the order of their flows, and begins another round.
  /// Their headers are changed.
  public mutating func flush(_ memory: inout PacketMemory, to device: borrowing TunDevice) -> TunFlush {
    var result = TunFlush()
    for index in 0..<mergeCount where !result.isGone {
      if merges[index].count > 1 {
        writeMerged(index, &memory, to: device, &result)
      } else {
        writeAlone(merges[index].first, &memory, to: device, &result)
      }
    }
    reset()
    return result
  }

  private mutating func writeAlone(
    _ index: Int, _ memory: inout PacketMemory, to device: borrowing TunDevice, _ result: inout TunFlush
  ) {
    let packet = packets[index]
    let header = device.offload.headerByteCount
    if header > 0 {
      var bytes = memory.mutableBytes
      VirtioHeader().emit(into: &bytes, at: packet.offset - header)
    }
    pieces.removeAll()
    pieces.append(memory, at: packet.offset - header, count: packet.length + header)
    result.count(pieces.write(to: device), packets: 1)
  }

  private mutating func writeMerged(
    _ index: Int, _ memory: inout PacketMemory, to device: borrowing TunDevice, _ result: inout TunFlush
  ) {
    let merge = merges[index]
    let head = packets[merge.first]
    finishHeaders(merge, head, &memory)
    pieces.removeAll()
    pieces.append(memory, at: head.offset - VirtioHeader.byteCount, count: head.length + VirtioHeader.byteCount)
    var next = head.next
    while next >= 0 {
      let packet = packets[next]
      let header = merge.headers.payload
      pieces.append(memory, at: packet.offset + header, count: packet.length - header)
      next = packet.next
    }
    let outcome = pieces.write(to: device)
    guard outcome == .refused else { return result.count(outcome, packets: merge.count) }
    // The kernel offered this kind and does not take it: never again, and these go one by one.
    if merge.headers.isTCP { offload.tcp = false } else { offload.udp = false }
    result.calls += 1
    restoreHeaders(merge, head, &memory)
    next = merge.first
    while next >= 0 {
      writeAlone(next, &memory, to: device, &result)
      next = packets[next].next
    }
  }

  /// Turns the headers of the first packet into the super-packet's.
  private func finishHeaders(_ merge: Merge, _ head: Packet, _ memory: inout PacketMemory) {
    let headers = merge.headers
    var bytes = memory.mutableBytes
    var virtio = VirtioHeader()
    virtio.needsChecksum = true
    virtio.segmentation = headers.isTCP ? (headers.isIPv6 ? .tcp6 : .tcp4) : .udp
    virtio.headerLength = UInt16(headers.payload)
    virtio.segmentSize = UInt16(merge.segmentSize)
    virtio.checksumStart = UInt16(headers.transport)
    virtio.checksumOffset = UInt16(headers.checksum - headers.transport)
    virtio.emit(into: &bytes, at: head.offset - VirtioHeader.byteCount)
    Self.setLength(merge.length, headers, &bytes, at: head.offset)
    if headers.isTCP {
      let place = headers.transport + PacketLayout.tcpFlags
      let last = bytes.bytes.octet(at: packets[merge.last].offset + place)
      bytes.store(bytes.bytes.octet(at: head.offset + place) | last, at: head.offset + place)
    }
    let pseudo = headers.pseudoHeader(of: bytes.bytes, at: head.offset, length: merge.length - headers.transport)
    bytes.store(bigEndian16: pseudo.folded, at: head.offset + headers.checksum)
  }

  /// Makes the first packet what it was: its marks of a last packet were not set, and its checksums were right.
  private func restoreHeaders(_ merge: Merge, _ head: Packet, _ memory: inout PacketMemory) {
    let headers = merge.headers
    var bytes = memory.mutableBytes
    Self.setLength(head.length, headers, &bytes, at: head.offset)
    if headers.isTCP {
      let place = head.offset + headers.transport + PacketLayout.tcpFlags
      bytes.store(bytes.bytes.octet(at: place) & ~(TCPFlags.fin | TCPFlags.push), at: place)
    }
    bytes.store(bigEndian16: 0, at: head.offset + headers.checksum)
    var sum = headers.pseudoHeader(of: bytes.bytes, at: head.offset, length: head.length - headers.transport)
    sum.add(bytes.bytes, at: head.offset + headers.transport, count: head.length - headers.transport)
    bytes.store(bigEndian16: headers.isTCP ? sum.checksum : sum.nonZeroChecksum, at: head.offset + headers.checksum)
  }

  /// Sets the lengths of the IP and UDP headers, and the IPv4 header checksum.
  @_lifetime(bytes: copy bytes)
  private static func setLength(
    _ length: Int, _ headers: TransportHeaders, _ bytes: inout MutableRawSpan, at offset: Int
  ) {
    if headers.isIPv6 {
      bytes.store(
        bigEndian16: UInt16(length - PacketLayout.ipv6Header), at: offset + PacketLayout.ipv6PayloadLength)
    } else {
      bytes.store(bigEndian16: UInt16(length), at: offset + PacketLayout.ipv4TotalLength)
      bytes.store(bigEndian16: 0, at: offset + PacketLayout.ipv4Checksum)
      var sum = InternetChecksum()
      sum.add(bytes.bytes, at: offset, count: PacketLayout.ipv4Header)
      bytes.store(bigEndian16: sum.checksum, at: offset + PacketLayout.ipv4Checksum)
    }
    if !headers.isTCP {
      bytes.store(
        bigEndian16: UInt16(length - headers.transport), at: offset + headers.transport + PacketLayout.udpLength)
    }
  }
}

extension TunFlush {
  mutating func count(_ outcome: TunWrite, packets: Int) {
    calls += 1
    switch outcome {
    case .done: written += packets
    case .dropped, .refused: dropped += packets
    case .gone:
      dropped += packets
      isGone = true
    }
  }
}
