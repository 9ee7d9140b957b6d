import Foundation
import Glibc

/// The stock `wg` and `wg-quick`, run against a `StubInterface`.
public struct StockTool {
  /// Where the tools look for control sockets.
  public static let socketFolder = "/var/run/wireguard"

  /// Whether the tools can be run here; says loudly why not.
  public static let isAvailable: Bool = {
    let reason: String
    if geteuid() != 0 {
      reason = "only root may put a socket into \(socketFolder)"
    } else if (try? StockTool("wg", ["--version"]))?.status != 0 {
      reason = "wg of wireguard-tools is not installed"
    } else {
      return true
    }
    let line = "*** NOT TESTED against the stock tools: \(reason) ***\n"
    FileHandle.standardError.write(Data(line.utf8))
    return false
  }()

  /// What the tool exited with.
  public let status: Int32
  /// What it printed.
  public let output: String
  /// What it complained of.
  public let complaint: String

  /// Runs `tool` to its end.
  public init(_ tool: String = "wg", _ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [tool] + arguments
    process.environment = [
      "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "WG_COLOR_MODE": "never", "WG_ENDPOINT_RESOLUTION_RETRIES": "0",
      "LC_ALL": "C",
    ]
    let output = Pipe()
    let complaint = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = complaint
    try process.run()
    // Complaints fit a pipe's buffer; output may not.
    self.output = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    self.complaint = String(decoding: complaint.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    status = process.terminationStatus
  }
}

/// Lends the path of a private file with this content to `body`.
public func withFile<Result>(
  _ content: String, named name: String = "test.conf", _ body: (String) throws -> Result
) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("needletail-\(UUID().uuidString)")
  try FileManager.default.createDirectory(
    at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  defer { try? FileManager.default.removeItem(at: folder) }
  let path = folder.appendingPathComponent(name).path
  guard
    FileManager.default.createFile(atPath: path, contents: Data(content.utf8), attributes: [.posixPermissions: 0o600])
  else { throw POSIXError(.EIO) }
  return try body(path)
}
