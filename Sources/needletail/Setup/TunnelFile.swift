internal import ConfigurationFile
internal import Octets
internal import RolloutMetadata
internal import TunnelControl
internal import TunnelReport

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
    let bytes: SecretBytes
    do throws(SystemFault) {
      bytes = try SecretFiles.read(path)
    } catch {
      throw Failure(.failure, "\(path) cannot be read: \(error.words); check the path and its rights")
    }
    let result = SecretBytes(capacity: bytes.count + 64)
    var plain = bytes.withBytes { span in (0..<span.byteCount).map { span.octet(at: $0) } }
    var kept = ConfigurationDocument.stripped(plain)
    for byte in kept { result.append(byte) }
    // A last line without an end gets one, and wg-quick has an empty line behind the last.
    if let last = plain.last, last != UInt8(ascii: "\n") { result.append("\n") }
    plain.overwrite()
    kept.overwrite()
    return result
  }
}

extension [UInt8] {
  /// Overwrites the bytes where they are.
  fileprivate mutating func overwrite() {
    for index in indices { self[index] = 0 }
  }
}
