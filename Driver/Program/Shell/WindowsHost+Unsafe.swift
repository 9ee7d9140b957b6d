internal import CProgram
internal import ConfigurationFile
internal import Octets
internal import WindowsTunnel

// Windows behind the glue of this program.
//
// SAFETY, for all of this file: texts are passed with a NUL and live for the call; bytes that the glue hands over are
// copied and given back at once; an adapter's pointer comes from the glue and is used until it is closed.

/// An adapter of the glue's.
@safe struct HeldAdapter: AdapterRequests {
  let place: UnsafeMutableRawPointer

  func configure(_ request: [UInt8]) throws(SystemError) {
    try check(
      unsafe request.withUnsafeBufferPointer { unsafe program_configure(place, $0.baseAddress, UInt64($0.count)) })
  }

  func configuration() throws(SystemError) -> [UInt8] {
    try unsafe taken { unsafe program_configuration(place, $0, $1) }
  }

  func observation() throws(SystemError) -> [UInt8] {
    try unsafe taken { unsafe program_observation(place, $0, $1) }
  }
}

func check(_ error: UInt32) throws(SystemError) { if error != 0 { throw SystemError(error) } }

func withText<Result>(_ text: String, _ body: (UnsafePointer<UInt8>) -> Result) -> Result {
  let bytes = Array(text.utf8) + [0]
  return unsafe bytes.withUnsafeBufferPointer { unsafe body($0.baseAddress!) }
}

/// Bytes that the glue hands over.
func taken(
  _ body: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>, UnsafeMutablePointer<UInt64>) -> UInt32
) throws(SystemError) -> [UInt8] {
  var place: UnsafeMutablePointer<UInt8>?
  var length: UInt64 = 0
  try check(unsafe body(&place, &length))
  let bytes = unsafe Array(UnsafeBufferPointer(start: place, count: Int(length)))
  unsafe program_give_back(place, length)
  return bytes
}

private func number(_ family: IPAddress.Family) -> UInt32 { family == .v6 ? 1 : 0 }

private func octets(_ address: IPAddress) -> [UInt8] {
  let count = address.family.bitCount / 8
  return (0..<count).map { UInt8(truncatingIfNeeded: address.value >> UInt128(low: UInt64(8 * (count - 1 - $0)))) }
}

/// The address in the first bytes, in the order of the network.
private func address(_ octets: ArraySlice<UInt8>, _ family: IPAddress.Family) -> IPAddress {
  let value = octets.prefix(family.bitCount / 8).reduce(UInt128(low: 0)) {
    $0 << UInt128(low: 8) | UInt128(low: UInt64($1))
  }
  return IPAddress(family: family, value: value)
}

/// The records of a list of prefixes.
private func prefixes(_ list: [UInt8]) -> [(length: Int, octets: ArraySlice<UInt8>)] {
  stride(from: 0, to: list.count, by: Int(PROGRAM_PREFIX_LENGTH)).map { (Int(list[$0]), list[($0 + 1)...]) }
}

/// Windows.
struct WindowsHost: WindowsSystem {
  func say(_ line: String) { unsafe withText(line) { unsafe program_say($0) } }
  func complain(_ line: String) { unsafe withText(line) { unsafe program_complain($0) } }

  func words(for error: SystemError) -> String {
    let room = unsafe [UInt8](unsafeUninitializedCapacity: 512) { buffer, count in
      count = Int(unsafe program_words(error.number, buffer.baseAddress, 512))
    }
    return String(decoding: room, as: UTF8.self)
  }

  func read(file: String, most: Int) throws(SystemError) -> [UInt8] {
    try unsafe taken { bytes, length in
      unsafe withText(file) { unsafe program_read_file($0, UInt64(most), bytes, length) }
    }
  }

  func fullPath(of file: String) throws(SystemError) -> String {
    let text = try unsafe taken { bytes, length in unsafe withText(file) { unsafe program_full_path($0, bytes, length) }
    }
    return String(decoding: text, as: UTF8.self)
  }

