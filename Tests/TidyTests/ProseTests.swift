import Foundation
import Testing

/// What may not stand in any file: left-over markers, paths of one machine, words that are not the project's.
struct ProseTests {
  /// Markers of unfinished work, in two halves so that this file passes.
  static let markers = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK:", "<<<<" + "<<<", ">>>>" + ">>>"]

  /// Words that speak of how the project is made and not of what it is; written backwards so that this file passes.
  static let foreign = [
    "tnega", "stnega", "edualc", "ciporhtna", "tpgtahc", "tolipoc", "mll", "ecalpkrow", "oec", "tpmorp metsys",
    "tnatsissa ia", "ledom egaugnal", "yb detareneg",
  ].map { String($0.reversed()) }

  /// The header in which a client of the web says what it is (RFC 9110, section 10.1.5): its name has such a word in it.
  static let headerName = String("tnega-resu".reversed())

  @Test func `no file has a marker of unfinished work`() {
    #expect(Tree.files.flatMap { contained(Self.markers, in: $0, caseSensitive: true) } == [])
  }

  @Test func `no file names a path of one machine`() {
    #expect(Tree.files.flatMap { contained(Self.machinePaths, in: $0, caseSensitive: true) } == [])
  }

  @Test func `every file speaks of the project only`() {
    #expect(Tree.files.flatMap { contained(Self.foreign, in: $0, caseSensitive: false) } == [])
  }

  @Test func `a marker, a path and a foreign word are caught`() {
    let text = "// \(Self.markers[0]): later\n// see \(Self.machinePaths[0])x\n// An \(Self.foreign[0].uppercased()).\n"
    let file = TreeFile(path: "Sources/Octets/Bad.swift", text: text)
    #expect(contained(Self.markers, in: file, caseSensitive: true).map(\.line) == [1])
    #expect(contained(Self.machinePaths, in: file, caseSensitive: true).map(\.line) == [2])
    #expect(contained(Self.foreign, in: file, caseSensitive: false).map(\.line) == [3])
  }

  /// Folders where people keep their files, and the ones of this very machine.
  static var machinePaths: [String] {
    let home = ProcessInfo.processInfo.environment["HOME"] ?? ""
    return ["/ho" + "me/", "/Use" + "rs/", "/ro" + "ot/", "/wo" + "rk/"]
      + [Tree.root, home].filter { $0.count > 2 }.map { $0 + "/" }
  }

  /// A finding for each line that has one of the words with no letter or digit next to it.
  private func contained(_ words: [String], in file: TreeFile, caseSensitive: Bool) -> [Finding] {
    file.lines.enumerated().compactMap { index, line in
      let text = caseSensitive ? line : line.lowercased().replacing(Self.headerName, with: "")
      let word = words.first { word in
        guard let place = text.range(of: word) else { return false }
        let before = place.lowerBound == text.startIndex ? " " : text[text.index(before: place.lowerBound)]
        let after = place.upperBound == text.endIndex ? " " : text[place.upperBound]
        return word.contains("/") || !(isWord(before) || isWord(after))
      }
      return word.map { Finding(file, at: index, "“\($0)” does not belong here") }
    }
  }

  private func isWord(_ character: Character) -> Bool { character.isLetter || character.isNumber }
}
