extension PolicySchema {
  /// The files that are made of the schema, by their paths: the template of group policies and its English texts for the
  /// folder PolicyDefinitions, and what holds without policies for the registry's editor.
  public var files: [(path: String, text: String)] {
    [("needletail.admx", template), ("en-US/needletail.adml", texts), ("needletail.reg", registry)]
  }

  /// Source: "Group Policy ADMX Syntax Reference".
  private var template: String {
    let head = """
      <?xml version="1.0" encoding="utf-8"?>
      <policyDefinitions xmlns="http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions" revision="1.0" schemaVersion="1.0">
        <policyNamespaces>
          <target prefix="needletail" namespace="Needletail.Policies.Needletail" />
          <using prefix="windows" namespace="Microsoft.Policies.Windows" />
        </policyNamespaces>
        <resources minRequiredRevision="1.0" />
        <categories>
          <category name="Needletail" displayName="$(string.Needletail)" />
        </categories>
        <policies>

      """
    return head + policies.map(definition).joined() + "  </policies>\n</policyDefinitions>\n"
  }

  private func definition(_ policy: Policy) -> String {
    let isFlag = policy.default == .flag(false) || policy.default == .flag(true)
    let presentation = isFlag ? "" : " presentation=\"$(presentation.\(policy.name))\""
    let value = isFlag ? " valueName=\"\(policy.name)\"" : ""
    return """
          <policy name="\(policy.name)" class="Machine" displayName="$(string.\(policy.name))" \
      explainText="$(string.\(policy.name)_Help)"\(presentation) key="\(Self.key)"\(value)>
            <parentCategory ref="Needletail" />
            <supportedOn ref="windows:SUPPORTED_Windows_10_0" />
      \(elements(of: policy))
          </policy>

      """
  }

  private func elements(of policy: Policy) -> String {
    let id = "id=\"\(policy.name)\" valueName=\"\(policy.name)\""
    switch policy.default {
    case .flag:
      return """
              <enabledValue><decimal value="1" /></enabledValue>
              <disabledValue><decimal value="0" /></disabledValue>
        """
    case .number:
      return """
              <elements>
                <decimal \(id) required="true" minValue="\(policy.least!)" maxValue="\(policy.most!)" />
              </elements>
        """
    case .word where policy.longest != nil:
      return """
              <elements>
                <text \(id) required="true" maxLength="\(policy.longest!)" />
              </elements>
        """
    case .word:
      let items = policy.choices!.map { word in
        """
                  <item displayName="$(string.\(policy.name)_\(word))"><value><string>\(word)</string></value></item>
        """
      }
      return """
              <elements>
                <enum \(id) required="true">
        \(items.joined(separator: "\n"))
                </enum>
              </elements>
        """
    }
  }

  private var texts: String {
    var strings = [("Needletail", "Needletail")]
    var presentations: [String] = []
    for policy in policies {
      strings += [(policy.name, policy.title), (policy.name + "_Help", policy.help)]
      switch policy.default {
      case .flag: break
      case .number:
        presentations.append(
          "<decimalTextBox refId=\"\(policy.name)\" defaultValue=\"\(policy.text)\">\(escaped(policy.title))</decimalTextBox>"
        )
      case .word where policy.longest != nil:
        presentations.append(
          "<textBox refId=\"\(policy.name)\"><label>\(escaped(policy.title))</label></textBox>")
      case .word(let word):
        strings += policy.choices!.map { (policy.name + "_" + $0, $0) }
        let place = policy.choices!.firstIndex(of: word)!
        presentations.append(
          "<dropdownList refId=\"\(policy.name)\" defaultItem=\"\(place)\">\(escaped(policy.title))</dropdownList>")
      }
    }
    let shown = zip(policies.filter { $0.choices != nil || $0.least != nil || $0.longest != nil }, presentations)
    return """
      <?xml version="1.0" encoding="utf-8"?>
      <policyDefinitionResources xmlns="http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions" revision="1.0" schemaVersion="1.0">
        <displayName>Needletail</displayName>
        <description>What administrators decide for Needletail on a machine.</description>
        <resources>
          <stringTable>
      \(strings.map { "      <string id=\"\($0.0)\">\(escaped($0.1))</string>" }.joined(separator: "\n"))
          </stringTable>
          <presentationTable>
      \(shown.map { "      <presentation id=\"\($0.0.name)\">\($0.1)</presentation>" }.joined(separator: "\n"))
          </presentationTable>
        </resources>
      </policyDefinitionResources>

      """
  }

  /// What XML takes for markup.
  private func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }

  private var registry: String {
    let lines = policies.map { policy in
      switch policy.default {
      case .word(let word): "\"\(policy.name)\"=\"\(word)\""
      case .number(let number): "\"\(policy.name)\"=dword:\(digits(number))"
      case .flag(let flag): "\"\(policy.name)\"=dword:\(digits(flag ? 1 : 0))"
      }
    }
    let text = ["Windows Registry Editor Version 5.00", "", "[HKEY_LOCAL_MACHINE\\\(Self.key)]"] + lines
    return text.map { $0 + "\r\n" }.joined()
  }

  private func digits(_ number: Int) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: 8 - text.count) + text
  }
}

extension PolicySchema.Policy {
  /// The default as text.
  var text: String {
    switch self.default {
    case .word(let word): word
    case .number(let number): String(number)
    case .flag(let flag): flag ? "1" : "0"
    }
  }
}
