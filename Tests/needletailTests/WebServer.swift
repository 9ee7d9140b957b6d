#if HTTP
import Foundation

/// Debian's nginx with a folder, over TLS signed by an authority that was made up for it, and without TLS.
final class WebServer {
  static let program = "/usr/sbin/nginx"
  static var isInstalled: Bool {
    [program, "/usr/bin/openssl"].allSatisfy { FileManager.default.isExecutableFile(atPath: $0) }
  }

  let folder: String
  let securePort: Int
  let plainPort: Int
  private var process: Process?

  var authority: String { folder + "/authority.pem" }
  var secure: String { "https://localhost:\(securePort)" }
  var plain: String { "http://localhost:\(plainPort)" }

  /// What was answered: a line each of method, path, status and bytes sent.
  var log: [String] {
    ((try? String(contentsOfFile: folder + "/access.log", encoding: .utf8)) ?? "").split(separator: "\n").map(
      String.init)
  }

  /// A server of `site` whose files, certificate and log lie in `folder`; `rate` is what nginx takes for limit_rate.
  init(folder: String, site: String, rate: String) throws {
    self.folder = folder
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    securePort = try Self.freePort()
    plainPort = try Self.freePort()
    try Self.run(
      "/usr/bin/openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
        "/CN=made up", "-keyout", folder + "/authority.key", "-out", authority,
      ])
    try Data("subjectAltName=DNS:localhost\n".utf8).write(to: URL(fileURLWithPath: folder + "/names"))
    try Self.run(
      "/usr/bin/openssl",
      [
        "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost", "-keyout",
        folder + "/server.key", "-out", folder + "/server.csr",
      ])
    try Self.run(
      "/usr/bin/openssl",
      [
        "x509", "-req", "-in", folder + "/server.csr", "-CA", authority, "-CAkey", folder + "/authority.key",
        "-CAcreateserial", "-days", "2", "-extfile", folder + "/names", "-out", folder + "/server.pem",
      ])
    let text = """
      daemon off;
      master_process off;
      pid \(folder)/pid;
      error_log \(folder)/error.log;
      events {}
      http {
        log_format short '$request_method $uri $status $body_bytes_sent';
        access_log \(folder)/access.log short;
        client_body_temp_path \(folder)/t1;
        proxy_temp_path \(folder)/t2;
        fastcgi_temp_path \(folder)/t3;
        uwsgi_temp_path \(folder)/t4;
        scgi_temp_path \(folder)/t5;
        server {
          listen 127.0.0.1:\(plainPort);
          listen 127.0.0.1:\(securePort) ssl;
          server_name localhost;
          ssl_certificate \(folder)/server.pem;
          ssl_certificate_key \(folder)/server.key;
          root \(site);
          location /artifacts/ { limit_rate \(rate); }
          location /moved/ { rewrite ^/moved/(.*)$ /$1 redirect; }
          location /down/ { rewrite ^/down/(.*)$ http://localhost:\(plainPort)/$1 redirect; }
        }
      }
      """
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/nginx.conf"))
    try start()
  }

  func start() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.program)
    process.arguments = ["-c", folder + "/nginx.conf", "-p", folder, "-e", folder + "/error.log"]
    process.standardError = FileHandle.nullDevice
    try process.run()
    self.process = process
    let end = Date(timeIntervalSinceNow: 10)
    while !Self.listens(plainPort) && process.isRunning && Date() < end { Thread.sleep(forTimeInterval: 0.02) }
  }

  /// Ends it as a loss of power does.
  func kill() {
    guard let process else { return }
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    self.process = nil
  }

  private static func run(_ program: String, _ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.featureUnsupported) }
  }

  private static func listens(_ port: Int) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", "exec 3<>/dev/tcp/127.0.0.1/\(port)"]
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  /// A port that nobody has at the moment.
  private static func freePort() throws -> Int {
    for _ in 0..<100 {
      let port = Int.random(in: 20_000...32_000)
      if !listens(port) { return port }
    }
    throw CocoaError(.featureUnsupported)
  }
}
#endif
