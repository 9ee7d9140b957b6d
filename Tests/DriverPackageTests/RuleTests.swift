import Foundation
import Testing

@testable import DriverPackage

/// Each rule has a package that breaks it, and nothing else.
struct RuleTests {
  static let good = """
    [Version]
    Signature = "$Windows NT$"
    Class = Net
    ClassGUID = {4D36E972-E325-11CE-BFC1-08002BE10318}
    Provider = %Vendor%
    CatalogFile = needletail.cat
    DriverVer = 11/28/2026,1.2.3.0
    PnpLockDown = 1
    [Manufacturer]
    %Vendor% = Models, NTamd64.10.0...16299, NTarm64.10.0...16299
    [Models.NTamd64.10.0...16299]
    %Description% = Install, Needletail
    [Models.NTarm64.10.0...16299]
    %Description% = Install, Needletail
    [SourceDisksNames]
    1 = %Disk%
    [SourceDisksFiles]
    needletail.sys = 1
    [DestinationDirs]
    CopyDriver = 13
    [CopyDriver]
    needletail.sys, , , 0x00004002
    [Install]
    CopyFiles = CopyDriver
    [Install.Services]
    AddService = needletail, 2, Service
    [Service]
    ServiceType = 1
    StartType = 3
    ErrorControl = 1
    ServiceBinary = %13%\\needletail.sys
    [Strings]
    Vendor = "Needletail"
    Description = "Needletail Tunnel"
    Disk = "Needletail installation disk"
    """

  static func findings(_ text: String) throws -> [String] {
    try INF(text).findings(platforms: ["amd64", "arm64"], version: "1.2.3")
  }

  @Test func `a good package is good`() throws {
    #expect(try Self.findings(Self.good) == [])
  }

  @Test(arguments: [
    ("Signature = \"$Windows NT$\"", "Signature = \"$Chicago$\"", "[Version] Signature is \"$Chicago$\""),
    ("Class = Net", "Class = System", "[Version] Class is \"System\""),
    ("08002BE10318", "08002BE10319", "[Version] ClassGUID is"),
    ("PnpLockDown = 1", "", "[Version] PnpLockDown is missing"),
    ("PnpLockDown = 1", "PnpLockDown = 1\nPnpLockDown = 1", "[Version] PnpLockDown is missing or there twice"),
    ("Provider = %Vendor%", "Provider = %Nobody%", "[Version] Provider has no text"),
    ("CatalogFile = needletail.cat", "", "[Version] CatalogFile is missing"),
    ("11/28/2026", "28/11/2026", "[Version] DriverVer is not mm/dd/yyyy"),
    ("1.2.3.0", "1.2.4.0", "[Version] DriverVer says 1.2.4.0, the product is 1.2.3.0"),
    (", NTarm64.10.0...16299\n", "\n", "[Manufacturer] has models for [\"amd64\"]"),
    ("[Models.NTarm64.10.0...16299]", "[Else]", "[Models.NTarm64.10.0...16299] is missing or empty"),
    ("Description% = Install, Needletail\n[Models", "Description% = Install\n[Models", "a model without a hardware id"),
    ("[Install.Services]", "[Else]", "[Install.Services] is missing"),
    ("[Install]", "[Else]", "[Install], which a model installs, is missing"),
    ("CopyDriver = 13", "CopyDriver = 12", "[CopyDriver] goes to folder 12"),
    ("[CopyDriver]", "[Else]", "[CopyDriver], which [Install] copies, is missing or empty"),
    ("needletail.sys, , , 0x", "other.sys, , , 0x", "other.sys is copied"),
    ("needletail.sys = 1", "needletail.sys = 1\nother.sys = 1", "other.sys is brought"),
    ("StartType = 3", "StartType = 0", "[Service] StartType is \"0\""),
    ("ServiceType = 1", "ServiceType = 2", "[Service] ServiceType is \"2\""),
    ("ErrorControl = 1", "ErrorControl = 3", "[Service] ErrorControl is \"3\""),
    (".16299, NTarm64.10.0...16299\n", ".16299, NTarm64\n", "no models for arm64 from Windows 10 1709"),
    ("%13%\\needletail", "%12%\\needletail", "[Service] ServiceBinary is"),
    ("needletail, 2, Service", "needletail, 2", "a service without an install section"),
    ("[Install.Services]", "[Install.CoInstallers]\nx = 1\n[Install.Services]", "[Install.CoInstallers] runs code"),
    ("CopyFiles = CopyDriver", "CopyFiles = CopyDriver\nDelFiles = x", "[Install] DelFiles is not for a package"),
    ("Install, Needletail\n[Models", "Install, WireGuard\n[Models", "the hardware id WireGuard is another"),
    ("AddService = needletail", "AddService = WireGuard", "the service WireGuard is another product's"),
    ("AddService = needletail", "AddService = ndis", "the service ndis is another product's or Windows' own"),
  ])
  func `each rule has its finding`(_ text: String, _ instead: String, _ finding: String) throws {
    let broken = Self.good.replacing(text, with: instead, maxReplacements: 1)
    #expect(broken != Self.good)
    let findings = try Self.findings(broken)
    #expect(findings.contains { $0.contains(finding) }, "\(findings)")
  }