  func now() -> UInt64 { program_now() }
  func wait(milliseconds: UInt32) -> Bool { program_wait(milliseconds) != 0 }
  func dropPrivileges() throws(SystemError) { try check(program_drop_privileges()) }
  func isReady() { program_is_ready() }
  func random(below limit: UInt32) -> UInt32 { limit == 0 ? 0 : program_random() % limit }

  func installDriver(isExact: Bool) throws(SystemError) { try check(program_install_driver(isExact ? 1 : 0)) }
  func removeDriver() throws(SystemError) { try check(program_remove_driver()) }

  func makeAdapter(name: String, id: FixedOctets<16>) throws(SystemError) -> HeldAdapter {
    var place: UnsafeMutableRawPointer?
    let bytes = (0..<16).map { id[$0] }
    try check(
      unsafe bytes.withUnsafeBufferPointer { id in
        unsafe withText(name) { unsafe program_make_adapter($0, id.baseAddress, &place) }
      })
    return unsafe HeldAdapter(place: place!)
  }

  func openAdapter(name: String) throws(SystemError) -> HeldAdapter {
    var place: UnsafeMutableRawPointer?
    try check(unsafe withText(name) { unsafe program_open_adapter($0, &place) })
    return unsafe HeldAdapter(place: place!)
  }

  func close(_ adapter: HeldAdapter) { unsafe program_close_adapter(adapter.place) }

