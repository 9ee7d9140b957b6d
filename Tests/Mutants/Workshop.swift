import Foundation

/// Compiles the core and the simulation once, and then only the modules that a mutant touches.
///
/// Modules are compiled whole and without optimisation across modules, so that nothing of one module is in the object of
/// another but what is declared inlinable; no mutant may touch that.
struct Workshop: Sendable {
  /// What went wrong here, as opposed to in a mutant.
  struct Fault: Error, CustomStringConvertible {
    let description: String
  }

  let root: URL
  let scratch: URL
  /// Swift modules in the order they are compiled in.
  let modules: [String]

  static let flags = [
    "-swift-version", "6", "-O", "-wmo", "-parse-as-library", "-disable-cmo", "-package-name", "needletail",
    "-enable-experimental-feature", "Lifetimes", "-enable-experimental-feature", "AddressableParameters",
    "-enable-upcoming-feature", "ExistentialAny",
    "-enable-upcoming-feature", "InternalImportsByDefault", "-enable-upcoming-feature", "MemberImportVisibility",
    "-suppress-warnings",
  ]

  init(root: URL) throws {
    self.root = root
    scratch = root.appending(path: "build/mutants")
    let table = try String(contentsOf: root.appending(path: "Sources/Modules"), encoding: .utf8)
    let rows = table.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { $0.split(separator: " ") }
    let core = rows.filter { $0.count > 1 && $0[1] == "core" }.map { String($0[0]) }
    let sources = root.appending(path: "Sources")
    modules = core.filter { FileManager.default.fileExists(atPath: sources.appending(path: $0).path) } + ["Simulation"]
  }

  private var base: URL { scratch.appending(path: "base") }

  /// Compiles everything without a mistake, as far as it has changed, and returns the program.
  func makeBase() throws -> URL {
    let files = FileManager.default
    try files.createDirectory(at: base, withIntermediateDirectories: true)
    let map = base.appending(path: "module.modulemap")
    let include = root.appending(path: "Sources/COctets/include").path
    try "module COctets { umbrella \"\(include)\" export * }\n".write(to: map, atomically: true, encoding: .utf8)
    try run(
      "clang",
      [
        "-O2", "-I", include, "-c", root.appending(path: "Sources/COctets/COctets.c").path, "-o",
        object("COctets", in: base),
      ])
    // Whatever a module imports stands before it: once one has changed, all that follow are compiled again.
    var isChanged = false
    for module in modules {
      let sources = try sources(of: module)
      if !isChanged, !isStale(object(module, in: base), sources) { continue }
      isChanged = true
      try compile(module, sources.map(\.path), into: base)
    }
    return try link(in: base, replacing: [])
  }

  /// Compiles `mutant` and returns the program.
  func make(_ mutant: Mutant) throws -> URL {
    let folder = scratch.appending(path: mutant.name)
    try? FileManager.default.removeItem(at: folder)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let patched = try patch(mutant, into: folder)
    let touched = Set(mutant.edits.map(\.module))
    for module in modules where touched.contains(module) {
      let sources = try sources(of: module).map { patched[$0.path] ?? $0.path }
      try compile(module, sources, into: folder)
    }
    return try link(in: folder, replacing: touched)
  }

  /// Writes the changed files of `mutant`; returns where, by the paths of the originals.
  func patch(_ mutant: Mutant, into folder: URL) throws -> [String: String] {
    var patched: [String: String] = [:]
    for edit in mutant.edits {
      let original = root.appending(path: edit.file)
      let current = URL(fileURLWithPath: patched[original.path] ?? original.path)
      let text = try String(contentsOf: current, encoding: .utf8)
      let parts = text.components(separatedBy: edit.anchor)
      guard parts.count == 2 else {
        throw Fault(description: "\(mutant.name): its anchor occurs \(parts.count - 1) times in \(edit.file)")
      }
      let place = folder.appending(path: original.lastPathComponent)
      try parts.joined(separator: edit.replacement).write(to: place, atomically: true, encoding: .utf8)
      patched[original.path] = place.path
    }
    return patched
  }

  private func sources(of module: String) throws -> [URL] {
    let folder = root.appending(path: "Sources/" + module).resolvingSymlinksInPath()
    guard let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil) else {
      throw Fault(description: "no sources of \(module)")
    }
    return files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }.sorted { $0.path < $1.path }
  }

  private func isStale(_ object: String, _ sources: [URL]) -> Bool {
    func date(_ path: String) -> Date? {
      (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
    }
    guard let made = date(object) else { return true }
    return sources.contains { (date($0.path) ?? .distantFuture) >= made }
  }

  private func object(_ module: String, in folder: URL) -> String { folder.appending(path: module + ".o").path }

  private func compile(_ module: String, _ sources: [String], into folder: URL) throws {
    let interface = folder.appending(path: module + ".swiftmodule").path
    try run(
      "swiftc",
      Self.flags + ["-I", folder.path, "-I", base.path, "-module-name", module, "-emit-module-path", interface]
        + ["-c", "-o", object(module, in: folder)] + sources)
  }

  private func link(in folder: URL, replacing touched: Set<String>) throws -> URL {
    let program = folder.appending(path: "simulate")
    let main = object("Simulate", in: base)
    let source = root.appending(path: "Tests/Simulate/Simulate.swift")
    if folder == base {
      try run("swiftc", Self.flags + ["-I", base.path, "-module-name", "Simulate", "-c", "-o", main, source.path])
    }
    let objects = modules.map { object($0, in: touched.contains($0) ? folder : base) }
    try run("swiftc", ["-o", program.path, main, object("COctets", in: base)] + objects)
    return program
  }

  private func run(_ tool: String, _ arguments: [String]) throws {
    let (status, output) = try Command.run(tool, arguments, limit: 600)
    guard status == 0 else {
      throw Fault(description: "\(tool) failed with status \(status):\n\(output.suffix(4000))")
    }
  }
}
