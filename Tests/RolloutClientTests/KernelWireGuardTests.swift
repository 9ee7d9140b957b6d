import Foundation
import Testing

@testable import RolloutClient

struct KernelWireGuardTests {
  private func message(type: UInt16, _ body: [UInt8]) -> [UInt8] {
    let length = UInt8(16 + body.count)
    return [length, 0, 0, 0, UInt8(type & 0xff), UInt8(type >> 8), 0, 0, 1, 0, 0, 0, 0, 0, 0, 0] + body
  }

  @Test func `a request is as the kernel's headers say`() {
    #expect(
      NetlinkMessage.familyRequest("wireguard") == [
        36, 0, 0, 0, 16, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 3, 1, 0, 0, 14, 0, 2, 0,
      ] + Array("wireguard".utf8) + [0, 0, 0])
  }

  @Test func `an answer has the family's number among its attributes`() {
    let attributes: [UInt8] = [14, 0, 2, 0] + Array("wireguard".utf8) + [0, 0, 0] + [6, 0, 1, 0, 0x25, 0x01, 0, 0]
    let reply = message(type: 16, [1, 2, 0, 0] + attributes)
    #expect(NetlinkMessage.familyAnswer(reply[...]) == .present(family: 0x125))
    // Cut anywhere, it is no answer and no trap.
    for count in 0..<(reply.count - 4) {
      if case .present = NetlinkMessage.familyAnswer(reply.prefix(count)) { Issue.record("\(count) bytes") }
    }
    for place in reply.indices {
      var changed = reply
      changed[place] = 0xff
      _ = NetlinkMessage.familyAnswer(changed[...])
    }
  }

  @Test func `an error says that there is none, or why nobody knows`() {
    #expect(NetlinkMessage.familyAnswer(message(type: 2, [0xfe, 0xff, 0xff, 0xff])[...]) == .missing)
    #expect(NetlinkMessage.familyAnswer(message(type: 2, [0xff, 0xff, 0xff, 0xff])[...]) == .unknown(1))
  }

  @Test func `the kernel that runs this has its controller, and no family that nobody has made`() {
    #expect(KernelWireGuard.ask(family: "nlctrl") == .present(family: 16))
    #expect(KernelWireGuard.ask(family: "needletail-none") == .missing)
  }
}
