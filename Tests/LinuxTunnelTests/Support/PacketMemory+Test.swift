import Octets

@testable import LinuxTunnel

extension PacketMemory {
  /// Memory that starts with these bytes and has `room` more.
  init(_ contents: [UInt8], room: Int = 0) {
    do throws(SystemError) {
      try self.init(byteCount: max(1, contents.count + room))
    } catch {
      fatalError("\(error)")
    }
    fill(contents, at: 0)
  }

  mutating func fill(_ contents: [UInt8], at offset: Int) {
    var bytes = mutableBytes
    for (index, octet) in contents.enumerated() { bytes.store(octet, at: offset + index) }
  }

  func array(_ range: Range<Int>) -> [UInt8] { range.map { bytes.octet(at: $0) } }
}
