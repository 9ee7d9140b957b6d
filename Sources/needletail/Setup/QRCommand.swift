internal import ArgumentParser
internal import Foundation
internal import RolloutMetadata
internal import SystemPrograms
internal import TunnelControl
internal import TunnelReport

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
  @Flag(help: "Say as JSON which picture was written; with --png.") var json = false

  func validate() throws {
    if json && png == nil { throw ValidationError("--json says which picture was written: say --png FILE, too.") }
  }

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
    if json, let png { return try tell(file, png) }
    let format = png.map { ["-t", "PNG", "-o", $0] } ?? ["-t", "ANSIUTF8", "-o", "-"]
    let fault = Program.become("qrencode", ["-l", "L", "-8"] + format, input: file.path)
    throw Failure(.failure, fault.isAbsence ? Self.absence : "\(file.path): \(fault.words)")
  }

  private static let absence = "the program qrencode is not installed; on Debian: apt install qrencode"

  /// Has the picture written, and says so.
  private func tell(_ file: TunnelFile, _ png: String) throws {
    // The picture is its owner's alone.
    umask(0o077)
    let words = ["qrencode", "-l", "L", "-8", "-t", "PNG", "-o", png, "-r", file.path]
    do throws(SystemProgram.Fault) {
      let outcome = try SystemProgram.run(words, output: .passedOn)
      guard outcome.status == 0 else { throw SystemProgram.Fault.notStarted(0) }
    } catch {
      throw Failure(
        .failure,
        error == .notStarted(ENOENT) ? Self.absence : "\(file.path): qrencode wrote no picture to \(png)")
    }
    print(Setup.members(file) + ",\"png\":\"\(JSONText.escape(png))\"}")
  }
}
