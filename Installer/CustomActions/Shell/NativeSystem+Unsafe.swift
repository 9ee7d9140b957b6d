internal import CWindowsSystem
internal import Transaction
internal import WindowsTransaction

/// Windows, by the glue's functions.
///
/// SAFETY, for all of this file: a text's bytes stay where they are for the call that gets their address, and the glue
/// looks at as many as it is told; what it hands over is as long as it says, and is given back once.
struct NativeSystem: WindowsSystem {
  /// Whose journal is read and written.
  let action: InstallerAction

  private var name: String { action.name.description }

  func readJournal() throws(ActionFailure) -> [UInt8] {
    var journal = unsafe taken()
    let error = unsafe with(name) { unsafe journal_read($0, $1, &journal) }
    try check(error, "read the journal of", name)
    return unsafe take(&journal)
  }

  func appendJournal(_ bytes: [UInt8]) throws(ActionFailure) {
    let error = unsafe with(name) { name, length in
      unsafe bytes.withUnsafeBufferPointer { bytes in
        unsafe journal_append(name, length, bytes.baseAddress!, UInt64(bytes.count))
      }
    }
    try check(error, "write the journal of", name)
  }

  func removeJournal() throws(ActionFailure) {
    try check(unsafe with(name) { unsafe journal_remove($0, $1) }, "remove the journal of", name)
  }

  func registryValue(key: String, name: String) throws(ActionFailure) -> RegistryData? {
    var data = unsafe taken()
    var found: UInt32 = 0
    var type: UInt32 = 0
    let error = unsafe with(key) { key, keyLength in
      unsafe with(name) { unsafe registry_get(key, keyLength, $0, $1, &found, &type, &data) }
    }
    try check(error, "read the registry's value", key + "\\" + name)
    let bytes = unsafe take(&data)
    return found == 0 ? nil : RegistryData(type: type, bytes: bytes)
  }

  func hasRegistryKey(_ key: String) throws(ActionFailure) -> Bool {
    var found: UInt32 = 0
    try check(unsafe with(key) { unsafe registry_has($0, $1, &found) }, "look for the registry's key", key)
    return found != 0
  }

  func setRegistryValue(key: String, name: String, data: RegistryData?) throws(ActionFailure) {
    let error = unsafe with(key) { key, keyLength in
      unsafe with(name) { name, nameLength in
        guard let data else { return unsafe registry_remove(key, keyLength, name, nameLength) }
        return unsafe (data.bytes + [0]).withUnsafeBufferPointer { bytes in
          unsafe registry_set(
            key, keyLength, name, nameLength, data.type, bytes.baseAddress!, UInt64(data.bytes.count))
        }
      }
    }
    try check(error, "set the registry's value", key + "\\" + name)
  }

  func removeEmptyRegistryKey(_ key: String) throws(ActionFailure) {
    try check(unsafe with(key) { unsafe registry_remove_key($0, $1) }, "remove the registry's key", key)
  }

  func serviceState(_ name: String) throws(ActionFailure) -> ServiceState {
    var state: UInt32 = 0
    try check(unsafe with(name) { unsafe service_get($0, $1, &state) }, "look at the service", name)
    switch state {
    case SERVICE_IS_RUNNING.rawValue: return .running
    case SERVICE_IS_STOPPED.rawValue: return .stopped
    default: return .absent
    }
  }

  func setService(_ name: String, running: Bool) throws(ActionFailure) {
    let error = unsafe with(name) { unsafe service_set($0, $1, running ? 1 : 0) }
    try check(error, running ? "start the service" : "stop the service", name)
  }

  func services(named prefix: String) throws(ActionFailure) -> [InstalledService] {
    var found = unsafe taken()
    try check(unsafe with(prefix) { unsafe service_list($0, $1, &found) }, "list the services", prefix)
    let texts = unsafe take(&found).split(separator: 0, omittingEmptySubsequences: false)
    return (0..<texts.count / 2).map { number in
      InstalledService(
        name: String(decoding: texts[2 * number], as: UTF8.self),
        command: String(decoding: texts[2 * number + 1], as: UTF8.self))
    }
  }

  func beginService(_ name: String) throws(ActionFailure) {
    try check(unsafe with(name) { unsafe service_begin($0, $1) }, "start the service", name)
  }

  func deleteService(_ name: String) throws(ActionFailure) {
    try check(unsafe with(name) { unsafe service_delete($0, $1) }, "delete the service", name)
  }

  func channelFolder() throws(ActionFailure) -> String {
    var path = unsafe taken()
    try check(unsafe channel_path(&path), "find the folder of", "updates")
    return String(decoding: unsafe take(&path), as: UTF8.self)
  }

