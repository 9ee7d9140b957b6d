internal import CShell
internal import Octets
internal import Segmentation
internal import Tunnel

/// One packet in memory of the driver's own, by its address. Whoever holds it last owns it; nothing is counted.
@safe
struct Frame: BitwiseCopyable, Sendable {
  // SAFETY: host_frame_take gave it, and it has one owner until host_frame_give_back, host_send or host_deliver.
  nonisolated(unsafe) let address: UnsafeMutablePointer<shell_frame>

  init(_ address: UnsafeMutablePointer<shell_frame>) {
    unsafe self.address = unsafe address
  }

  /// The frame as a number, to pass through the machine.
  var token: UInt64 { unsafe UInt64(UInt(bitPattern: address)) }

  /// The frame that `token` was made from; it has not been given away since.
  init?(token: UInt64) {
    // SAFETY: the machine returns tokens as it got them, each once.
    guard let address = unsafe UnsafeMutablePointer<shell_frame>(bitPattern: UInt(token)) else { return nil }
    unsafe self.address = unsafe address
  }

  /// The frame behind this one in a chain.
  var next: Frame? {
    get { unsafe address.pointee.next.map { unsafe Frame($0) } }
    nonmutating set { unsafe address.pointee.next = unsafe newValue?.address }
  }

  /// The bytes of the content.
  var length: Int { unsafe Int(address.pointee.length) }

  /// The DS field of the outer packet.
  var trafficClass: UInt8 {
    get { unsafe address.pointee.traffic_class }
    nonmutating set { unsafe address.pointee.traffic_class = newValue }
  }

  /// The family of the inner packet.
  var family: UInt8 { unsafe address.pointee.family }

  /// What the protocol stack has left to do.
  var left: LeftTasks { unsafe LeftTasks(address.pointee.left) }

  /// Lends the content.
  func withContent<Result>(_ body: (RawSpan) -> Result) -> Result {
    // SAFETY: the content lies inside the memory of the frame, which is alive; who made the frame answers for it.
    let start = unsafe address.pointee.bytes + Int(address.pointee.offset)
    return body(unsafe RawSpan(_unsafeStart: start, byteCount: length))
  }

  /// Lends all memory from `headroom` bytes before the content on.
  func withMemory<Result>(headroom: Int, _ body: (inout MutableRawSpan) -> Result) -> Result {
    let offset = unsafe Int(address.pointee.offset) - headroom
    let count = unsafe Int(address.pointee.capacity) - offset
    precondition(offset >= 0 && count >= 0)
    // SAFETY: offset and count were checked against the memory of the frame, which has one owner: the caller.
    var span = unsafe MutableRawSpan(_unsafeStart: address.pointee.bytes + offset, byteCount: count)
    return body(&span)
  }

  /// Says that the content starts `distance` bytes further on, or back, and has `length` bytes.
  func moveContent(by distance: Int, length: Int) {
    let offset = unsafe Int(address.pointee.offset) + distance
    precondition(unsafe offset >= 0 && length >= 0 && offset + length <= Int(address.pointee.capacity))
    unsafe address.pointee.offset = UInt32(offset)
    unsafe address.pointee.length = UInt32(length)
  }

  /// Makes the content an inner packet of the family its first byte names.
  func setFamily() {
    unsafe address.pointee.family = withContent { $0.byteCount > 0 ? $0.octet(at: 0) &>> 4 : 0 }
  }

  /// Closes the checksums that the protocol stack has left open; they were found when the packet was taken.
  func closeChecksums() {
    let left = left
    guard left.closes, let open = withContent({ left.openChecksums(in: $0) }) else { return }
    withMemory(headroom: 0) { open.close(&$0, at: 0) }
  }

  /// The way of the datagram.
  var path: Path {
    get { unsafe Path(address.pointee.path) }
    nonmutating set { unsafe address.pointee.path = shell_path(newValue) }
  }

  /// What opening the datagram brought, kept in the frame until its burst's turn comes.
  var arrival: Arrival {
    get {
      // SAFETY: `set` has filled the note; the type fits (checked when an interface is made) and has no references.
      unsafe UnsafeRawPointer(address).loadUnaligned(
        fromByteOffset: Self.noteOffset, as: Arrival.self)
    }
    nonmutating set {
      unsafe UnsafeMutableRawPointer(address).storeBytes(
        of: newValue, toByteOffset: Self.noteOffset, as: Arrival.self)
    }
  }

  private static var noteOffset: Int { unsafe MemoryLayout<shell_frame>.size - noteLength }
  private static var noteLength: Int { Int(SHELL_FRAME_NOTE_WORDS) * 8 }
  /// Whether the note has room for what is kept in it.
  static var noteFits: Bool { MemoryLayout<Arrival>.size <= noteLength }
}

extension Path {
  /// The way as the C side has it.
  init(_ path: shell_path) {
    self.init(
      Endpoint(path.remote), source: path.has_source == 1 ? path.remote.family.address(path.source) : nil,
      interface: path.interface_index)
  }
}

extension Endpoint {
  /// The endpoint as the C side has it.
  init(_ endpoint: shell_endpoint) {
    self.init(endpoint.family.address(endpoint.address), port: endpoint.port, scope: endpoint.scope_id)
  }
}

/// Sixteen bytes as C arrays are imported.
private typealias Bytes16 = (
  UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8
)

extension UInt8 {
  /// The address in `bytes` when this is the number of its family; anything but 4 counts as 6.
  fileprivate func address(_ bytes: Bytes16) -> IPAddress {
    // SAFETY: sixteen bytes without padding.
    let octets = unsafe unsafeBitCast(bytes, to: FixedOctets<16>.self)
    return IPAddress(family: self == 4 ? .v4 : .v6, networkOrder: octets.bytes, at: 0)
  }
}

extension IPAddress {
  fileprivate var bytes16: Bytes16 {
    var octets = FixedOctets<16>()
    octets.withMutableBytes { _ = store(into: &$0, at: 0) }
    // SAFETY: sixteen bytes without padding.
    return unsafe unsafeBitCast(octets, to: Bytes16.self)
  }
}

extension shell_path {
  /// The path for the C side.
  init(_ path: Path) {
    self.init()
    remote.address = path.remote.address.bytes16
    remote.scope_id = path.remote.scope
    remote.port = path.remote.port
    remote.family = path.remote.address.family.rawValue
    interface_index = path.interface
    if let source = path.source {
      self.source = source.bytes16
      has_source = 1
    }
  }
}
