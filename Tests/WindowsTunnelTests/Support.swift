import ConfigurationFile
import ControlProtocol
import Octets
import Testing

@testable import WindowsTunnel

/// A Windows in memory, with a driver whose configuration is the last request as it came.
final class FakeWindows: WindowsSystem {
  /// An adapter: what was asked of it.
  final class FakeAdapter: AdapterRequests {
    let windows: FakeWindows
    let name: String
    var isUp = false
    var addresses: [InterfaceAddress] = []
    var routes: [Prefix] = []
    init(_ windows: FakeWindows, _ name: String) {
      self.windows = windows
      self.name = name
    }

    func configure(_ request: [UInt8]) throws(SystemError) {
      try windows.step("configure")
      windows.requests.append(request)
    }

    func configuration() throws(SystemError) -> [UInt8] {
      try windows.step("configuration")
      return windows.answer
    }

    func observation() throws(SystemError) -> [UInt8] {
      try windows.step("observation")
      return windows.observation
    }
  }

  var said: [String] = []
  var complaints: [String] = []
  /// What was called, in order.
  var steps: [String] = []
  /// What fails, and how.
  var failures: [String: SystemError] = [:]
  var files: [String: String] = [:]
  /// What update channels find.
  var machine = FakeMachine()
  var requests: [[UInt8]] = []
  var answer = [UInt8](repeating: 0, count: 80)
  var observation: [UInt8] = []
  var adapters: [String: FakeAdapter] = [:]
  var hosts: [String: IPAddress] = [:]
  /// How often the end is waited for until it comes.
  var waits = 3
  /// What happens meanwhile, by how often it is still waited for.
  var whileWaiting: (Int) -> Void = { _ in }
  var driverRestarts = false
  var hasInterfaces = true
  /// The MTUs of the interfaces that default routes lead to.
  var outerMTUs: [IPAddress.Family: UInt32] = [:]
  /// The tunnels whose process keeps a log.
  var keptLogs: [String] = []
  var updateCommand: (command: String, interval: UInt32)?
  var commandCode: UInt32 = 0
  var drivers: [String] = []
  var policies: [String: PolicyValue] = [:]
  /// What the last command found in its environment.
  var environment: [String] = []

  func step(_ name: String) throws(SystemError) {
    steps.append(name)
    if let error = failures[name] { throw error }
  }

