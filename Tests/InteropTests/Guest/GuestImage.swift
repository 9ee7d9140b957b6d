import Foundation

/// The guest's file system: busybox, the stock network tools with their libraries, modules, the probe and `init`.
enum GuestImage {
  /// Tools that busybox lacks or has in a lesser version.
  private static let tools = ["dash", "timeout", "nsenter", "ip", "wg", "ping"]

  /// Builds the initial RAM file system for that kernel and returns its file.
  static func build(for kernel: GuestKernel) async throws -> URL {
    let root = Laboratory.scratch.appending(path: "guest-root")
    let manager = FileManager.default
    for folder in ["bin", "usr/sbin", "modules"] {
      try manager.createDirectory(at: root.appending(path: folder), withIntermediateDirectories: true)
    }
    try copy(Executable.find("busybox") ?? "", to: root.appending(path: "bin/busybox"))
    for tool in tools {
      guard let path = Executable.find(tool) else { continue }
      try copy(path, to: root.appending(path: "usr/sbin/\(tool)"))
      try await copyLibraries(of: path, to: root)
    }
    if let command = Program.command {
      // The guest's memory is small, and what is in the image is all in it.
      for program in [command, Program.needletaild] {
        let target = root.appending(path: "bin/\(program)").path
        try await Command("strip", "-o", target, program.path).run()
        try await copyLibraries(of: program.path, to: root)
      }
      for tool in ["bash", "wg-quick"] {
        guard let path = Executable.find(tool) else { continue }
        try copy(path, to: root.appending(path: "usr/sbin/\(tool)"))
        if tool == "bash" { try await copyLibraries(of: path, to: root) }
      }
    }
    try copy(Probe.path, to: root.appending(path: "bin/InteropProbe"))
    try await copyLibraries(of: Probe.path, to: root)
    for module in kernel.modules {
      try copy(module.path, to: root.appending(path: "modules/\(module.lastPathComponent)"))
    }
    let order = kernel.modules.map { $0.lastPathComponent + "\n" }.joined()
    try Data(order.utf8).write(to: root.appending(path: "modules/order"))
    guard let script = Bundle.module.url(forResource: "init", withExtension: nil) else {
      throw Laboratory.Unready(description: "the test bundle lacks the guest's init")
    }
    try copy(script.path, to: root.appending(path: "init"))
    try manager.setAttributes([.posixPermissions: 0o755], ofItemAtPath: root.appending(path: "init").path)
    let image = Laboratory.scratch.appending(path: "guest.cpio")
    try await Command("sh", "-e", "-c", "cd '\(root.path)'; find . | cpio --quiet -o -H newc >'\(image.path)'").run()
    return image
  }

  /// Copies the file itself where a link points to one.
  private static func copy(_ source: String, to target: URL) throws {
    let real = URL(fileURLWithPath: source).resolvingSymlinksInPath()
    if FileManager.default.fileExists(atPath: target.path) { return }
    try FileManager.default.copyItem(at: real, to: target)
  }

  /// Copies the shared libraries a program loads to the same paths in the guest.
  private static func copyLibraries(of program: String, to root: URL) async throws {
    let listed = try await Command("ldd", program).outcome().output
    for match in listed.matches(of: /(\/\S+) \(0x/) {
      let target = root.appending(path: String(match.1))
      try FileManager.default.createDirectory(
        at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
      try copy(String(match.1), to: target)
    }
  }
}
