internal import Foundation

/// What administrators can decide for a machine: the one schema (`Installer/Policy/policies.json`) of which the template of
/// group policies, its texts and the file for the registry's editor are made.
///
/// It checks that each policy is one thing and its default one of its values; what a value does is for whoever reads it.
public struct PolicySchema: Equatable, Sendable, Codable {
  /// The policies, in the order in which they are shown.
  public var policies: [Policy]

  /// The key that group policies write to, below HKEY_LOCAL_MACHINE; only administrators may.
  public static let key = "SOFTWARE\\Policies\\Needletail"

  /// One policy: a choice of words, a number of a range, yes or no, or any text.
  public struct Policy: Equatable, Sendable, Codable {
    /// The name of its value.
    public var name: String
    /// The words to choose from.
    public var choices: [String]?
    /// The smallest number.
    public var least: Int?
    /// The largest number.
    public var most: Int?
    /// The longest text, when any text is one.
    public var longest: Int?
    /// What holds without a policy.
    public var `default`: Value
    /// What the editor lists it as.
    public var title: String
    /// What the editor explains.
    public var help: String
  }

  /// A value: of three kinds, as the file has them.
  public enum Value: Equatable, Sendable, Codable {
    case word(String)
    case number(Int)
    case flag(Bool)

    /// Reads a word, a number, or true or false.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let flag = try? container.decode(Bool.self) {
        self = .flag(flag)
      } else if let number = try? container.decode(Int.self) {
        self = .number(number)
      } else {
        self = .word(try container.decode(String.self))
      }
    }

    /// Writes what `init(from:)` reads.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .word(let word): try container.encode(word)
      case .number(let number): try container.encode(number)
      case .flag(let flag): try container.encode(flag)
      }
    }
  }

  /// Reads a schema.
  ///
  /// - Throws: what is wrong with it, and where.
  public init(json: [UInt8]) throws(InstallerError) {
    do {
      self = try JSONDecoder().decode(PolicySchema.self, from: Data(json))
    } catch {
      throw InstallerError("the schema of policies cannot be read: \(error)")
    }
    try check()
  }

  /// Refuses a schema that contradicts itself.
  func check() throws(InstallerError) {
    var names: Set<String> = []
    for policy in policies {
      let isName = !policy.name.isEmpty && policy.name.allSatisfy { $0.isASCII && $0.isLetter }
      guard isName, names.insert(policy.name.lowercased()).inserted else {
        throw InstallerError("“\(policy.name)” is no name of letters, or is there twice")
      }
      guard !policy.title.isEmpty, !policy.help.isEmpty else {
        throw InstallerError("\(policy.name) has to have a title and a help")
      }
      guard policy.isConsistent else {
        throw InstallerError("\(policy.name): its default is not one of its values, or it has no values")
      }
    }
  }
}

extension PolicySchema.Policy {
  /// Whether the default is one of the values, and these are of one kind.
  var isConsistent: Bool {
    switch self.default {
    case .word(let word):
      if let longest { return choices == nil && least == nil && most == nil && word.utf8.count <= longest }
      guard let choices, least == nil, most == nil else { return false }
      return choices.contains(word) && Rules.repeated(choices).isEmpty
        && choices.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) } }
    case .number(let number):
      guard choices == nil, longest == nil, let least, let most else { return false }
      return least >= 0 && most <= 0x7fff_ffff && (least...max(least, most)).contains(number) && least <= most
    case .flag: return choices == nil && least == nil && most == nil && longest == nil
    }
  }
}
