import Foundation
import Rollout
import RolloutMetadata
import Testing
import WindowsTunnel

@testable import WindowsInstaller

/// What is made of the one schema of policies.
struct PolicyTests {
  static func schema() throws -> PolicySchema {
    try PolicySchema(
      json: Array(Data(contentsOf: Goldens.root.appendingPathComponent("Installer/Policy/policies.json"))))
  }

  @Test func `the files are the golden ones`() throws {
    for (path, text) in try Self.schema().files {
      #expect(try Goldens.text("policy/" + path) == text, "\(path)")
    }
  }

  @Test func `words and defaults are those of whoever decides`() throws {
    let policies = try Self.schema().policies
    func policy(_ name: String) -> PolicySchema.Policy? { policies.first { $0.name == name } }
    let decided = LocalPolicy()
    #expect(policy("Channel")?.choices == Channel.allCases.map(\.name.description))
    #expect(policy("Channel")?.default == .word(decided.channel.name.description))
    #expect(policy("UpdateMode")?.choices == LocalPolicy.UpdateMode.allCases.map(\.name.description))
    #expect(policy("UpdateMode")?.default == .word(decided.updateMode.name.description))
    #expect(policy("DeferDays")?.default == .number(Int(decided.deferDays)))
    #expect(policy("RequireChangeRequest")?.default == .flag(decided.requiresChangeRequest))
    #expect(policy("AcceptAdvisedRollback")?.default == .flag(decided.acceptsAdvisedRollback))
    #expect(policy("AcceptRequiredRollback")?.default == .flag(decided.acceptsRequiredRollback))
    #expect(policies.count == 13)
  }

  @Test func `the program for Windows has the same policies with the same limits`() throws {
    let policies = try Self.schema().policies
    #expect(PolicySchema.key == WindowsTunnel.Policy.key)
    #expect(policies.map(\.name) == WindowsTunnel.Policy.all.map(\.name))
    for (policy, read) in zip(policies, WindowsTunnel.Policy.all) {
      #expect(policy.text == read.standard)
      switch read.values {
      case .words(let words): #expect(policy.choices == words)
      case .numbers(let range): #expect(policy.least == Int(range.lowerBound) && policy.most == Int(range.upperBound))
      case .text(let most): #expect(policy.longest == most)
      case .flag: #expect(policy.default == .flag(false) || policy.default == .flag(true))
      }
    }
  }

  @Test func `template and texts are well formed, and every text that is named is there`() throws {
    let files = try Self.schema().files
    for (path, text) in files where !path.hasSuffix(".reg") {
      #expect(XMLCheck.isWellFormed(text), "\(path)")
    }
    let template = files[0].text
    let texts = files[1].text
    var count = 0
    for match in template.matches(of: /\$\((string|presentation)\.(\w+)\)/) {
      count += 1
      #expect(texts.contains("<\(match.output.1) id=\"\(match.output.2)\">"), "\(match.output.0)")
    }
    #expect(count > 20)
  }

  @Test func `markup that is not closed is noticed`() {
    #expect(XMLCheck.isWellFormed("<a><b c=\"d\" /><e>x &amp; y</e></a>"))
    for text in ["<a>", "<a></b>", "<a>&</a>", "<a b=c></a>", "<a></a><", "x"] {
      #expect(!XMLCheck.isWellFormed(text), "\(text)")
    }
  }

