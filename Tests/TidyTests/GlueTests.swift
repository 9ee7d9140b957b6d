import Foundation
import Testing

/// The driver's glue knows NT and nothing of WireGuard: no number of the protocol's, no decision on what a packet holds.
struct GlueTests {
  /// Constants of the protocol that mean nothing else: times in seconds and milliseconds, sizes of messages, windows.
  static let constants: Set<String> = [
    "90", "92", "115", "120", "148", "165", "180", "333", "540", "0x88", "8128", "8130", "8192", "8193", "0x5d",
  ]

  @Test func `the glue holds no constant of the protocol`() {
    let glue = Tree.files.filter { $0.path.hasPrefix("Driver/Kernel/Glue/") }
    #expect(glue.count > 20)
    #expect(glue.flatMap(constants(in:)) == [])
  }

  @Test func `the glue does not decide on bytes of packets`() {
    #expect(Tree.files.filter { $0.path.hasPrefix("Driver/Kernel/Glue/") }.flatMap(decisions(in:)) == [])
  }

  @Test func `a constant and a decision are caught`() {
    let text = "#define PERIOD 120 * SECONDS\nif (frame->bytes[frame->offset] == 4) drop();\nULONG x = 1200;\n// 180\n"
    let file = TreeFile(path: "Driver/Kernel/Glue/bad.c", text: text)
    #expect(constants(in: file).map(\.line) == [1])
    #expect(decisions(in: file).map(\.line) == [2])
  }

  private func code(_ line: String) -> Substring { line[..<(line.range(of: "//")?.lowerBound ?? line.endIndex)] }

  private func constants(in file: TreeFile) -> [Finding] {
    file.lines.indices.compactMap { index in
      let words = code(file.lines[index]).lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "_" }
      let found = words.first { Self.constants.contains(String($0).trimmingCharacters(in: ["u", "l"])) }
      return found.map { Finding(file, at: index, "\($0) is the protocol's business") }
    }
  }

  /// Tests and choices whose condition looks at a frame's or a place's content.
  private func decisions(in file: TreeFile) -> [Finding] {
    let condition = /\b(if|while|switch)\s*\([^;{]*(->bytes\s*\[|\*\s*place\s*[=!<>])/
    let comparison = /->bytes\s*\[[^\]]*\]\s*([=!]=|[<>?])/
    return file.lines.indices.compactMap { index in
      let line = String(code(file.lines[index]))
      guard line.contains(condition) || line.contains(comparison) else { return nil }
      return Finding(file, at: index, "a decision on what a packet holds")
    }
  }
}
