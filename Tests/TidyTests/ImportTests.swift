import Testing

/// Who may import whom, and what the core may not know.
struct ImportTests {
  let table: ModuleTable

  init() throws {
    table = try #require(ModuleTable.project, "Sources/Modules is not a table")
  }

  @Test func `the module table keeps the arrows of the architecture`() {
    #expect(table.faults == [])
  }

  @Test(arguments: [
    "A core B\nB core",
    "A core\nA core",
    "LinuxTunnel host\nTunnel core LinuxTunnel",
    "Tunnel core Foundation",
    "Handshake core\nTransport core Handshake",
    "Transport core\nSimulation host Transport",
    "Simulation host\nLinuxTunnel host Simulation",
  ])
  func `a table with a wrong arrow is caught`(text: String) throws {
    #expect(try !#require(ModuleTable(text)).faults.isEmpty)
  }

  @Test func `every target of the package is in the module table`() throws {
    let targets = Set(Tree.files.compactMap(\.target))
    #expect(targets.subtracting(table.rows.map(\.name)) == [])
  }

  @Test func `every file imports only what its module may`() {
    let findings = Tree.shipping.flatMap { forbiddenImports($0) }
    #expect(findings == [])
  }

  @Test(arguments: [
    ("Sources/Octets/Clock.swift", "import Foundation"),
    ("Sources/Transport/Session.swift", "internal import Handshake"),
    ("Sources/Tunnel/Machine.swift", "@_exported public import Glibc"),
    ("Sources/LinuxTunnel/Device.swift", "import struct Transport.SealTicket"),
    ("Sources/Unheard/Of.swift", "import Octets"),
    ("Driver/Kernel/Shell/Worker.swift", "internal import Routing"),
  ])
  func `a forbidden import is caught`(path: String, line: String) {
    #expect(forbiddenImports(TreeFile(path: path, text: "// A file.\n" + line + "\n")).map(\.line) == [2])
  }

  @Test func `the core has no conditional compilation but for checks and vector kernels`() {
    let findings = Tree.shipping.flatMap { forbiddenConditions($0) }
    #expect(findings == [])
  }

  @Test(arguments: ["#if os(Linux)", "  #elseif canImport(Glibc)", "#if DEBUG", "#if Checked && os(Windows)"])
  func `a platform condition in the core is caught`(line: String) {
    let file = TreeFile(path: "Sources/Tunnel/Machine.swift", text: "#if Checked\n#endif\n" + line + "\n#endif\n")
    #expect(forbiddenConditions(file).map(\.line) == [3])
  }

  private func forbiddenImports(_ file: TreeFile) -> [Finding] {
    guard let target = file.target else { return [] }
    let allowed = table[target]?.imports ?? []
    return file.code.enumerated().compactMap { index, line in
      let words = line.split(separator: " ")
      guard let at = words.firstIndex(of: "import"), at + 1 < words.count else { return nil }
      let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "typealias", "func", "var", "let"]
      let name = kinds.contains(words[at + 1]) ? words.dropFirst(at + 2).first : words[at + 1]
      let module = String(name?.split(separator: ".").first ?? "")
      return allowed.contains(module) ? nil : Finding(file, at: index, "\(target) may not import \(module)")
    }
  }

  private func forbiddenConditions(_ file: TreeFile) -> [Finding] {
    guard let target = file.target, table.core.contains(target) else { return [] }
    return file.code.enumerated().compactMap { index, line in
      let words = line.split(whereSeparator: { " ()!&|".contains($0) })
      guard words.first == "#if" || words.first == "#elseif" else { return nil }
      let allowed: Set<Substring> = ["Checked", "arch", "x86_64", "arm64", "canImport"]
      let isAllowed = words.dropFirst().allSatisfy { word in
        allowed.contains(word) || table[String(word)]?.kind == .vector
      }
      return isAllowed
        ? nil : Finding(file, at: index, "a condition the core may not have: \(line)")
    }
  }
}