  @Test func `a schema that contradicts itself is refused, with what is wrong`() throws {
    let changes: [(String, (inout PolicySchema) -> Void)] = [
      ("there twice", { $0.policies[1].name = "channel" }), ("no name", { $0.policies[0].name = "a b" }),
      ("no name", { $0.policies[0].name = "" }), ("a title", { $0.policies[0].title = "" }),
      ("a title", { $0.policies[0].help = "" }), ("default", { $0.policies[0].default = .word("none") }),
      ("default", { $0.policies[0].choices = nil }), ("default", { $0.policies[0].choices = ["stable", "stable"] }),
      ("default", { $0.policies[0].most = 3 }), ("default", { $0.policies[3].default = .number(366) }),
      ("default", { $0.policies[3].least = -1 }), ("default", { $0.policies[3].most = nil }),
      ("default", { $0.policies[3].least = 1 }), ("default", { $0.policies[4].choices = ["a"] }),
      ("default", { $0.policies[9].longest = nil }), ("default", { $0.policies[9].least = 1 }),
      ("default", { $0.policies[3].longest = 1 }), ("default", { $0.policies[4].longest = 1 }),
    ]
    for (text, change) in changes {
      var schema = try Self.schema()
      change(&schema)
      let error = #expect(throws: InstallerError.self) { try schema.check() }
      #expect(error?.description.contains(text) == true, "\(text): \(error?.description ?? "")")
    }
  }

  @Test func `bytes that are no schema are refused, and never trap`() throws {
    let bytes = Array(try Data(contentsOf: Goldens.root.appendingPathComponent("Installer/Policy/policies.json")))
    var refused = 0
    for place in bytes.indices {
      var changed = bytes
      changed[place] ^= UInt8(1 + place % 255)
      do { _ = try PolicySchema(json: changed).files } catch { refused += 1 }
    }
    #expect(refused > bytes.count / 4)
  }
}

/// What the Windows Package Manager is told.
struct WingetManifestTests {
  @Test func `the files are the golden ones`() throws {
    let packages = try Architecture.allCases.map { architecture in
      try WingetManifest.Package(
        architecture: architecture, url: "https://example.org/needletail-0.1.0-\(architecture.rawValue).msi",
        sha256: String(repeating: "0a", count: 32))
    }
    let manifest = try WingetManifest(product: Goldens.product(), version: "0.1.0", packages: packages)
    for (name, text) in manifest.files {
      #expect(try Goldens.text("winget/" + name) == text, "\(name)")
    }
  }

  @Test(arguments: ["http://example.org/x.msi", "https://a b", "", "https://é"])
  func `an address that nobody should download from is refused`(url: String) {
    #expect(throws: InstallerError.self) {
      try WingetManifest.Package(architecture: .x64, url: url, sha256: String(repeating: "0", count: 64))
    }
  }

  @Test(arguments: [63, 65, 0])
  func `digits of another length are refused`(count: Int) {
    #expect(throws: InstallerError.self) {
      try WingetManifest.Package(
        architecture: .x64, url: "https://example.org/x", sha256: String(repeating: "0", count: count))
    }
  }

  @Test func `a release without a package, or with two for a processor, is refused`() throws {
    let package = try WingetManifest.Package(
      architecture: .x64, url: "https://example.org/x", sha256: String(repeating: "0", count: 64))
    for packages in [[], [package, package]] {
      #expect(throws: InstallerError.self) {
        try WingetManifest(product: Goldens.product(), version: "0.1.0", packages: packages)
      }
    }
  }
}

/// Enough of XML to see that tags are closed and no character is taken for markup.
enum XMLCheck {
  static func isWellFormed(_ text: String) -> Bool {
    var open: [Substring] = []
    var rest = text[...]
    if let declaration = rest.prefixMatch(of: /<\?xml[^?]*\?>\s*/) { rest = rest[declaration.range.upperBound...] }
    var isBegun = false
    while let next = rest.first {
      if next == "<" {
        guard let tag = rest.prefixMatch(of: /<(\/?)([\w:]+)((?:\s+[\w:]+="[^"<&]*")*)\s*(\/?)>/) else { return false }
        if !tag.output.1.isEmpty {
          guard open.popLast() == tag.output.2 else { return false }
        } else if tag.output.4.isEmpty {
          open.append(tag.output.2)
        }
        isBegun = true
        rest = rest[tag.range.upperBound...]
      } else {
        guard !open.isEmpty || next.isWhitespace, next != ">" else { return false }
        if next == "&" && rest.prefixMatch(of: /&(amp|lt|gt|quot);/) == nil { return false }
        rest = rest.dropFirst()
      }
    }
    return isBegun && open.isEmpty
  }
}
