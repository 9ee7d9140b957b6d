import Testing

/// Unsafe code is fenced: in files that say so by name, and in the hosts' shims; and each such file says why it is right.
struct UnsafeTests {
  /// Folders whose files all talk to a C interface.
  static let shims = ["Sources/LinuxTunnel/", "Sources/needletaild/", "Driver/Kernel/Shell/"]

  @Test func `unsafe code stands in files named for it and in shims`() {
    let findings = Tree.shipping.flatMap(unfenced)
    #expect(findings == [])
  }

  @Test(arguments: [
    "let x = unsafe pointer.pointee",
    "@unsafe public func f() {}",
    "nonisolated(unsafe) var x = 1",
    "extension Box: @unchecked Sendable {}",
  ])
  func `unsafe code in an ordinary file is caught`(line: String) {
    #expect(unfenced(TreeFile(path: "Sources/Tunnel/Machine.swift", text: line)).count == 1)
    #expect(unfenced(TreeFile(path: "Sources/Tunnel/Machine+Unsafe.swift", text: line)) == [])
    #expect(unfenced(TreeFile(path: "Sources/LinuxTunnel/Socket.swift", text: line)) == [])
  }

  @Test func `every file with unsafe code says why it is safe`() {
    let findings = Tree.shipping.flatMap(unexplained)
    #expect(findings == [])
  }

  @Test func `unsafe code without its reason is caught`() {
    let text = "let x = unsafe pointer.pointee"
    #expect(unexplained(TreeFile(path: "Sources/A/A+Unsafe.swift", text: text)).count == 1)
    #expect(unexplained(TreeFile(path: "Sources/A/A+Unsafe.swift", text: "// SAFETY: ours.\n" + text)) == [])
    #expect(unexplained(TreeFile(path: "Sources/A/A.swift", text: "// unsafe in a comment")) == [])
  }

  private func unfenced(_ file: TreeFile) -> [Finding] {
    if file.path.hasSuffix("+Unsafe.swift") || Self.shims.contains(where: file.path.hasPrefix) { return [] }
    return unsafeLines(file).map { Finding(file, at: $0, "unsafe code outside a file named …+Unsafe.swift") }
  }

  private func unexplained(_ file: TreeFile) -> [Finding] {
    guard let first = unsafeLines(file).first else { return [] }
    if file.lines.contains(where: { $0.contains("// SAFETY") }) { return [] }
    return [Finding(file, at: first, "unsafe code without a SAFETY line")]
  }

  private func unsafeLines(_ file: TreeFile) -> [Int] {
    file.code.enumerated().compactMap { index, line in
      let words = line.split { !$0.isLetter && $0 != "@" && $0 != "_" }
      return words.contains { $0 == "unsafe" || $0 == "@unsafe" || $0 == "@unchecked" } ? index : nil
    }
  }
}
