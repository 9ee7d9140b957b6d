import Testing
import TunnelControl

struct KernelWireGuardTests {
  @Test func `the kernel that runs this has its controller, and no family that nobody has made`() {
    #expect(KernelWireGuard.ask(family: "nlctrl") == .present(family: 16))
    #expect(KernelWireGuard.ask(family: "needletail-none") == .missing)
  }
}
