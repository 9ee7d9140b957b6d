extension INF {
  /// What a package must be like that Windows 10 and 11 install, isolated, by Microsoft's rules (*INF Requirements for DCH
  /// drivers*, *Using a Universal INF File*, *PnpLockdown*, *Run from Driver Store*), and by ours: that the versions agree,
  /// and that no other product's names are used.
  ///
  /// - Parameters:
  ///   - platforms: those the package is for, as "amd64".
  ///   - version: the product's, as "1.2.3".
  /// - Returns: what is wrong, in the order of the rules; empty when nothing is.
  public func findings(platforms wanted: [String], version: String) -> [String] {
    versionFindings(version) + modelFindings(wanted) + fileFindings() + serviceFindings() + nameFindings()
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
    for install in installSections {
      if !has(install) { findings.append("[\(install)], which a model installs, is missing") }
      if !has(install + ".Services") { findings.append("[\(install).Services] is missing: no service would be made") }
    }
    return findings
  }

  /// The install sections that models name, without repetition.
  private var installSections: [String] {
    var found: [String] = []
    for line in self["Manufacturer"] {
      for decoration in line.values.dropFirst() {
        for model in self[(line.values.first ?? "") + "." + decoration] {
          if let name = model.values.first, !found.contains(name) { found.append(name) }
        }
      }
    }
    return found
  }

  private func fileFindings() -> [String] {
    var findings: [String] = []
    var copied: Set<String> = []
    for install in installSections {
      for list in values(install, "CopyFiles") ?? [] {
        if self[list].isEmpty { findings.append("[\(list)], which [\(install)] copies, is missing or empty") }
        for file in self[list] { copied.insert((file.values.first ?? "").lowercased()) }
        let folder = values("DestinationDirs", list)?.first ?? values("DestinationDirs", "DefaultDestDir")?.first
        if folder != "13" {
          findings.append("[\(list)] goes to folder \(folder ?? "none"): a package runs from the driver store, 13")
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

  private func serviceFindings() -> [String] {
    var findings: [String] = []
    for install in installSections {
      for line in self[install + ".Services"] where line.key?.lowercased() == "addservice" {
        guard line.values.count > 2 else {
          findings.append("line \(line.number): a service without an install section")
          continue
        }
        findings += expect(line.values[2], "ServiceType", "1") + expect(line.values[2], "StartType", "3")
        findings += expect(line.values[2], "ErrorControl", "1")
        let binary = values(line.values[2], "ServiceBinary")?.first ?? ""
        let name = binary.split(separator: "\\").last.map { $0.lowercased() } ?? ""
        if !binary.hasPrefix("%13%\\") || !files.contains(where: { $0.lowercased() == name }) {
          findings.append(
            "[\(line.values[2])] ServiceBinary is \"\(binary)\", no file of the package in the driver store")
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