  func adapterNames() throws(SystemError) -> [String] {
    try unsafe taken { unsafe program_adapter_names($0, $1) }.split(separator: 0).map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  func isUp(_ adapter: HeldAdapter) throws(SystemError) -> Bool {
    var isUp: UInt32 = 0
    try check(unsafe program_get_state(adapter.place, &isUp))
    return isUp != 0
  }

  func setState(_ adapter: HeldAdapter, isUp: Bool) throws(SystemError) {
    try check(unsafe program_set_state(adapter.place, isUp ? 1 : 0))
  }

  func setLogging(_ adapter: HeldAdapter, isOn: Bool) throws(SystemError) {
    try check(unsafe program_set_logging(adapter.place, isOn ? 1 : 0))
  }

  func keepLog(name: String) throws(SystemError) { try check(unsafe withText(name) { unsafe program_keep_log($0) }) }

  func openLog(name: String) throws(SystemError) { try check(unsafe withText(name) { unsafe program_open_log($0) }) }

  func printLog() -> Bool { program_print_log() != 0 }

  func hasInterface(_ adapter: HeldAdapter, _ family: IPAddress.Family) -> Bool {
    unsafe program_has_interface(adapter.place, number(family)) != 0
  }

  func setInterface(
    _ adapter: HeldAdapter, _ family: IPAddress.Family, mtu: UInt32?, isPreferred: Bool
  ) throws(SystemError) {
    try check(unsafe program_set_interface(adapter.place, number(family), mtu ?? 0, isPreferred ? 1 : 0))
  }

  func add(_ adapter: HeldAdapter, address: InterfaceAddress) throws(SystemError) {
    try check(
      unsafe octets(address.address).withUnsafeBufferPointer {
        unsafe program_add_address(
          adapter.place, number(address.address.family), $0.baseAddress, UInt32(address.length))
      })
  }

  func add(_ adapter: HeldAdapter, route: Prefix) throws(SystemError) {
    try check(
      unsafe octets(route.address).withUnsafeBufferPointer {
        unsafe program_add_route(adapter.place, number(route.address.family), $0.baseAddress, UInt32(route.length))
      })
  }

  func remove(_ adapter: HeldAdapter, address: InterfaceAddress) throws(SystemError) {
    try check(
      unsafe octets(address.address).withUnsafeBufferPointer {
        unsafe program_remove_address(
          adapter.place, number(address.address.family), $0.baseAddress, UInt32(address.length))
      })
  }

  func remove(_ adapter: HeldAdapter, route: Prefix) throws(SystemError) {
    try check(
      unsafe octets(route.address).withUnsafeBufferPointer {
        unsafe program_remove_route(adapter.place, number(route.address.family), $0.baseAddress, UInt32(route.length))
      })
  }

  func addresses(of adapter: HeldAdapter, _ family: IPAddress.Family) throws(SystemError) -> [InterfaceAddress] {
    let list = try unsafe taken { unsafe program_addresses(adapter.place, number(family), $0, $1) }
    return prefixes(list).compactMap { InterfaceAddress(address($0.octets, family), length: $0.length) }
  }

  func routes(to adapter: HeldAdapter, _ family: IPAddress.Family) throws(SystemError) -> [Prefix] {
    let list = try unsafe taken { unsafe program_routes(adapter.place, number(family), $0, $1) }
    return prefixes(list).compactMap { Prefix(address($0.octets, family), length: $0.length) }
  }

  func mtuOfDefaultRoute(besides adapter: HeldAdapter, _ family: IPAddress.Family) throws(SystemError) -> UInt32? {
    var mtu: UInt32 = 0
    try check(unsafe program_default_mtu(adapter.place, number(family), &mtu))
    return mtu == 0 ? nil : mtu
  }

  func clear(_ adapter: HeldAdapter, _ family: IPAddress.Family) throws(SystemError) {
    try check(unsafe program_clear_interface(adapter.place, number(family)))
  }

  func setNameServers(
    _ adapter: HeldAdapter, _ family: IPAddress.Family, servers: [String], domains: [String]
  ) throws(SystemError) {
    try check(
      unsafe withText(servers.joined(separator: ",")) { servers in
        unsafe withText(domains.joined(separator: ",")) {
          unsafe program_set_name_servers(adapter.place, number(family), servers, $0)
        }
      })
  }

  func addresses(ofHost name: String) throws(SystemError) -> [IPAddress] {
    var count: UInt32 = 0
    var error: UInt32 = 0
    let most = Int(PROGRAM_ADDRESSES)
    let length = Int(PROGRAM_ADDRESS_LENGTH)
    let found = unsafe [UInt8](unsafeUninitializedCapacity: most * length) { buffer, filled in
      error = unsafe withText(name) { unsafe program_resolve($0, buffer.baseAddress, &count) }
      filled = Int(count) * length
    }
    try check(error)
    return (0..<Int(count)).map { number in
      address(found[(number * length + 1)...], found[number * length] == 4 ? .v4 : .v6)
    }
  }

  func startTunnel(name: String, file: String) throws(SystemError) {
    try check(unsafe withText(name) { name in unsafe withText(file) { unsafe program_start_tunnel(name, $0) } })
  }

  func removeTunnel(name: String) throws(SystemError) {
    try check(unsafe withText(name) { unsafe program_remove_tunnel($0) })
  }

  func serveControl() throws(SystemError) { try check(program_serve_control()) }

  func updateCheck() throws(SystemError) -> (command: String, interval: UInt32)? {
    var minutes: UInt32 = 0
    do throws(SystemError) {
      let command = try unsafe taken { unsafe program_update_check($0, $1, &minutes) }
      return (String(decoding: command, as: UTF8.self), minutes)
    } catch {
      if error == .fileNotFound { return nil }
      throw error
    }
  }

  func policy(_ name: String) throws(SystemError) -> PolicyValue? {
    var kind: UInt32 = 0
    var number: UInt32 = 0
    var length: UInt32 = 0
    var error: UInt32 = 0
    let text = unsafe [UInt8](unsafeUninitializedCapacity: 1024) { buffer, filled in
      error = unsafe withText(name) {
        unsafe program_policy($0, &kind, buffer.baseAddress, 1024, &length, &number)
      }
      filled = Int(length)
    }
    try check(error)
    return switch kind {
    case PROGRAM_POLICY_NONE.rawValue: nil
    case PROGRAM_POLICY_TEXT.rawValue: .text(text)
    case PROGRAM_POLICY_NUMBER.rawValue: .number(number)
    default: .other
    }
  }

  func run(command: String, environment: [(name: String, value: String)]) throws(SystemError) -> UInt32 {
    var code: UInt32 = 0
    for (name, value) in environment {
      try check(
        unsafe withText(name) { name in unsafe withText(value) { unsafe program_set_variable(name, $0) } })
    }
    try check(unsafe withText(command) { unsafe program_run_command($0, &code) })
    return code
  }
}
