/// What the Windows Package Manager is told of a release: three files of its schema 1.12.
///
/// Its clients install at once and everywhere, so it is told of a release when the channels are done with it.
public struct WingetManifest: Equatable, Sendable {
  /// A package of the release.
  public struct Package: Equatable, Sendable {
    /// The processor.
    public let architecture: Architecture
    /// Where it is downloaded from.
    public let url: String
    /// SHA-256 of it, 64 digits.
    public let sha256: String

    /// A package; the digits are told in capitals.
    public init(architecture: Architecture, url: String, sha256: String) throws(InstallerError) {
      guard url.hasPrefix("https://"), url.allSatisfy({ $0.isASCII && !$0.isWhitespace && $0 != "\"" }) else {
        throw InstallerError("“\(url)” is no https address")
      }
      guard sha256.count == 64, sha256.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
        throw InstallerError("“\(sha256)” is no SHA-256")
      }
      self.architecture = architecture
      self.url = url
      self.sha256 = sha256.uppercased()
    }
  }

  let product: Product
  let version: String
  let packages: [Package]

  private static let identifier = "Needletail.Needletail"
  private static let schema = "1.12.0"

  /// The manifest of a version with these packages.
  ///
  /// - Throws: when there is no package, or two for one processor.
  public init(product: Product, version: String, packages: [Package]) throws(InstallerError) {
    guard !packages.isEmpty, Set(packages.map(\.architecture)).count == packages.count else {
      throw InstallerError("a release has one package for each of its processors")
    }
    self.product = product
    self.version = version
    self.packages = packages.sorted { $0.architecture.rawValue > $1.architecture.rawValue }
  }

  /// The files by their names.
  public var files: [(name: String, text: String)] {
    [
      ("\(Self.identifier).yaml", text(["DefaultLocale: en-US"], "version")),
      ("\(Self.identifier).installer.yaml", text(installers, "installer")),
      ("\(Self.identifier).locale.en-US.yaml", text(locale, "defaultLocale")),
    ]
  }

  private func text(_ lines: [String], _ type: String) -> String {
    let head = [
      "# yaml-language-server: $schema=https://aka.ms/winget-manifest.\(type).\(Self.schema).schema.json",
      "PackageIdentifier: \(Self.identifier)", "PackageVersion: \(version)",
    ]
    let end = ["ManifestType: \(type)", "ManifestVersion: \(Self.schema)"]
    return (head + lines + end).map { $0 + "\n" }.joined()
  }

  private var installers: [String] {
    let shared = [
      "InstallerType: msi", "Scope: machine", "UpgradeBehavior: install", "ElevationRequirement: elevationRequired",
      "MinimumOSVersion: 10.0.0.0", "InstallerSwitches:", "  Silent: /qn REBOOT=ReallySuppress",
      "  SilentWithProgress: /qb! REBOOT=ReallySuppress", "InstallerSuccessCodes:", "- 3010", "ExpectedReturnCodes:",
      "- InstallerReturnCode: 1618", "  ReturnResponse: installInProgress", "- InstallerReturnCode: 1638",
      "  ReturnResponse: alreadyInstalled", "Installers:",
    ]
    return shared
      + packages.flatMap { package in
        [
          "- Architecture: \(package.architecture.rawValue)", "  InstallerUrl: \(package.url)",
          "  InstallerSha256: \(package.sha256)",
          "  ProductCode: '\(Identifier.productCode(package.architecture, version: version))'",
          "  AppsAndFeaturesEntries:", "  - UpgradeCode: '\(Identifier.upgradeCode(package.architecture))'",
        ]
      }
  }

  private var locale: [String] {
    [
      "PackageLocale: en-US", "Publisher: \(product.manufacturer)", "PackageName: \(product.name)", "License: MIT",
      "ShortDescription: WireGuard for the Windows kernel",
    ]
  }
}