  func hasFolder(_ path: String) throws(ActionFailure) -> Bool {
    var found: UInt32 = 0
    try check(unsafe with(path) { unsafe channel_has($0, $1, &found) }, "look for the folder", path)
    return found != 0
  }

  func removeFolder(_ path: String, onlyIfEmpty: Bool) throws(ActionFailure) {
    let error = unsafe with(path) { unsafe channel_remove($0, $1, onlyIfEmpty ? 1 : 0) }
    try check(error, "remove the folder", path)
  }

  func note(_ line: String) {
    _ = unsafe with(line) { bytes, length in
      unsafe log_note(bytes, length)
      return 0
    }
  }

  func driverPackages() throws(ActionFailure) -> [DriverPackage] {
    var packages = unsafe taken()
    try check(unsafe driver_list(&packages), "list the packages of the", "driver store")
    defer { unsafe taken_give_back(&packages) }
    let stride = MemoryLayout<store_package>.stride
    return unsafe (0..<Int(packages.length_bytes) / stride).map { number in
      unsafe package(UnsafeRawPointer(packages.bytes!) + number * stride)
    }
  }

  func driverPackage(inf: String) throws(ActionFailure) -> DriverPackage {
    var found = store_package()
    try check(unsafe with(inf) { unsafe driver_read($0, $1, &found) }, "read the INF", inf)
    return unsafe withUnsafePointer(to: &found) { unsafe package(UnsafeRawPointer($0)) }
  }

  func addDriver(inf: String) throws(ActionFailure) {
    try check(unsafe with(inf) { unsafe driver_add($0, $1) }, "add to the driver store", inf)
  }

  func useDriver(_ package: DriverPackage) throws(ActionFailure) {
    try check(unsafe with(package.inf) { unsafe driver_use($0, $1) }, "give adapters the driver", package.inf)
  }

  func removeDriver(_ package: DriverPackage, force: Bool) throws(ActionFailure) -> Bool {
    var isUsed: UInt32 = 0
    let error = unsafe with(package.inf) { unsafe driver_remove($0, $1, force ? 1 : 0, &isUsed) }
    try check(error, "remove from the driver store", package.inf)
    return isUsed == 0
  }

  func keepDriver(_ package: DriverPackage, number: Int) throws(ActionFailure) {
    let error = unsafe with(package.inf) { unsafe driver_keep($0, $1, UInt32(number)) }
    try check(error, "keep a copy of the driver", package.inf)
  }

  func putBackDriver(number: Int) throws(ActionFailure) {
    try check(driver_put_back(UInt32(number)), "put back the driver that is kept as number", String(number))
  }

  func forgetDrivers() throws(ActionFailure) {
    try check(driver_forget(), "remove what was kept of", "drivers")
  }

  func run(_ command: [String]) throws(ActionFailure) {
    let line = CommandLine.quoted(command)
    var code: UInt32 = 0
    try check(unsafe with(line) { unsafe program_run($0, $1, &code) }, "run", line)
    guard code == 0 else { throw ActionFailure(line + " ended with " + String(code)) }
  }

  // Helpers.

  private func check(_ error: UInt32, _ verb: String, _ what: String) throws(ActionFailure) {
    guard error != 0 else { return }
    throw ActionFailure("cannot " + verb + " " + what + ": Windows error " + String(error))
  }

  private func with(_ text: String, _ body: (UnsafePointer<UInt8>, UInt64) -> UInt32) -> UInt32 {
    let bytes = Array(text.utf8) + [0]
    return unsafe bytes.withUnsafeBufferPointer { unsafe body($0.baseAddress!, UInt64($0.count - 1)) }
  }

  private func take(_ taken: inout taken) -> [UInt8] {
    let bytes = unsafe Array(UnsafeBufferPointer(start: taken.bytes, count: Int(taken.length_bytes)))
    unsafe taken_give_back(&taken)
    return bytes
  }

  /// A package that lies at a place.
  private func package(_ place: UnsafeRawPointer) -> DriverPackage {
    let found = unsafe place.assumingMemoryBound(to: store_package.self)
    let offset = MemoryLayout<UInt64>.size * 3
    let count = unsafe Int(found.pointee.inf_length)
    let name = unsafe Array(UnsafeRawBufferPointer(start: place + offset, count: count))
    return unsafe DriverPackage(
      inf: String(decoding: name, as: UTF8.self), date: found.pointee.date_100ns, number: found.pointee.number)
  }
}
