extension INF {
  /// The files that the package brings, beside the INF and its catalog: what [SourceDisksFiles] and its variants name, in
  /// their order.
  public var files: [String] {
    var files: [String] = []
    for section in sections.keys.sorted() where section == "sourcedisksfiles" || section.hasPrefix("sourcedisksfiles.")
    {
      for line in self[section] {
        if let name = line.key, !files.contains(where: { $0.lowercased() == name.lowercased() }) { files.append(name) }
      }
    }
    return files
  }

  /// The name of the catalog; nil when the INF names none.
  public var catalogName: String? { values("Version", "CatalogFile")?.first }

  /// The platforms that [Manufacturer] has models for, as "amd64", "arm64" or "x86".
  public var platforms: [String] {
    self["Manufacturer"].flatMap { line in line.values.dropFirst() }.compactMap { decoration in
      let architecture = decoration.lowercased().split(separator: ".").first ?? ""
      return architecture.hasPrefix("nt") && architecture.count > 2 ? String(architecture.dropFirst(2)) : nil
    }
  }

  /// The hardware ids of the models for a platform.
  public func hardwareIDs(_ platform: String) -> [String] {
    self["Manufacturer"].flatMap { line -> [String] in
      guard let models = line.values.first else { return [] }
      let sections = line.values.dropFirst().filter { $0.lowercased().split(separator: ".").first == "nt" + platform }
      return sections.flatMap { self[models + "." + $0].flatMap { $0.values.dropFirst() } }
    }
  }
}
