internal import CLinuxTunnel
internal import Containers
internal import Octets

/// The messages of one system call, as the kernel sees them.
@safe
struct DatagramSlots: ~Copyable {
  private var slots: Region<linux_datagram>
  /// How many there are.
  let capacity: Int

  init(capacity: Int) throws(SystemError) {
    unsafe slots = try unsafe .system(count: capacity)
    self.capacity = capacity
    for index in 0..<capacity { unsafe slots.initialize(index, to: linux_datagram()) }
  }

  /// Receives up to `count` messages, the first into the first `byteCount` bytes of `memory`, the others behind.
  /// Returns their number or a negated error number.
  mutating func receive(
    from socket: CInt, ipv6: Bool, into memory: inout PacketMemory, byteCount: Int, count: Int
  ) -> CInt {
    precondition(count > 0 && count <= capacity)
    for index in 0..<count {
      // SAFETY: the place lies inside the memory, which nobody else uses during the call.
      unsafe slots[index].bytes = memory.address(of: index * byteCount, count: byteCount)
      unsafe slots[index].length_bytes = UInt32(byteCount)
    }
    // SAFETY: the first `count` slots are initialised and name writable memory of the size they say.
    return unsafe linux_udp_receive(socket, ipv6, slots.address(of: 0), UInt32(count))
  }

  /// Fills slot `index` with bytes to send.
  mutating func set(_ index: Int, to datagrams: OutgoingDatagrams, in memory: borrowing PacketMemory) {
    // SAFETY: `send` only reads the bytes, before the memory's owner can use them otherwise.
    unsafe slots[index].bytes = memory.address(of: datagrams.offset, count: datagrams.length)
    unsafe slots[index].length_bytes = UInt32(datagrams.length)
    unsafe slots[index].segment_bytes = UInt16(datagrams.length > datagrams.segmentSize ? datagrams.segmentSize : 0)
    unsafe slots[index].traffic_class = datagrams.trafficClass
    let path = datagrams.path
    unsafe slots[index].remote_port = path.remote.port
    unsafe slots[index].remote_scope = path.remote.scope
    unsafe path.remote.address.store(inOrder: &slots[index].remote_address)
    unsafe slots[index].interface = path.interface
    unsafe slots[index].has_local_address = path.source?.family == path.remote.address.family
    if let source = path.source { unsafe source.store(inOrder: &slots[index].local_address) }
  }

  /// Lets the kernel choose the source of slot `index`; whether it was told one.
  mutating func forgetSource(_ index: Int) -> Bool {
    let had = unsafe slots[index].has_local_address || slots[index].interface != 0
    unsafe slots[index].has_local_address = false
    unsafe slots[index].interface = 0
    return had
  }

  /// Sends slots `first..<end` without waiting. Returns how many went, or a negated error number for the first.
  mutating func send(to socket: CInt, ipv6: Bool, from first: Int, to end: Int) -> CInt {
    precondition(first >= 0 && first < end && end <= capacity)
    // SAFETY: the slots are initialised and name readable memory, see `set`.
    return unsafe linux_udp_send(socket, ipv6, slots.address(of: first), UInt32(end - first))
  }

  /// The bytes received into slot `index`.
  func length(_ index: Int) -> Int { unsafe Int(slots[index].length_bytes) }

  /// The size of each datagram in slot `index` but the last; 0 when there is only one.
  func segmentSize(_ index: Int) -> Int { unsafe Int(slots[index].segment_bytes) }

  /// Whether slot `index` was too short for its message.
  func isTruncated(_ index: Int) -> Bool { unsafe slots[index].is_truncated }

  /// The DS field of slot `index`.
  func trafficClass(_ index: Int) -> UInt8 { unsafe slots[index].traffic_class }

  /// Where the message in slot `index` came from and arrived.
  func path(_ index: Int, ipv6: Bool) -> Path {
    let family = ipv6 ? IPAddress.Family.v6 : .v4
    let far = Endpoint(
      IPAddress(family, inOrder: unsafe slots[index].remote_address), port: unsafe slots[index].remote_port,
      scope: unsafe slots[index].remote_scope)
    let hasLocal = unsafe slots[index].has_local_address
    return Path(
      far, source: hasLocal ? IPAddress(family, inOrder: unsafe slots[index].local_address) : nil,
      interface: unsafe slots[index].interface)
  }
}

extension IPAddress {
  /// The address in a C array of 16 bytes.
  fileprivate init<Bytes: BitwiseCopyable>(_ family: Family, inOrder bytes: Bytes) {
    precondition(MemoryLayout<Bytes>.size == 16)
    // SAFETY: the value is 16 bytes of any content.
    self = unsafe withUnsafeBytes(of: bytes) { view in
      unsafe IPAddress(family: family, networkOrder: RawSpan(_unsafeBytes: view), at: 0)
    }
  }

  /// Puts the address into a C array of 16 bytes.
  fileprivate func store<Bytes: BitwiseCopyable>(inOrder bytes: inout Bytes) {
    precondition(MemoryLayout<Bytes>.size == 16)
    // SAFETY: the value is 16 bytes; any content is valid.
    unsafe withUnsafeMutableBytes(of: &bytes) { view in
      var span = unsafe MutableRawSpan(_unsafeBytes: view)
      _ = store(into: &span, at: 0)
    }
  }
}
