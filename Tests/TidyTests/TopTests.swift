import Testing

/// At the top lies what a newcomer looks for, and nothing that a mistyped redirection has left there.
struct TopTests {
  static let names: Set<String> = [
    ".ci", ".gitignore", ".swift-format", "Docs", "Driver", "Installer", "LICENSE", "Makefile", "Package.swift",
    "README.md", "Sources", "Tests",
  ]

  @Test func `nothing else lies at the top`() {
    #expect(strangers(among: Tree.files.map(\.path)) == [])
  }

  @Test func `a stray file is caught, whatever its name`() {
    #expect(strangers(among: ["README.md", "Sources/Octets/Octets.swift", "3", "A=1"]) == ["3", "A=1"])
  }

  private func strangers(among paths: [String]) -> Set<String> {
    Set(paths.compactMap { $0.split(separator: "/").first.map(String.init) }).subtracting(Self.names)
  }
}
