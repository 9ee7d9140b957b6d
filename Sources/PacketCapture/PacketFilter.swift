/// A program for the kernel's classic packet filter, which looks at a packet from its network header on. What it does not
/// take never comes to the socket.
public struct PacketFilter: Equatable, Sendable {
  /// An instruction: what to do, how many instructions to pass over when it holds and when it does not, and a number.
  public struct Instruction: Equatable, Sendable {
    /// Class, size and mode.
    public let code: UInt16
    /// How many instructions to pass over when a comparison holds.
    public let ifTrue: UInt8
    /// The same when it does not.
    public let ifFalse: UInt8
    /// The number that it is about.
    public let operand: UInt32

    init(_ code: Code, _ operand: UInt32, ifTrue: UInt8 = 0, ifFalse: UInt8 = 0) {
      self.code = code.rawValue
      self.ifTrue = ifTrue
      self.ifFalse = ifFalse
      self.operand = operand
    }
  }

  /// What instructions do, of Linux' filter.h what is needed here.
  enum Code: UInt16 {
    case jump = 0x05
    case give = 0x06
    case jumpIfEqual = 0x15
    case loadHalf = 0x28
    case loadByte = 0x30
    case jumpIfAny = 0x45
    case loadHalfBehindHeader = 0x48
    case loadHeaderLength = 0xb1
  }

  /// The instructions; none take everything.
  public let instructions: [Instruction]

  /// Takes everything.
  public static let everything = Self(instructions: [])

  /// Where the kernel keeps the number of the network protocol (SKF_AD_OFF + SKF_AD_PROTOCOL).
  static let protocolPlace: UInt32 = 0xffff_f000
  /// More bytes than a packet has.
  static let everyByte: UInt32 = 1 << 20

  /// Takes UDP datagrams from or to a port, over IPv4 and IPv6. Later fragments, which have no ports, and IPv6 with
  /// extension headers are not among them.
  public static func datagrams(ofPort port: UInt16) -> Self {
    let port = UInt32(port)
    let udp: UInt32 = 17
    return Self(instructions: [
      // 0: IPv4 goes on at 3, IPv6 at 12, anything else at 19.
      Instruction(.loadHalf, protocolPlace),
      Instruction(.jumpIfEqual, 0x0800, ifTrue: 1),
      Instruction(.jumpIfEqual, 0x86dd, ifTrue: 9, ifFalse: 16),
      // 3: UDP, the first fragment; the ports stand behind a header of any length.
      Instruction(.loadByte, 9),
      Instruction(.jumpIfEqual, udp, ifFalse: 14),
      Instruction(.loadHalf, 6),
      Instruction(.jumpIfAny, 0x1fff, ifTrue: 12),
      Instruction(.loadHeaderLength, 0),
      Instruction(.loadHalfBehindHeader, 0),
      Instruction(.jumpIfEqual, port, ifTrue: 8),
      Instruction(.loadHalfBehindHeader, 2),
      Instruction(.jump, 5),
      // 12: the same of IPv6.
      Instruction(.loadByte, 6),
      Instruction(.jumpIfEqual, udp, ifFalse: 5),
      Instruction(.loadHalf, 40),
      Instruction(.jumpIfEqual, port, ifTrue: 2),
      Instruction(.loadHalf, 42),
      Instruction(.jumpIfEqual, port, ifFalse: 1),
      Instruction(.give, everyByte),
      // 19
      Instruction(.give, 0),
    ])
  }
}
