extension Schema {
  /// The tables of our packages. Source: "Database Tables" of Windows Installer's documentation, a page a table.
  static let all: [Schema] =
    [
      Schema("Property", [("Property*", "s72"), ("Value", "l0")]),
      Schema("Directory", [("Directory*", "s72"), ("Directory_Parent", "S72"), ("DefaultDir", "l255")]),
      Schema(
        "Component",
        [
          ("Component*", "s72"), ("ComponentId", "S38"), ("Directory_", "s72"), ("Attributes", "i2"),
          ("Condition", "S255"), ("KeyPath", "S72"),
        ]),
      Schema(
        "Feature",
        [
          ("Feature*", "s38"), ("Feature_Parent", "S38"), ("Title", "L64"), ("Description", "L255"), ("Display", "I2"),
          ("Level", "i2"), ("Directory_", "S72"), ("Attributes", "i2"),
        ]),
      Schema("FeatureComponents", [("Feature_*", "s38"), ("Component_*", "s72")]),
      Schema(
        "File",
        [
          ("File*", "s72"), ("Component_", "s72"), ("FileName", "l255"), ("FileSize", "i4"), ("Version", "S72"),
          ("Language", "S20"), ("Attributes", "I2"), ("Sequence", "i2"),
        ]),
      Schema(
        "Media",
        [
          ("DiskId*", "i2"), ("LastSequence", "i2"), ("DiskPrompt", "L64"), ("Cabinet", "S255"), ("VolumeLabel", "S32"),
          ("Source", "S72"),
        ]),
      Schema(
        "MsiFileHash",
        [
          ("File_*", "s72"), ("Options", "i2"), ("HashPart1", "i4"), ("HashPart2", "i4"), ("HashPart3", "i4"),
          ("HashPart4", "i4"),
        ]),
      Schema(
        "Registry",
        [
          ("Registry*", "s72"), ("Root", "i2"), ("Key", "l255"), ("Name", "L255"), ("Value", "L0"),
          ("Component_", "s72"),
        ]),
      Schema(
        "Shortcut",
        [
          ("Shortcut*", "s72"), ("Directory_", "s72"), ("Name", "l128"), ("Component_", "s72"), ("Target", "s72"),
          ("Arguments", "S255"), ("Description", "L255"), ("Hotkey", "I2"), ("Icon_", "S72"), ("IconIndex", "I2"),
          ("ShowCmd", "I2"), ("WkDir", "S72"),
        ]),
      Schema(
        "RemoveFile",
        [
          ("FileKey*", "s72"), ("Component_", "s72"), ("FileName", "L255"), ("DirProperty", "s72"),
          ("InstallMode", "i2"),
        ]),
      Schema(
        "ServiceInstall",
        [
          ("ServiceInstall*", "s72"), ("Name", "s255"), ("DisplayName", "L255"), ("ServiceType", "i4"),
          ("StartType", "i4"), ("ErrorControl", "i4"), ("LoadOrderGroup", "S255"), ("Dependencies", "S255"),
          ("StartName", "S255"), ("Password", "S255"), ("Arguments", "S255"), ("Component_", "s72"),
          ("Description", "L255"),
        ]),
      Schema(
        "ServiceControl",
        [
          ("ServiceControl*", "s72"), ("Name", "l255"), ("Event", "i2"), ("Arguments", "S255"), ("Wait", "I2"),
          ("Component_", "s72"),
        ]),
      Schema(
        "Upgrade",
        [
          ("UpgradeCode*", "s38"), ("VersionMin*", "S20"), ("VersionMax*", "S20"), ("Language*", "S255"),
          ("Attributes*", "i4"), ("Remove", "S255"), ("ActionProperty", "s72"),
        ]),
      Schema("LaunchCondition", [("Condition*", "s255"), ("Description", "l255")]),
      Schema("AppSearch", [("Property*", "s72"), ("Signature_*", "s72")]),
      Schema(
        "RegLocator", [("Signature_*", "s72"), ("Root", "i2"), ("Key", "s255"), ("Name", "S255"), ("Type", "I2")]),
      Schema(
        "CustomAction",
        [("Action*", "s72"), ("Type", "i2"), ("Source", "S72"), ("Target", "S255"), ("ExtendedType", "I4")]),
      Schema("Binary", [("Name*", "s72"), ("Data", "v0")]),
      Schema("ActionText", [("Action*", "s72"), ("Description", "L64"), ("Template", "L128")]),
      Schema("Error", [("Error*", "i2"), ("Message", "L0")]),
    ] + sequences.map { Schema($0, [("Action*", "s72"), ("Condition", "S255"), ("Sequence", "I2")]) }

  /// The tables of what happens when.
  static let sequences = [
    "InstallExecuteSequence", "InstallUISequence", "AdminExecuteSequence", "AdminUISequence", "AdvtExecuteSequence",
  ]

  /// The schema of a table; nil for one that our packages do not have.
  static func named(_ name: String) -> Schema? { all.first { $0.name == name } }
}
