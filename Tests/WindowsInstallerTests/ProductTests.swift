import Foundation
import Testing

@testable import WindowsInstaller

/// Definitions, and what is made of them.
struct ProductTests {
  @Test func `the product's files are those of the golden list`() throws {
    let listed = try String(
      contentsOf: Goldens.root.appendingPathComponent("Tests/Goldens/WindowsInstaller/files.txt"), encoding: .utf8)
    #expect(try Goldens.product().files.map(\.path) == listed.split(separator: "\n").map(String.init))
  }

  @Test func `a definition that contradicts itself is refused, with what is wrong`() throws {
    let good = try Goldens.everything()
    let changes: [(String, (inout Product) -> Void)] = [
      ("two files go to", { $0.files[1].path = "Needletail.DLL" }),
      ("not a path", { $0.files[1].path = "../up" }), ("not a path", { $0.files[1].path = "/x" }),
      ("not a path", { $0.files[1].path = "a\\b" }), ("not a path", { $0.files[1].path = "a\u{7}" }),
      ("not a path", { $0.files[1].path = "" }), ("of a shortcut", { $0.shortcuts[0].file = "x" }),
      ("of a service", { $0.services[0].file = "x" }), ("of the driver", { $0.driver = "x" }),
      ("of the services of tunnels", { $0.program = "x" }),
      ("of a source of events", { $0.eventSources[0].file = "x" }),
      ("a number or a text", { $0.registry[0].text = "both" }),
      ("a number or a text", { $0.registry[0].number = nil }),
    ]
    #expect(throws: Never.self) { try good.check() }
    for (text, change) in changes {
      var product = good
      change(&product)
      let error = #expect(throws: InstallerError.self) { try product.check() }
      #expect(error?.description.contains(text) == true, "\(text): \(error?.description ?? "")")
    }
  }

  @Test func `bytes that are no definition are refused, and never trap`() throws {
    let bytes = Array(try JSONEncoder().encode(Goldens.everything()))
    #expect(try Product(json: bytes) == Goldens.everything())
    var refused = 0
    for place in bytes.indices {
      var changed = bytes
      changed[place] ^= UInt8(1 + place % 255)
      do { _ = try Product(json: changed) } catch { refused += 1 }
      do { _ = try Product(json: Array(bytes[..<place])) } catch { refused += 1 }
    }
    #expect(refused > bytes.count)
  }

  @Test(arguments: [
    "0.1.0", "0.1.0.x", "256.0.0.0", "0.256.0.0", "0.0.65536.0", "0.0.0.65536", "", "0.1.0.0.0", "-1.0.0.0",
  ])
  func `a version that Windows Installer cannot compare is refused`(version: String) throws {
    #expect(throws: InstallerError.self) { try Goldens.build(Goldens.product(), version: version) }
  }

  @Test func `the largest version is one`() throws {
    let build = try Goldens.build(Goldens.product(), version: "255.255.65535.65535")
    #expect(build.productVersion == "255.255.65535")
    #expect(Rules.findings(in: build.database(), of: build) == [])
  }

  @Test func `files without bytes, or bytes without a file, are refused`() throws {
    let product = try Goldens.product()
    for count in [0, product.files.count - 1, product.files.count + 1] {
      #expect(throws: InstallerError.self) {
        try Build(
          product: product, architecture: .x64, version: "0.1.0.0", time: 0,
          contents: [[UInt8]](repeating: [], count: count),
          actions: [], isUnsigned: false)
      }
    }
  }

  @Test func `other contents make another package of the same product`() throws {
    let product = try Goldens.product()
    func build(_ first: String, _ actions: String = "") throws -> Database {
      var contents = [[UInt8]](repeating: [7], count: product.files.count)
      contents[0] = Array(first.utf8)
      return try Build(
        product: product, architecture: .arm64, version: "0.1.0.0", time: 0, contents: contents,
        actions: Array(actions.utf8), isUnsigned: true
      ).database()
    }
    #expect(try build("a").summary.revision != build("a", "b").summary.revision)
    #expect(try build("a") == build("a"))
    #expect(try build("a").summary.revision != build("b").summary.revision)
    #expect(try build("a")["Property"] == build("b")["Property"])
  }

  @Test func `a package that nobody signs says so`() throws {
    let build = try Goldens.build(Goldens.product(), isUnsigned: true)
    #expect(build.fileName == "needletail-0.1.0-x64-unsigned.msi")
    #expect(build.database().summary.subject == "Needletail 0.1.0 (unsigned)")
    #expect(build.database()["Property"].texts("Property").contains("ARPCOMMENTS"))
  }

  @Test(arguments: [
    ("readme.txt", "readme.txt"), ("a", "a"), ("needletail.dll", "|"), ("read me.txt", "|"), ("a.b.c", "|"),
    ("x.html", "|"),
  ])
  func `a long name has a short one before it`(name: String, expected: String) {
    let found = Names.short(name, path: "x/" + name)
    if expected == "|" {
      let parts = found.split(separator: "|")
      #expect(parts.count == 2 && parts[1] == name && parts[0].split(separator: ".")[0].count == 8)
    } else {
      #expect(found == expected)
    }
  }

  @Test func `tables are written as the golden ones`() throws {
    let build = try Goldens.build(Goldens.everything())
    var found = ""
    for (name, text) in try build.database().texts(dateText: "2026/11/28 00:00:00") {
      found += "-- \(name)\n" + text.replacing("\r\n", with: "\n")
    }
    let golden = Goldens.root.appendingPathComponent("Tests/Goldens/WindowsInstaller/tables.txt")
    let wanted = (try? String(contentsOf: golden, encoding: .utf8)) ?? ""
    if found != wanted {
      let fresh = FileManager.default.temporaryDirectory.appendingPathComponent("tables.txt")
      try found.write(to: fresh, atomically: true, encoding: .utf8)
      Issue.record(
        "the tables are others than in Tests/Goldens/WindowsInstaller/tables.txt: compare with \(fresh.path)")
    }
  }

  @Test(arguments: ["a\tb", "a\nb", "é", "\u{7f}"])
  func `text that the format cannot hold is refused`(text: String) throws {
    let build = try Goldens.build(Goldens.product())
    var database = build.database()
    database["Property"].rows[0][1] = .text(text)
    let error = #expect(throws: InstallerError.self) { try database.texts(dateText: "") }
    #expect(error?.description.contains("Property ProductName") == true)
  }
}
