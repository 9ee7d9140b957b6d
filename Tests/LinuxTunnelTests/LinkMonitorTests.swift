import CLinuxTunnel
import Foundation
import Octets
import PacketTesting
import Testing

@testable import LinuxTunnel

@Suite(.enabled(if: NetworkSpace.isAvailable)) struct LinkMonitorTests {
  private static let name = InterfaceName("nlx1")!

  /// A device with its monitor; events are collected until one is as expected.
  private final class Watch {
    let device: TunDevice
    var monitor: LinkMonitor
    var isAway: Bool { if case .away = monitor.place { true } else { false } }
    var needsProbing: Bool { monitor.needsProbing }
    func probe() -> LinkMonitor.Event? { monitor.probe(device) }

    init() throws {
      let device = try TunDevice(creating: LinkMonitorTests.name)
      let monitor = try LinkMonitor(device)
      self.device = device
      self.monitor = monitor
    }

    func events() -> [LinkMonitor.Event] { monitor.events(device) }

    /// The link events up to and with `last`; nil when it does not come.
    func links(until last: LinkMonitor.Event) -> [LinkMonitor.Event]? {
      var seen: [LinkMonitor.Event] = []
      for _ in 0..<100 {
        seen += monitor.events(device).filter { $0 != .routes }
        if let place = seen.firstIndex(of: last) { return Array(seen[...place]) }
        _ = linux_wait_readable(monitor.descriptor, -1, -1, 20)
      }
      return nil
    }
  }

  private static func down(_ mtu: Int = 1420) -> LinkMonitor.Event { .link(isRunning: false, mtu: mtu) }
  private static func up(_ mtu: Int = 1420) -> LinkMonitor.Event { .link(isRunning: true, mtu: mtu) }

  @Test func `the present state comes first, then every change`() throws {
    try NetworkSpace.run {
      let watch = try Watch()
      #expect(watch.links(until: Self.down())?.count == 1)
      try NetworkSpace.command("ip", "link", "set", "nlx1", "up")
      #expect(watch.links(until: Self.up()) != nil)
      try NetworkSpace.command("ip", "link", "set", "nlx1", "mtu", "1300")
      #expect(watch.links(until: Self.up(1300)) != nil)
      try NetworkSpace.command("ip", "link", "set", "nlx1", "down")
      #expect(watch.links(until: Self.down(1300)) != nil)
      #expect(!watch.needsProbing)
    }
  }

  @Test func `other interfaces are none of our business`() throws {
    try NetworkSpace.run {
      let watch = try Watch()
      #expect(watch.links(until: Self.down()) != nil)
      try NetworkSpace.command("ip", "link", "add", "nlx2", "type", "veth", "peer", "name", "nlx3")
      try NetworkSpace.command("ip", "link", "set", "nlx2", "up")
      try NetworkSpace.command("ip", "link", "del", "nlx2")
      try NetworkSpace.command("ip", "link", "set", "nlx1", "up")
      #expect(watch.links(until: Self.up())?.allSatisfy { $0 == Self.up() || $0 == Self.down() } == true)
    }
  }

  @Test func `a deletion is the end`() throws {
    try NetworkSpace.run {
      let watch = try Watch()
      try NetworkSpace.command("ip", "link", "del", "nlx1")
      #expect(watch.links(until: .gone) != nil)
      #expect(watch.probe() == .gone)
    }
  }

  @Test func `a new name changes nothing`() throws {
    try NetworkSpace.run {
      let watch = try Watch()
      try NetworkSpace.command("ip", "link", "set", "nlx1", "name", "nlx9")
      try NetworkSpace.command("ip", "link", "set", "nlx9", "up")
      #expect(watch.links(until: Self.up()) != nil)
    }
  }

  @Test func `a moved interface is followed, and its end there is the end`() throws {
    try NetworkSpace.run {
      let watch = try Watch()
      #expect(watch.links(until: Self.down()) != nil)
      let home = NetworkSpace.path
      let (ready, go, finish) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
      let other = Background {
        try? NetworkSpace.run {
          try NetworkSpace.command("nsenter", "--net=\(home)", "ip", "link", "set", "nlx1", "netns", NetworkSpace.path)
          ready.signal()
          go.wait()
          try NetworkSpace.command("ip", "link", "set", "nlx1", "mtu", "1350")
          try NetworkSpace.command("ip", "link", "set", "nlx1", "up")
          ready.signal()
          finish.wait()
          try NetworkSpace.command("ip", "link", "del", "nlx1")
        }
      }
      ready.wait()
      #expect(watch.links(until: Self.down()) != nil, "the state there is asked for")
      #expect(watch.isAway)
      go.signal()
      ready.wait()
      #expect(watch.links(until: Self.up(1350)) != nil, "changes there are heard of")
      #expect(watch.probe() == .link(isRunning: true, mtu: nil))
      finish.signal()
      #expect(watch.links(until: .gone) != nil)
      _ = other.wait()
    }
  }

  @Test func `an interface that comes home is followed home`() throws {
    try NetworkSpace.run {
      let watch = try Watch()
      #expect(watch.links(until: Self.down()) != nil)
      let home = NetworkSpace.path
      let (ready, go) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
      let other = Background {
        try? NetworkSpace.run {
          try NetworkSpace.command("nsenter", "--net=\(home)", "ip", "link", "set", "nlx1", "netns", NetworkSpace.path)
          ready.signal()
          go.wait()
          try NetworkSpace.command("ip", "link", "set", "nlx1", "netns", home)
        }
      }
      ready.wait()
      #expect(watch.links(until: Self.down()) != nil)
      go.signal()
      _ = other.wait()
      try NetworkSpace.command("ip", "link", "set", "nlx1", "mtu", "1290")
      try NetworkSpace.command("ip", "link", "set", "nlx1", "up")
      #expect(watch.links(until: Self.up(1290)) != nil)
      #expect(!watch.isAway)
    }
  }

  @Test func `probing tells up from down`() throws {
    try NetworkSpace.run {
      let watch = try Watch()
      #expect(watch.probe() == .link(isRunning: false, mtu: nil))
      try NetworkSpace.command("ip", "link", "set", "nlx1", "up")
      #expect(watch.probe() == .link(isRunning: true, mtu: nil))
    }
  }

  @Test func `a change of routes is told once a batch`() throws {
    try NetworkSpace.run {
      let watch = try Watch()
      #expect(watch.links(until: Self.down()) != nil)
      for number in 1...20 {
        try NetworkSpace.command("ip", "route", "add", "10.\(number).0.0/16", "dev", "lo")
      }
      #expect(watch.events() == [.routes])
      #expect(watch.events().isEmpty)
    }
  }

  @Test func `no bytes make the parser trap`() {
    var random = SeededGenerator(seed: 8)
    var messages = 0
    for _ in 0..<20_000 {
      var bytes = random.bytes(Int.random(in: 0...80, using: &random))
      if bytes.count >= 24 {
        bytes.replaceSubrange(0..<4, with: [UInt8.random(in: 0...90, using: &random), 0, 0, 0])
        bytes.replaceSubrange(16..<20, with: [UInt8.random(in: 0...60, using: &random), 0, 0, 0])
      }
      let memory = PacketMemory(bytes)
      guard let message = NetlinkMessage(memory.bytes, at: 0), message.end <= bytes.count else { continue }
      messages += 1
      for kind in UInt16(0)..<50 {
        if let range = message.attribute(kind, in: memory.bytes, fixedByteCount: 0) {
          #expect(range.upperBound <= message.end)
        }
      }
    }
    #expect(messages > 1000)
  }
}
