internal import ArgumentParser
internal import RolloutMetadata
internal import TunnelControl

/// `needletail qr`
struct QRCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "qr", abstract: "Show a tunnel's file as a QR code, for a telephone to photograph.",
    discussion: """
      The picture is the file with its private key: whoever sees it has the tunnel. Make a file of its own for the \
      telephone. The program qrencode draws it.
      """)
  @Argument(
    help: "A file NAME.conf, or NAME for the one in /etc/wireguard.", completion: .file(extensions: ["conf"]))
  var file: String
  @Option(
    help: "Write a PNG file that only its owner can read, instead of text.", completion: .file(extensions: ["png"]))
  var png: String?

  /// The most bytes that a QR code holds at the lowest level of correction.
  static let most = 2953

  func run() throws {
    let file = try TunnelFile(file)
    guard let size = Program.size(of: file.path) else {
      throw Failure(.failure, "\(file.path) cannot be read; check the path and its rights")
    }
    guard size > 0 && size <= Self.most else {
      let reason = size == 0 ? "is empty" : "has \(size) bytes, and a QR code holds \(Self.most)"
      throw Failure(.failure, "\(file.path) \(reason); leave out comments and what the telephone does not need")
    }
    let format = png.map { ["-t", "PNG", "-o", $0] } ?? ["-t", "ANSIUTF8", "-o", "-"]
    let fault = Program.become("qrencode", ["-l", "L", "-8"] + format, input: file.path)
    throw Failure(
      .failure,
      fault.isAbsence
        ? "the program qrencode is not installed; on Debian: apt install qrencode" : "\(file.path): \(fault.words)")
  }
}
