import Foundation

/// A stock Debian kernel and the modules a WireGuard guest needs, kept between runs.
struct GuestKernel: Sendable {
  let image: URL
  /// The modules' files, each after those it depends on.
  let modules: [URL]

  /// What the guest uses; everything these depend on is found in the modules themselves.
  private static let wanted = ["virtio_net", "macvlan", "wireguard", "tun"]

  /// Where they are kept; another list of modules is kept elsewhere.
  private static let cache = Laboratory.cache.appending(path: "kernel-" + wanted.joined(separator: "-"))

  /// Packages to take the kernel from, the most recent kernel first.
  private static let packages = ["linux-image-6.12-cloud-amd64", "linux-image-cloud-amd64"]

  /// The kept kernel; the first time it is fetched from Debian's archive, or copied from this machine's own.
  static func obtain() async throws -> GuestKernel {
    if let kept = try? kept() { return kept }
    let work = Laboratory.scratch.appending(path: "kernel")
    try FileManager.default.createDirectory(at: work, withIntermediateDirectories: true)
    var obstacles: [String] = []
    do {
      try await unpackPackage(in: work)
    } catch {
      obstacles.append("\(error)")
      guard try await copyInstalled(to: work) else {
        throw Laboratory.Unready(
          description: "no kernel for the guest: install one (apt-get install \(packages[0])): \(obstacles)")
      }
    }
    try await keep(work)
    return try kept()
  }

  private static func kept() throws -> GuestKernel {
    let folder = cache
    let order = try String(contentsOf: folder.appending(path: "modules/order"), encoding: .utf8)
    let image = folder.appending(path: "vmlinuz")
    guard FileManager.default.fileExists(atPath: image.path) else { throw CocoaError(.fileNoSuchFile) }
    return GuestKernel(
      image: image, modules: order.split(separator: "\n").map { folder.appending(path: "modules/\($0)") })
  }

  /// Downloads the package of the newest kernel the archive offers and unpacks kernel and modules.
  private static func unpackPackage(in folder: URL) async throws {
    var package = try await newestPackage()
    if package == nil {
      try await Command("apt-get", "-q", "update").run(within: .seconds(120))
      package = try await newestPackage()
    }
    guard let package else { throw Laboratory.Unready(description: "no cloud kernel in the archive") }
    let lines = """
      cd \(folder.path)
      apt-get -q download \(package)
      for archive in *.deb; do dpkg-deb --fsys-tarfile "$archive" | tar x; done
      rm *.deb
      """
    try await Command("sh", "-e", "-c", lines).run(within: .seconds(300))
  }

  /// The concrete package the first of the meta packages stands for.
  private static func newestPackage() async throws -> String? {
    for package in packages {
      let listed = try await Command("apt-cache", "depends", package).outcome().output
      if let match = listed.firstMatch(of: /Depends: (linux-image-\S+)/) { return String(match.1) }
    }
    return nil
  }

  /// Copies the kernel that this machine has installed, if it has one with its modules.
  private static func copyInstalled(to folder: URL) async throws -> Bool {
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/lib/modules")) ?? []
    for version in versions where FileManager.default.fileExists(atPath: "/boot/vmlinuz-\(version)") {
      let lines = """
        mkdir -p \(folder.path)/boot \(folder.path)/lib/modules
        cp /boot/vmlinuz-\(version) \(folder.path)/boot
        cp -r /lib/modules/\(version) \(folder.path)/lib/modules
        """
      try await Command("sh", "-e", "-c", lines).run(within: .seconds(60))
      return true
    }
    return false
  }

  /// Moves kernel and wanted modules, uncompressed and in loading order, to where the next run finds them.
  private static func keep(_ work: URL) async throws {
    let result = work.appending(path: "kept")
    let modulesFolder = result.appending(path: "modules")
    try FileManager.default.createDirectory(at: modulesFolder, withIntermediateDirectories: true)
    var kernel: URL?
    var tree = ModuleTree()
    for case let file as URL in FileManager.default.enumerator(at: work, includingPropertiesForKeys: nil) ?? .init() {
      if file.lastPathComponent.hasPrefix("vmlinuz-") { kernel = file }
      tree.note(file)
    }
    guard let kernel else { throw Laboratory.Unready(description: "the kernel package has no vmlinuz") }
    for module in wanted { try await tree.load(module, into: modulesFolder) }
    try Data((tree.order.joined(separator: "\n") + "\n").utf8).write(to: modulesFolder.appending(path: "order"))
    let image = result.appending(path: "vmlinuz")
    try FileManager.default.copyItem(at: kernel, to: image)
    try FileManager.default.createDirectory(at: Laboratory.cache, withIntermediateDirectories: true)
    let place = cache.path
    try await Command("sh", "-e", "-c", "rm -rf \(place); mv \(result.path) \(place); rm -rf \(work.path)").run()
  }
}

/// The modules of a kernel package and what each depends on, read from the modules.
struct ModuleTree {
  private var files: [String: URL] = [:]
  private var builtIn: Set<String> = []
  private(set) var order: [String] = []

  /// Remembers a file if it is a module or the list of those that are part of the kernel.
  mutating func note(_ file: URL) {
    let name = file.lastPathComponent
    if let range = name.range(of: ".ko") {
      files[ModuleTree.canonical(String(name[..<range.lowerBound]))] = file
    } else if name == "modules.builtin", let text = try? String(contentsOf: file, encoding: .utf8) {
      for line in text.split(separator: "\n") {
        let module = URL(fileURLWithPath: String(line)).deletingPathExtension().lastPathComponent
        builtIn.insert(ModuleTree.canonical(module))
      }
    }
  }

  /// Puts a module, uncompressed, into `folder` and the order, after all it depends on.
  mutating func load(_ name: String, into folder: URL) async throws {
    let name = ModuleTree.canonical(name)
    guard !order.contains("\(name).ko"), !builtIn.contains(name) else { return }
    guard let file = files[name] else { throw Laboratory.Unready(description: "the kernel has no module \(name)") }
    let target = folder.appending(path: "\(name).ko")
    let reader = ["xz": "xz -dc", "zst": "zstd -dc", "gz": "gzip -dc"][file.pathExtension] ?? "cat"
    try await Command("sh", "-e", "-c", "\(reader) '\(file.path)' >'\(target.path)'").run()
    for dependency in ModuleTree.dependencies(in: try Data(contentsOf: target)) {
      try await load(dependency, into: folder)
    }
    order.append("\(name).ko")
  }

  /// Modules spell their names with `-` in file names and `_` elsewhere.
  private static func canonical(_ name: String) -> String { name.replacingOccurrences(of: "-", with: "_") }

  /// The `depends=a,b` record of a module.
  private static func dependencies(in module: Data) -> [String] {
    guard let key = module.range(of: Data("\0depends=".utf8)) else { return [] }
    let list = module[key.upperBound...].prefix { $0 != 0 }
    return String(decoding: list, as: UTF8.self).split(separator: ",").map(String.init)
  }
}