  @Test(arguments: [
    ("11/28/2026,1.2.2.0", true), ("11/27/2026,1.2.4.0", true), ("12/31/2025,9.9.9.9", true),
    ("10/29/2026,1.2.3.0", true), ("11/28/2026,1.2.3.0", false), ("11/28/2026,1.2.3.1", false),
    ("11/29/2026,1.2.2.0", false), ("01/01/2027,0.0.0.1", false), ("11/28/2026,1.10.0.0", false),
  ])
  func `the stamp exceeds that of the release before, by its date first`(previous: String, isGood: Bool) throws {
    let findings = try INF(Self.good).findings(platforms: ["amd64", "arm64"], version: "1.2.3", previous: previous)
    #expect(findings == (isGood ? [] : ["[Version] DriverVer does not grow: the release before has \(previous)"]))
  }

  @Test(arguments: ["", "1.2.3.0", "11/28/2026", "28/11/2026,1.2.3.0", "11/28/2026,1.2.3", "11/28/2026,a.b.c.d"])
  func `what is no stamp of a release before is told`(previous: String) throws {
    let findings = try INF(Self.good).findings(platforms: ["amd64", "arm64"], version: "1.2.3", previous: previous)
    #expect(findings == ["\"\(previous)\" is no DriverVer of a release before"])
  }

  /// A package that older systems take as well: there, drivers run from another folder.
  static let older = good.replacing(
    "NTarm64.10.0...16299\n[M",
    with: "NTarm64.10.0...16299, NTamd64\n[Models.NTamd64]\n%Description% = Older, Needletail\n[M"
  ).replacing("CopyDriver = 13", with: "CopyDriver = 13\nCopyOlder = 12").replacing(
    "[Install]",
    with: """
      [CopyOlder]
      needletail.sys
      [Older]
      CopyFiles = CopyOlder
      [Older.Services]
      AddService = needletail, 2, OlderService
      [OlderService]
      ServiceType = 1
      StartType = 3
      ErrorControl = 1
      ServiceBinary = %12%\\needletail.sys
      [Install]
      """)

  @Test func `Windows before 1709 has sections of its own`() throws {
    #expect(Self.older != Self.good)
    #expect(try Self.findings(Self.older) == [])
    let mixed = Self.older.replacing("= Older, Needletail", with: "= Install, Needletail")
    #expect(try Self.findings(mixed).contains("[Install] is for Windows before and since 1709"))
    let stored = Self.older.replacing("CopyOlder = 12", with: "CopyOlder = 13")
    #expect(try Self.findings(stored).contains { $0.contains("[CopyOlder] goes to folder 13, not 12") })
    let service = Self.older.replacing("%12%\\needletail", with: "%13%\\needletail")
    #expect(try Self.findings(service).contains { $0.contains("[OlderService] ServiceBinary is") })
  }

  @Test func `the package of the driver is good`() throws {
    let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
    let inf = try INF(String(contentsOfFile: root + "/Driver/Kernel/needletail.inf", encoding: .utf8))
    let stamp = inf.values("Version", "DriverVer")?.last ?? ""
    #expect(inf.findings(platforms: ["amd64", "arm64", "x86"], version: String(stamp.dropLast(2))) == [])
  }
}
