internal import ConfigurationFile
internal import Foundation
internal import Octets
internal import RolloutMetadata
internal import TunnelControl
internal import TunnelPlan
internal import TunnelReport
internal import TunnelSetup

/// A tunnel's configuration file, named as for wg-quick: by its path, or by the tunnel whose file it is.
struct TunnelFile {
  let path: String
  /// The tunnel: the file's name without `.conf`.
  let name: String

  /// Where the files of tunnels are that are named without a path.
  static let folder = "/etc/wireguard"

  /// The file that an argument names.
  init(_ argument: String) throws {
    let isName = InterfaceName.isValidOnLinux(argument) && !argument.hasSuffix(".conf")
    path = isName ? "\(Self.folder)/\(argument).conf" : argument
    let file = path.split(separator: "/").last.map(String.init) ?? ""
    guard file.hasSuffix(".conf"), InterfaceName.isValidOnLinux(String(file.dropLast(5))) else {
      throw Failure(
        .usage,
        "\(argument) names no tunnel: write its name, or the path of a file NAME.conf; a name has 1 to 15 of the "
          + "characters a-z A-Z 0-9 _ = + . -")
    }
    name = String(file.dropLast(5))
  }

  /// What of the file the control socket understands: the lines that are not of wg-quick. It may be secret.
  func stripped() throws -> SecretBytes {
    var plain = try bytes()
    defer { plain.overwrite() }
    return Self.stripped(plain)
  }

  /// The file as wg-quick understands it, with its secret keys: whoever has it wipes them.
  func document() throws -> ConfigurationDocument {
    var plain = try bytes()
    defer { plain.overwrite() }
    return try parsed(plain).document
  }

  private func parsed(_ plain: [UInt8]) throws -> (document: ConfigurationDocument, warnings: [String]) {
    do throws(ConfigurationFileError) {
      let found = try ConfigurationDocument.read(plain, dialect: .wgQuick)
      return (found.document, found.warnings.map { "\(path): \($0)" })
    } catch {
      throw Failure(.failure, error.diagnostics.map { "\(path): \($0)" }.joined(separator: "\n"))
    }
  }

  /// The file as wg-quick understands it, with its secret keys wiped, and what of it is for the control socket. What is
  /// strange about it is said, unless `isQuiet`.
  func read(isQuiet: Bool = false) throws -> TunnelSetup.File {
    var plain = try bytes()
    defer { plain.overwrite() }
    var (document, warnings) = try parsed(plain)
    for warning in warnings where !isQuiet { Streams.complain(warning) }
    document.wipe()
    let settings: GuardSettings
    do throws(GuardSettingFault) {
      settings = try GuardSettings(file: plain)
    } catch {
      throw Failure(.failure, "\(path): \(error.words)")
    }
    return TunnelSetup.File(
      path: URL(fileURLWithPath: path).path, document: document, settings: settings,
      configuration: Self.stripped(plain),
      hookLines: Self.hookLines(plain))
  }

  /// Whether everybody may read the file, and reach it.
  var isOpenToOthers: Bool {
    func mode(_ path: String) -> Int {
      let attributes = try? FileManager.default.attributesOfItem(atPath: path)
      return (attributes?[.posixPermissions] as? NSNumber)?.intValue ?? 0
    }
    let file = URL(fileURLWithPath: path).resolvingSymlinksInPath()
    return mode(file.path) & mode(file.deletingLastPathComponent().path) & 7 != 0
  }

  private func bytes() throws -> [UInt8] {
    do throws(SystemFault) {
      return try SecretFiles.read(path).withBytes { span in (0..<span.byteCount).map { span.octet(at: $0) } }
    } catch {
      throw Failure(.failure, "\(path) cannot be read: \(error.words); check the path and its rights")
    }
  }

  /// The lines that the file's commands stand in, by their names. The file is one that was understood.
  private static func hookLines(_ plain: [UInt8]) -> [String: Int] {
    var found: [String: Int] = [:]
    var counts: [String: Int] = [:]
    for (index, line) in plain.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      let word = String(decoding: line.prefix { $0 != UInt8(ascii: "=") }.prefix(64), as: UTF8.self)
        .trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
      guard let key = ["PreUp", "PostUp", "PreDown", "PostDown"].first(where: { $0.lowercased() == word }) else {
        continue
      }
      counts[key, default: 0] += 1
      found["\(key) \(counts[key, default: 0])"] = index + 1
    }
    return found
  }

  private static func stripped(_ plain: [UInt8]) -> SecretBytes {
    let result = SecretBytes(capacity: plain.count + 64)
    var kept = ConfigurationDocument.stripped(plain)
    for byte in kept { result.append(byte) }
    // A last line without an end gets one, and wg-quick has an empty line behind the last.
    if let last = plain.last, last != UInt8(ascii: "\n") { result.append("\n") }
    kept.overwrite()
    return result
  }
}

extension ConfigurationDocument {
  /// Overwrites the keys that are secret, in place.
  mutating func wipe() {
    interface.privateKey?.wipe()
    for index in peers.indices { peers[index].presharedKey?.wipe() }
  }
}

extension [UInt8] {
  /// Overwrites the bytes where they are.
  fileprivate mutating func overwrite() {
    for index in indices { self[index] = 0 }
  }
}
