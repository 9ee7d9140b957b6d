import PacketCapture
import Testing

struct PacketFilterTests {
  private static let filter = PacketFilter.datagrams(ofPort: 51820)

  @Test func `datagrams from and to the port are taken`() {
    for (from, to, isTaken) in [(51820, 9, true), (9, 51820, true), (51820, 51820, true), (51821, 51819, false)] {
      for options in 0...10 { #expect(run(v4(from, to, options: options), 0x0800) == isTaken) }
      #expect(run(v6(from, to), 0x86dd) == isTaken)
    }
  }

  @Test func `other protocols are not`() {
    #expect(!run(v4(51820, 51820, kind: 6), 0x0800))
    #expect(!run(v6(51820, 51820, kind: 6), 0x86dd))
    #expect(!run(v4(51820, 51820), 0x0806))
    #expect(!run(v4(51820, 51820), 0x86dd))
  }

  @Test func `a first fragment is taken and a later one is not`() {
    #expect(run(v4(9, 51820, fragment: 0x2000), 0x0800))
    for fragment in [0x0001, 0x2001, 0x1fff] { #expect(!run(v4(9, 51820, fragment: fragment), 0x0800)) }
  }

  @Test func `a packet that is cut anywhere is not taken`() {
    for options in [0, 10] {
      let packet = v4(9, 51820, options: options)
      for count in 0..<(20 + 4 * options + 4) { #expect(!run(Array(packet[..<count]), 0x0800)) }
    }
    let packet = v6(9, 51820)
    for count in 0..<44 { #expect(!run(Array(packet[..<count]), 0x86dd)) }
  }

  @Test func `everything is what no instruction takes`() { #expect(PacketFilter.everything.instructions.isEmpty) }

  private func v4(_ from: Int, _ to: Int, kind: UInt8 = 17, fragment: Int = 0, options: Int = 0) -> [UInt8] {
    var packet = [UInt8](repeating: 0, count: 20 + 4 * options + 8)
    packet[0] = 0x45 + UInt8(options)
    packet[6] = UInt8(fragment >> 8)
    packet[7] = UInt8(fragment & 255)
    packet[9] = kind
    return withPorts(packet, at: 20 + 4 * options, from, to)
  }

  private func v6(_ from: Int, _ to: Int, kind: UInt8 = 17) -> [UInt8] {
    var packet = [UInt8](repeating: 0, count: 48)
    packet[0] = 0x60
    packet[6] = kind
    return withPorts(packet, at: 40, from, to)
  }

  private func withPorts(_ packet: [UInt8], at place: Int, _ from: Int, _ to: Int) -> [UInt8] {
    var packet = packet
    packet.replaceSubrange(
      place..<(place + 4), with: [UInt8(from >> 8), UInt8(from & 255), UInt8(to >> 8), UInt8(to & 255)])
    return packet
  }

  /// What the kernel does with the program: a load beyond the end refuses the packet.
  private func run(_ packet: [UInt8], _ networkProtocol: Int) -> Bool {
    let program = Self.filter.instructions
    var (place, a, x) = (0, 0, 0)
    func half(_ offset: Int) -> Int? {
      packet.indices.contains(offset + 1) ? Int(packet[offset]) << 8 | Int(packet[offset + 1]) : nil
    }
    while true {
      let instruction = program[place]
      let operand = Int(instruction.operand)
      place += 1
      switch instruction.code {
      case 0x05: place += operand
      case 0x06: return operand > 0
      case 0x15: place += Int(a == operand ? instruction.ifTrue : instruction.ifFalse)
      case 0x45: place += Int(a & operand != 0 ? instruction.ifTrue : instruction.ifFalse)
      case 0x28 where operand == 0xffff_f000: a = networkProtocol
      case 0x28, 0x48:
        guard let value = half(operand + (instruction.code == 0x48 ? x : 0)) else { return false }
        a = value
      case 0x30:
        guard packet.indices.contains(operand) else { return false }
        a = Int(packet[operand])
      case 0xb1:
        guard packet.indices.contains(operand) else { return false }
        x = 4 * Int(packet[operand] & 15)
      default:
        Issue.record("the instruction \(instruction.code) is not known")
        return false
      }
    }
  }
}
