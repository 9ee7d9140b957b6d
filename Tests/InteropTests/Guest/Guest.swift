import Foundation
import Glibc

/// The one guest of a run: a stock Debian kernel with its own WireGuard, on a bridge that near ends are plugged into.
///
/// It boots when the first test asks for it. KVM is tried where it exists, but being there does not mean that it can
/// run a stock kernel, so a guest that fails or does not come up soon is started again under emulation.
actor Guest {
  static let shared = Guest()

  private struct Running: Sendable {
    let hub: Namespace
    let emulator: Child
    let line: GuestLine
    let version: String
  }

  private var booting: Task<Running, any Error>?
  private var networks = 1

  /// The guest's kernel version.
  func version() async throws -> String { try await running().version }

  /// Waits until a boot that some test of this run has asked for, or is about to, is over.
  func settle() async {
    try? await Task.sleep(for: .milliseconds(100))
    _ = try? await booting?.value
  }

  /// A number for the addresses of a pair on the bridge, shared with no other pair.
  func nextNetwork() throws -> Int {
    networks += 1
    guard networks < 255 else { throw Laboratory.Unready(description: "more than 253 guest networks in one run") }
    return networks
  }

  /// Plugs a namespace's `eth0` into the bridge the guest is on.
  func connect(_ namespace: Namespace) async throws {
    let hub = try await running().hub
    let link = "port\(Laboratory.number())"
    try await namespace.cable(to: hub, link: link)
    try await hub.run("ip", "link", "set", link, "master", "bridge")
  }

  /// Makes a network namespace in the guest with an `eth0` of its own.
  func makeSite() async throws -> GuestSite {
    let line = try await running().line
    let name = "site\(Laboratory.number())"
    let make =
      "ip netns add \(name) && ip link add link eth0 name m\(name) type macvlan mode bridge && "
      + "ip link set m\(name) netns \(name) name eth0 && ip -n \(name) link set lo up && ip -n \(name) link set eth0 up"
    let answer = try await line.run(make, within: .seconds(60))
    guard answer.status == 0 else { throw Laboratory.Unready(description: "the guest: \(answer.output)") }
    return GuestSite(name: name, line: line)
  }

  /// Ends the guest, if it was started.
  func shutDown() async {
    guard let booting else { return }
    guard let running = try? await booting.value else { return }
    running.emulator.signal(SIGKILL)
    await running.hub.delete()
  }

  private func running() async throws -> Running {
    if booting == nil { booting = Task { try await Guest.boot() } }
    guard let booting else { throw CancellationError() }
    return try await booting.value
  }

  private static func boot() async throws -> Running {
    let kernel = try await GuestKernel.obtain()
    let image = try await GuestImage.build(for: kernel)
    let hub = try await Namespace.create()
    try await hub.script(
      """
      ip link add bridge type bridge
      echo 0 >/sys/devices/virtual/net/bridge/bridge/multicast_snooping
      ip link set bridge up
      ip tuntap add tap mode tap
      ip link set tap master bridge up
      """)
    var obstacle = "no /dev/kvm"
    if FileManager.default.isWritableFile(atPath: "/dev/kvm") {
      do {
        return try await start("kvm", kernel, image, hub, within: .seconds(6))
      } catch {
        obstacle = "\(error)"
      }
    }
    do {
      return try await start("tcg", kernel, image, hub, within: .seconds(90))
    } catch {
      await hub.delete()
      throw Laboratory.Unready(description: "the guest does not boot: \(error); KVM before that: \(obstacle)")
    }
  }

  private static func start(
    _ accelerator: String, _ kernel: GuestKernel, _ image: URL, _ hub: Namespace, within patience: Duration
  ) async throws -> Running {
    let pipes = Laboratory.scratch.appending(path: accelerator)
    // Half of it holds the image, which is larger with the command and its libraries.
    let memory = Program.command == nil ? "384" : "1024"
    let console = pipes.appendingPathExtension("console")
    let line = try await GuestLine(pipes: pipes)
    let emulator = try Child(
      hub.entering(
        Command(
          "qemu-system-x86_64", "-accel", accelerator, "-cpu", "max", "-m", memory, "-nodefaults", "-no-user-config",
          "-display", "none", "-no-reboot", "-kernel", kernel.image.path, "-initrd", image.path,
          "-append", "console=ttyS0 loglevel=5 panic=-1 mitigations=off",
          "-chardev", "file,id=console,path=\(console.path)", "-serial", "chardev:console",
          "-chardev", "pipe,id=line,path=\(pipes.path)", "-serial", "chardev:line",
          "-netdev", "tap,id=net,ifname=tap,script=no,downscript=no",
          "-device", "virtio-net-pci,netdev=net,romfile=,mac=52:54:00:77:00:01",
          "-object", "rng-random,id=rng,filename=/dev/urandom", "-device", "virtio-rng-pci,rng=rng")))
    do {
      let ready = try await waitForGuest(emulator, line, within: patience)
      return Running(hub: hub, emulator: emulator, line: line, version: ready)
    } catch {
      emulator.signal(SIGKILL)
      _ = try? await emulator.wait(within: .seconds(5))
      let said = (try? String(contentsOf: console, encoding: .utf8)) ?? ""
      throw Laboratory.Unready(description: "\(accelerator): \(error): \(emulator.complaint)\(said.suffix(2000))")
    }
  }

  /// Waits for the guest's first word; an emulator that ended or reports an error of its own won't say one.
  private static func waitForGuest(
    _ emulator: Child, _ line: GuestLine, within patience: Duration
  ) async throws -> String {
    let end = ContinuousClock.now + patience
    while true {
      if let answer = try? await line.answer(0, within: .milliseconds(200)) { return answer.output }
      guard emulator.isRunning, !emulator.complaint.contains("internal error") else {
        throw GuestLine.Silent(description: "the emulator failed")
      }
      guard ContinuousClock.now < end else { throw Late(what: "the guest is up", patience: patience) }
    }
  }
}
