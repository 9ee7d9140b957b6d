import ControlProtocol
import ControlProtocolTesting
import Testing

@Suite struct NumberTextTests {
  @Test(arguments: [UInt64](arrayLiteral: 0, 1, 9, 10, 65535, 65536, 4_294_967_295, 4_294_967_296, UInt64.max))
  func `a number reads back where it fits`(value: UInt64) {
    let text = printed { $0.print(decimal: value) }
    #expect(text == String(value))
    #expect(withText(text) { UInt64(decimal: $0) } == value)
    #expect(withText(text) { UInt32(decimal: $0) } == UInt32(exactly: value))
    #expect(withText(text) { UInt16(decimal: $0) } == UInt16(exactly: value))
  }

  @Test(arguments: [
    "", " ", "-1", "+1", " 1", "1 ", "1.0", "0x1", "1a", "a", "18446744073709551616", "99999999999999999999", "\0", "１",
  ])
  func `what is not a plain number is refused`(text: String) {
    #expect(withText(text) { UInt64(decimal: $0) } == nil)
  }

  @Test func `leading zeros do not change a number`() {
    #expect(withText("0000000000000000000000000000051820") { UInt16(decimal: $0) } == 51820)
  }

  @Test func `hexadecimal prints without leading zeros`() {
    for value: UInt32 in [0, 1, 15, 16, 0xca6c, 0x1000_0000, .max] {
      #expect(printed { $0.print(hexadecimal: value) } == String(value, radix: 16))
    }
  }
}
