internal import Containers
internal import Octets
internal import Segmentation
internal import Tunnel

// Taking a slice of what the protocol stack has sent. Super-packets are cut on the way: packet by packet, so that a
// slice is never more than 64 packets, however large they come.

/// A super-packet that is being cut.
struct Cutting: BitwiseCopyable {
  let frame: Frame
  let packet: SuperPacket
  /// The number of the next packet.
  var next = 0
}

extension Worker {
  /// Takes a slice and reads where its packets go; returns how many were taken. In the lane, so that slices are staged in
  /// the order they were taken in.
  mutating func takeSlice(_ state: inout LaneState) -> Int {
    sliceCount = 0
    if state.outbound.isEmpty { state.outbound = host.takeOutbound(limit: Self.slice) }
    var taken = 0
    while taken < Self.slice, takeNext(&state) { taken += 1 }
    return taken
  }

  /// Takes one packet, which may be refused or lost; false when there is none.
  private mutating func takeNext(_ state: inout LaneState) -> Bool {
    if state.cutting != nil {
      cut(&state)
    } else {
      guard let frame = state.outbound.removeFirst() else { return false }
      let left = frame.left
      if left.cuts {
        guard let packet = frame.withContent({ left.superPacket(in: $0) }) else {
          refuse(frame, &state)
          return true
        }
        state.cutting = Cutting(frame: frame, packet: packet)
        cut(&state)
      } else if left.closes && frame.withContent({ left.openChecksums(in: $0) }) == nil {
        refuse(frame, &state)
      } else {
        take(frame, &state)
      }
    }
    return true
  }

  /// Cuts the next packet from a super-packet; without memory it is lost.
  private mutating func cut(_ state: inout LaneState) {
    guard var cutting = state.cutting.take() else { return }
    if let frame = host.takeFrame(length: cutting.packet.length(of: cutting.next)) {
      cutting.frame.withContent { bytes in
        frame.withMemory(headroom: 0) { memory in _ = cutting.packet.emit(cutting.next, of: bytes, into: &memory, at: 0)
        }
      }
      frame.setFamily()
      take(frame, &state)
    } else {
      state.statistics.sendDiscards += 1
    }
    cutting.next += 1
    if cutting.next < cutting.packet.count {
      state.cutting = cutting
    } else {
      discarded.append(cutting.frame)
    }
  }

  private mutating func take(_ frame: Frame, _ state: inout LaneState) {
    guard let packet = frame.withContent({ try? InnerPacket.inspectOutgoing($0) }) else {
      return refuse(frame, &state)
    }
    frame.trafficClass = ECN.encapsulate(packet.differentiatedServices)
    packets[sliceCount] = SlicedPacket(frame: frame, destination: packet.destination)
    sliceCount += 1
  }

  private mutating func refuse(_ frame: Frame, _ state: inout LaneState) {
    state.statistics.sendErrors += 1
    discarded.append(frame)
  }
}
