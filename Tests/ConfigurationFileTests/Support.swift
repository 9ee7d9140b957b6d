import ConfigurationFile
import ControlProtocol
import ControlProtocolTesting
import Foundation
import Octets

/// 44 characters of base 64: the byte `value` thirty-two times.
func key(_ value: UInt8) -> String { Data(repeating: value, count: 32).base64EncodedString() }

/// The document of `text`.
func read(_ text: String, _ dialect: Dialect) throws(ConfigurationFileError) -> ConfigurationDocument {
  try ConfigurationDocument.read(Array(text.utf8), dialect: dialect).document
}

/// The document of `lines` inside `[Interface]`.
func interface(_ lines: String, _ dialect: Dialect) throws -> ConfigurationDocument.Interface {
  try read("[Interface]\nPrivateKey = \(key(1))\n" + lines, dialect).interface
}

/// The only peer of a document with `lines` inside its `[Peer]`.
func peer(_ lines: String, _ dialect: Dialect) throws -> ConfigurationDocument.Peer {
  let text = "[Interface]\nPrivateKey = \(key(1))\n[Peer]\nPublicKey = \(key(2))\n" + lines
  return try read(text, dialect).peers[0]
}

/// What is wrong with `text`, warnings included.
func problems(_ text: String, _ dialect: Dialect) -> [Problem] { diagnostics(text, dialect).map(\.problem) }

/// What is reported of `text`.
func diagnostics(_ text: String, _ dialect: Dialect) -> [Diagnostic] {
  do throws(ConfigurationFileError) {
    return try ConfigurationDocument.read(Array(text.utf8), dialect: dialect).warnings
  } catch {
    return error.diagnostics
  }
}

/// What is wrong with `lines` inside `[Interface]`.
func interfaceProblems(_ lines: String, _ dialect: Dialect) -> [Problem] {
  problems("[Interface]\nPrivateKey = \(key(1))\n" + lines, dialect)
}

/// What is wrong with `lines` inside `[Peer]`.
func peerProblems(_ lines: String, _ dialect: Dialect) -> [Problem] {
  problems("[Interface]\nPrivateKey = \(key(1))\n[Peer]\nPublicKey = \(key(2))\n" + lines, dialect)
}

/// The prefix or address `text`, known to be right.
func prefix(_ text: String) -> Prefix { withText(text) { Prefix(text: $0) }! }
func address(_ text: String) -> IPAddress { withText(text) { IPAddress(text: $0) }! }
