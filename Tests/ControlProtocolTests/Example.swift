import ControlProtocol
import ControlProtocolTesting
import Octets
import Timeline

/// An interface with three peers that show everything a reply can have.
enum Example {
  /// 64 hexadecimal digits: the byte `value` thirty-two times.
  static func hex(_ value: UInt8) -> String { printed { $0.print(hexadecimal: Octets32(repeating: value)) } }

  static func target() -> MemoryTarget {
    var target = MemoryTarget()
    let request = """
      set=1
      private_key=\(hex(0x48))
      listen_port=51820
      fwmark=51966
      public_key=\(hex(0xa1))
      preshared_key=\(hex(0xb1))
      endpoint=192.0.2.7:1234
      persistent_keepalive_interval=25
      allowed_ip=10.0.0.0/8
      allowed_ip=fd00::/64
      public_key=\(hex(0xa2))
      endpoint=[fe80::1%lo]:5
      public_key=\(hex(0xa3))
      allowed_ip=0.0.0.0/0


      """
    precondition(answer(request, from: &target) == "errno=0\n\n")
    target.peers[0].facts.lastHandshake = WallTime(seconds: 1_700_000_000, nanoseconds: 123_456_789)
    target.peers[0].facts.sentBytes = .max
    target.peers[0].facts.receivedBytes = 42
    return target
  }
}