  func say(_ line: String) { said.append(line) }
  func complain(_ line: String) { complaints.append(line) }
  func words(for error: SystemError) -> String { error == .accessDenied ? "Access is denied." : "" }
  func read(file: String, most: Int) throws(SystemError) -> [UInt8] {
    if let text = files[file] { return Array(text.utf8) }
    guard let bytes = machine.files[file] else { throw .fileNotFound }
    guard bytes.count <= most else { throw .fileTooLarge }
    return bytes
  }
  func fullPath(of file: String) throws(SystemError) -> String { "C:\\full\\" + file }
  func now() -> UInt64 { 2_000_000_000 }
  func wait(milliseconds: UInt32) -> Bool {
    waits -= 1
    whileWaiting(waits)
    if driverRestarts, waits == 1 {
      for adapter in adapters.values {
        // Plug and play has made its interfaces anew.
        adapter.isUp = false
        (adapter.addresses, adapter.routes) = ([], [])
      }
    }
    return waits < 0
  }
  func isReady() { steps.append("ready") }
  func dropPrivileges() throws(SystemError) { try step("drop") }
  func installDriver(isExact: Bool) throws(SystemError) { try step(isExact ? "install exactly" : "install") }
  func removeDriver() throws(SystemError) { try step("uninstall") }
  func makeAdapter(name: String, id: FixedOctets<16>) throws(SystemError) -> FakeAdapter {
    try step("make \(name)")
    let adapter = FakeAdapter(self, name)
    adapters[name] = adapter
    return adapter
  }
  func openAdapter(name: String) throws(SystemError) -> FakeAdapter {
    try step("open \(name)")
    guard let adapter = adapters[name] else { throw .notFound }
    return adapter
  }
  func close(_ adapter: FakeAdapter) { steps.append("close \(adapter.name)") }
  func adapterNames() throws(SystemError) -> [String] { adapters.keys.sorted() }
  func isUp(_ adapter: FakeAdapter) throws(SystemError) -> Bool { adapter.isUp }
  func setState(_ adapter: FakeAdapter, isUp: Bool) throws(SystemError) {
    try step(isUp ? "up" : "down")
    adapter.isUp = isUp
  }
  func setLogging(_ adapter: FakeAdapter, isOn: Bool) throws(SystemError) { try step(isOn ? "log" : "no log") }
  func keepLog(name: String) throws(SystemError) { try step("keep log of \(name)") }
  func openLog(name: String) throws(SystemError) {
    try step("open log of \(name)")
    if !keptLogs.contains(name) { throw .fileNotFound }
  }
  func printLog() -> Bool {
    steps.append("print log")
    return waits > 0
  }
  func hasInterface(_ adapter: FakeAdapter, _ family: IPAddress.Family) -> Bool { hasInterfaces }
  func setInterface(
    _ adapter: FakeAdapter, _ family: IPAddress.Family, mtu: UInt32?, isPreferred: Bool
  ) throws(SystemError) { try step("interface \(family) mtu \(mtu ?? 0)\(isPreferred ? " preferred" : "")") }
  func add(_ adapter: FakeAdapter, address: InterfaceAddress) throws(SystemError) {
    try step("address \(address.text)")
    adapter.addresses.append(address)
  }
  func add(_ adapter: FakeAdapter, route: Prefix) throws(SystemError) {
    try step("route \(route.address.text)/\(route.length)")
    adapter.routes.append(route)
  }
  func addresses(of adapter: FakeAdapter, _ family: IPAddress.Family) throws(SystemError) -> [InterfaceAddress] {
    adapter.addresses.filter { $0.address.family == family }
  }
  func routes(to adapter: FakeAdapter, _ family: IPAddress.Family) throws(SystemError) -> [Prefix] {
    adapter.routes.filter { $0.address.family == family }
  }
  func remove(_ adapter: FakeAdapter, address: InterfaceAddress) throws(SystemError) {
    try step("no address \(address.text)")
    adapter.addresses.removeAll { $0 == address }
  }
  func remove(_ adapter: FakeAdapter, route: Prefix) throws(SystemError) {
    try step("no route \(route.address.text)/\(route.length)")
    adapter.routes.removeAll { $0 == route }
  }
  func mtuOfDefaultRoute(besides adapter: FakeAdapter, _ family: IPAddress.Family) throws(SystemError) -> UInt32? {
    outerMTUs[family]
  }
  func clear(_ adapter: FakeAdapter, _ family: IPAddress.Family) throws(SystemError) {
    try step("clear \(family)")
    adapter.addresses.removeAll { $0.address.family == family }
    adapter.routes.removeAll { $0.address.family == family }
  }
  func setNameServers(
    _ adapter: FakeAdapter, _ family: IPAddress.Family, servers: [String], domains: [String]
  ) throws(SystemError) {
    try step("names \(family) \(servers.joined(separator: ",")) \(domains.joined(separator: ","))")
  }
  func addresses(ofHost name: String) throws(SystemError) -> [IPAddress] {
    try step("resolve \(name)")
    return hosts[name].map { [$0] } ?? []
  }
  func startTunnel(name: String, file: String) throws(SystemError) { try step("start \(name) \(file)") }
  func removeTunnel(name: String) throws(SystemError) { try step("remove \(name)") }
  func serveControl() throws(SystemError) { try step("serve") }
  func updateCheck() throws(SystemError) -> (command: String, interval: UInt32)? { updateCommand }
  func policy(_ name: String) throws(SystemError) -> PolicyValue? {
    if let error = failures["policy \(name)"] { throw error }
    return policies[name]
  }
  func run(command: String, environment: [(name: String, value: String)]) throws(SystemError) -> UInt32 {
    self.environment = environment.map { "\($0.name)=\($0.value)" }
    try step("run \(command)")
    return commandCode
  }
  func random(below limit: UInt32) -> UInt32 { limit - 1 }
}

/// A key whose bytes are all the same, in base 64.
func key(_ value: UInt8) -> String {
  String(decoding: [UInt8](capacity: 44) { $0.print(base64: Octets32(repeating: value)) }, as: UTF8.self)
}

/// A file of one peer.
let office = """
  [Interface]
  PrivateKey = \(key(0x40))
  ListenPort = 51820
  Address = 10.0.0.2/24, fd00::2/64
  DNS = 10.0.0.1, fd00::1, corp.example
  MTU = 1400
  [Peer]
  PublicKey = \(key(7))
  Endpoint = 192.0.2.1:51820
  AllowedIPs = 10.0.0.0/24, 0.0.0.0/0, fd00::/64
  PersistentKeepalive = 25
  """

extension FakeWindows {
  /// Runs the program.
  func run(_ arguments: String...) -> ExitCode { Program(self, version: "1.2.3").run(arguments) }
}
