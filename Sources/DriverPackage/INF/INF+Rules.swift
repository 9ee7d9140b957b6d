extension INF {
  /// What a package must be like that Windows 10 and 11 install, isolated, by Microsoft's rules (*INF Requirements for DCH
  /// drivers*, *Using a Universal INF File*, *PnpLockdown*, *Run from Driver Store*), and by ours: that the versions agree,
  /// and that no other product's names are used.
  ///
  /// - Parameters:
  ///   - wanted: the platforms the package is for, as "amd64".
  ///   - version: the product's, as "1.2.3".
  ///   - previous: DriverVer of the release before this one, as its INF has it; nil when there is none.
  /// - Returns: what is wrong, in the order of the rules; empty when nothing is.
  public func findings(platforms wanted: [String], version: String, previous: String? = nil) -> [String] {
    versionFindings(version) + growthFindings(previous) + modelFindings(wanted) + fileFindings() + serviceFindings()
      + nameFindings()
  }

  private func expect(_ section: String, _ key: String, _ value: String) -> [String] {
    let found = values(section, key)?.first
    if found?.lowercased() == value.lowercased() { return [] }
    return ["[\(section)] \(key) is \(found.map { "\"\($0)\"" } ?? "missing or there twice"), not \"\(value)\""]
  }

  private func versionFindings(_ version: String) -> [String] {
    var findings = expect("Version", "Signature", "$Windows NT$") + expect("Version", "Class", "Net")
    findings += expect("Version", "ClassGUID", "{4D36E972-E325-11CE-BFC1-08002BE10318}")
    findings += expect("Version", "PnpLockDown", "1")
    if (values("Version", "Provider")?.first ?? "%").contains("%") { findings.append("[Version] Provider has no text") }
    if catalogName == nil { findings.append("[Version] CatalogFile is missing: nothing could be signed") }
    let stamp = values("Version", "DriverVer") ?? []
    if stamp.count != 2 || !Self.isDate(stamp[0]) {
      findings.append("[Version] DriverVer is not mm/dd/yyyy,w.x.y.z")
    } else if stamp[1] != version + ".0" {
      findings.append("[Version] DriverVer says \(stamp[1]), the product is \(version).0")
    }
    return findings
  }

  /// Windows takes a package for newer by its date, and of one date by its numbers.
  private func growthFindings(_ previous: String?) -> [String] {
    guard let previous else { return [] }
    let parts = previous.split(separator: ",", maxSplits: 1).map { String($0) }
    guard let before = Self.rank(parts) else { return ["\"\(previous)\" is no DriverVer of a release before"] }
    guard let rank = Self.rank(values("Version", "DriverVer") ?? []), !before.lexicographicallyPrecedes(rank) else {
      return []
    }
    return ["[Version] DriverVer does not grow: the release before has \(previous)"]
  }

  /// Year, month, day and four numbers.
  private static func rank(_ stamp: [String]) -> [Int]? {
    guard stamp.count == 2, isDate(stamp[0]) else { return nil }
    let date = stamp[0].split(separator: "/").compactMap { Int($0) }
    let numbers = stamp[1].split(separator: ".", omittingEmptySubsequences: false).compactMap { Int($0) }
    return date.count == 3 && numbers.count == 4 ? [date[2], date[0], date[1]] + numbers : nil
  }

  private static func isDate(_ text: String) -> Bool {
    let fields = text.split(separator: "/", omittingEmptySubsequences: false)
    guard fields.count == 3, fields[0].count == 2, fields[1].count == 2, fields[2].count == 4 else { return false }
    guard let month = Int(fields[0]), let day = Int(fields[1]), Int(fields[2]) != nil else { return false }
    return (1...12).contains(month) && (1...31).contains(day)
  }

  private func modelFindings(_ wanted: [String]) -> [String] {
    var findings: [String] = []
    if Set(platforms) != Set(wanted) {
      findings.append("[Manufacturer] has models for \(platforms.sorted()), the package is for \(wanted.sorted())")
    }
    for line in self["Manufacturer"] {
      for decoration in line.values.dropFirst() {
        let models = (line.values.first ?? "") + "." + decoration
        if self[models].isEmpty { findings.append("[\(models)] is missing or empty") }
        for model in self[models] where model.values.count < 2 {
          findings.append("line \(model.number): a model without a hardware id")
        }
      }
    }
    for platform in wanted where !models.contains(where: { $0.platform == platform && $0.folder == "13" }) {
      findings.append(
        "[Manufacturer] has no models for \(platform) from Windows 10 1709 (NT\(platform).10.0...16299) on")
    }
    for (install, folders) in installs {
      if !has(install) { findings.append("[\(install)], which a model installs, is missing") }
      if !has(install + ".Services") { findings.append("[\(install).Services] is missing: no service would be made") }
      if folders.count > 1 { findings.append("[\(install)] is for Windows before and since 1709") }
    }
    return findings
  }

  /// What a line of [Manufacturer] with its decoration leads to: a platform, and the folder that drivers of the systems
  /// it is for run from. That is the driver store, 13, since Windows 10 1709, build 16299, and System32\drivers, 12,
  /// before.
  private var models: [(section: String, platform: String, folder: String)] {
    self["Manufacturer"].flatMap { line in
      line.values.dropFirst().map { decoration in
        // NTamd64.10.0...16299: the major and minor number, product type and suite, the build.
        let fields = decoration.lowercased().split(separator: ".", omittingEmptySubsequences: false)
        let build = fields.count > 5 ? Int(fields[5]) ?? 0 : 0
        let isSince1709 = fields.count > 1 && (Int(fields[1]) ?? 0) >= 10 && build >= 16299
        return ((line.values.first ?? "") + "." + decoration, String(fields[0].dropFirst(2)), isSince1709 ? "13" : "12")
      }
    }
  }

  /// The install sections that models name, without repetition, and the folders that drivers run from where they are
  /// used.
  private var installs: [(name: String, folders: Set<String>)] {
    var found: [(name: String, folders: Set<String>)] = []
    for (section, _, folder) in models {
      for name in self[section].compactMap(\.values.first) {
        if let place = found.firstIndex(where: { $0.name == name }) {
          found[place].folders.insert(folder)
        } else {
          found.append((name, [folder]))
        }
      }
    }
    return found
  }

  private func fileFindings() -> [String] {
    var findings: [String] = []
    var copied: Set<String> = []
    for (install, folders) in installs {
      for list in values(install, "CopyFiles") ?? [] {
        if self[list].isEmpty { findings.append("[\(list)], which [\(install)] copies, is missing or empty") }
        for file in self[list] { copied.insert((file.values.first ?? "").lowercased()) }
        let folder = values("DestinationDirs", list)?.first ?? values("DestinationDirs", "DefaultDestDir")?.first
        for right in folders where folder != right {
          findings.append(
            "[\(list)] goes to folder \(folder ?? "none"), not \(right): a package runs from the driver store (13) "
              + "since Windows 10 1709, and before from System32\\drivers (12)")
        }
      }
    }
    let brought = Set(files.map { $0.lowercased() })
    for name in copied.subtracting(brought).sorted() {
      findings.append("\(name) is copied, and [SourceDisksFiles] has it not")
    }
    for name in brought.subtracting(copied).sorted() { findings.append("\(name) is brought, and nobody copies it") }
    return findings
  }

  /// Services that are there already, of Windows' network and of other products with adapters of this kind.
  private static let reservedServices: Set<String> = [
    "wireguard", "wintun", "tap0901", "ovpn-dco", "ndis", "tcpip", "netio", "nsiproxy", "afd", "ndiswan", "rasl2tp",
    "bfe", "mpssvc", "netbt",
  ]

  private func serviceFindings() -> [String] {
    var findings: [String] = []
    for (install, folders) in installs {
      for line in self[install + ".Services"] where line.key?.lowercased() == "addservice" {
        guard line.values.count > 2 else {
          findings.append("line \(line.number): a service without an install section")
          continue
        }
        findings += expect(line.values[2], "ServiceType", "1") + expect(line.values[2], "StartType", "3")
        findings += expect(line.values[2], "ErrorControl", "1")
        if Self.reservedServices.contains(line.values[0].lowercased()) {
          findings.append("line \(line.number): the service \(line.values[0]) is another product's or Windows' own")
        }
        let binary = values(line.values[2], "ServiceBinary")?.first ?? ""
        let name = binary.split(separator: "\\").last.map { $0.lowercased() } ?? ""
        let isThere = folders.allSatisfy { binary.hasPrefix("%\($0)%\\") }
        if !isThere || !files.contains(where: { $0.lowercased() == name }) {
          findings.append(
            "[\(line.values[2])] ServiceBinary is \"\(binary)\", no file of the package where it goes")
        }
      }
      // What a Universal INF may not say.
      for (forbidden, why) in [("CoInstallers", "runs code of the package"), ("Wdf", "is for drivers of a framework")]
      where has(install + "." + forbidden) {
        findings.append("[\(install).\(forbidden)] \(why)")
      }
      for key in ["DelFiles", "RenFiles", "RegisterDlls", "ProfileItems", "DelReg"] where values(install, key) != nil {
        findings.append("[\(install)] \(key) is not for a package that is isolated")
      }
    }
    return findings
  }

  private func nameFindings() -> [String] {
    let ids = Set(platforms.flatMap(hardwareIDs))
    var findings = ids.filter { $0.lowercased() == "wireguard" }.map { "the hardware id \($0) is another product's" }
    if files.contains(where: { $0.lowercased().hasPrefix("wireguard") }) {
      findings.append("a file has another product's name")
    }
    return findings
  }
}
