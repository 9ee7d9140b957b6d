internal import Containers
internal import Octets
internal import Tunnel

/// What one read of the TUN device brought.
struct TunArrival: BitwiseCopyable {
  /// Where its bytes lie in the input memory.
  var offset: Int
  var length: Int
  var segments: TunSegments
  var destination: IPAddress
  /// What it says of itself when it may be a message of this tunnel.
  var message: InnerDataMessage?
  /// The outer DS field of its packets.
  var trafficClass: UInt8
}

/// Packets that are sealed under one ticket: segments of consecutive reads, or packets that were staged.
struct OutgoingGroup: BitwiseCopyable {
  enum Source: BitwiseCopyable {
    /// Segments from this one of this read on, and the reads after it.
    case reads(first: Int, segment: Int)
    /// Packets placed already: entries of `placed` from this one on.
    case placed(first: Int)
  }

  var source: Source
  var peer: Handle
  var count: Int
  /// The messages that carry the sealed packets: runs of the frames from the first to before the end.
  var firstRun = 0
  var endRun = 0
}

/// A packet that lies in its frame, ready to be sealed.
struct PlacedPacket: BitwiseCopyable {
  var offset: Int
  /// With padding.
  var length: Int
  var trafficClass: UInt8
}

/// A group that may go out, and where to.
struct SendOrder: BitwiseCopyable {
  var group: Int
  var path: Path
}
