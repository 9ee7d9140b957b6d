import Testing

@testable import DriverPackage

/// What is read from an INF.
struct INFTests {
  @Test func `comments, quotes, strings and case`() throws {
    let inf = try INF(
      """
      ; all of this line
      [Version]
      Provider = %Vendor% ; a remark
      Folder = %12%\\x, "a ; b, c" , d
      [Strings]
      vendor = "Needle = tail"
      [VERSION]
      More = 100%%
      """)
    #expect(inf.values("version", "provider") == ["Needle = tail"])
    #expect(inf.values("Version", "Folder") == ["%12%\\x", "a ; b, c", "d"])
    #expect(inf["Version"].count == 3)
    #expect(inf.values("Version", "Nothing") == nil)
  }

  @Test(arguments: [
    ("x = 1", "line 1 stands before the first section"), ("[a\n", "line 1: a section's name ends with ]"),
    ("[a]\nb = \"c", "line 2: a quote is not closed"),
  ])
  func `what is no INF is refused with its line`(_ text: String, _ reason: String) {
    #expect(throws: PackageError(reason)) { try INF(text) }
  }

  @Test func `files, platforms and hardware ids`() throws {
    let inf = try INF(RuleTests.good)
    #expect(inf.files == ["needletail.sys"])
    #expect(inf.platforms == ["amd64", "arm64"])
    #expect(inf.hardwareIDs("arm64") == ["Needletail"])
    #expect(inf.catalogName == "needletail.cat")
  }
}
