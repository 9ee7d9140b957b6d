/// Which offloads may be used at all. Each is tried and given up by itself where the kernel refuses it; a switch is for
/// kernels and network cards that accept one and get it wrong.
public struct OffloadSwitches: Sendable, Equatable {
  /// Virtio headers on the TUN device: `NEEDLETAIL_TUN_OFFLOAD`.
  public var tun = true
  /// UDP super-packets on the TUN device, beside TCP's: `NEEDLETAIL_USO`. Only with `tun`.
  public var tunUDP = true
  /// One system call for many datagrams out, UDP_SEGMENT: `NEEDLETAIL_GSO`.
  public var segmentation = true
  /// Many datagrams in one buffer in, UDP_GRO: `NEEDLETAIL_GRO`.
  public var coalescing = true

  /// Everything on.
  public init() {}

  /// What the environment says; `off`, `0`, `no` and `false` turn an offload off, anything else leaves it on.
  public init(environment: [String: String]) {
    func isOn(_ name: String) -> Bool {
      guard let value = environment[name] else { return true }
      return !["off", "0", "no", "false"].contains(value.lowercased())
    }
    tun = isOn("NEEDLETAIL_TUN_OFFLOAD")
    tunUDP = isOn("NEEDLETAIL_USO")
    segmentation = isOn("NEEDLETAIL_GSO")
    coalescing = isOn("NEEDLETAIL_GRO")
  }
}
