internal import CProgram
internal import WindowsTunnel

// What update channels ask of Windows, behind the glue of this program.
//
// SAFETY, for all of this file: texts are passed with a NUL and live for the call; bytes that the glue hands over are
// copied and given back at once.

extension WindowsHost {
  func channelFolder() throws(SystemError) -> String { try unsafe text { unsafe program_channel_folder($0, $1) } }
  func ownProgram() throws(SystemError) -> String { try unsafe text { unsafe program_own_path($0, $1) } }

  private func text(
    _ body: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>, UnsafeMutablePointer<UInt64>) -> UInt32
  ) throws(SystemError) -> String {
    String(decoding: try unsafe taken(body), as: UTF8.self)
  }

  func write(file: String, bytes: [UInt8], isAdded: Bool) throws(SystemError) {
    try check(
      unsafe bytes.withUnsafeBufferPointer { bytes in
        unsafe withText(file) {
          unsafe program_write_file($0, bytes.baseAddress, UInt64(bytes.count), isAdded ? 1 : 0)
        }
      })
  }

  func makeFolder(_ path: String) throws(SystemError) {
    try check(unsafe withText(path) { unsafe program_make_folder($0) })
  }

  func remove(_ path: String) throws(SystemError) {
    try check(unsafe withText(path) { unsafe program_remove_path($0) })
  }

  func entries(of folder: String) throws(SystemError) -> [(name: String, isFolder: Bool)] {
    let names = try unsafe taken { bytes, length in
      unsafe withText(folder) { unsafe program_list_folder($0, bytes, length) }
    }
    return names.split(separator: 0).map {
      (name: String(decoding: $0.dropFirst(), as: UTF8.self), isFolder: $0.first == UInt8(ascii: "d"))
    }
  }

  func freeSpace(at folder: String) throws(SystemError) -> UInt64 {
    var bytes: UInt64 = 0
    try check(unsafe withText(folder) { unsafe program_free_space($0, &bytes) })
    return bytes
  }

  func lock(file: String) throws(SystemError) { try check(unsafe withText(file) { unsafe program_lock_file($0) }) }

  func randomBytes(_ count: Int) -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      unsafe program_random_bytes(buffer.baseAddress, UInt32(count))
      filled = count
    }
  }

  func uptime() -> UInt64 { program_uptime() }

  func isNewStart() throws(SystemError) -> Bool {
    var isNew: UInt32 = 0
    try check(unsafe program_is_new_start(&isNew))
    return isNew != 0
  }

  func fetch(_ address: String, most: Int) throws(SystemError) -> [UInt8]? {
    do throws(SystemError) {
      return try unsafe taken { bytes, length in
        unsafe withText(address) { unsafe program_fetch($0, UInt64(most), bytes, length) }
      }
    } catch {
      if error == .fileNotFound { return nil }
      throw error
    }
  }

  func systemBuild() -> UInt32 { program_system_build() }

  func runningDrivers() throws(SystemError) -> [String] {
    try unsafe taken { unsafe program_running_drivers($0, $1) }.split(separator: 0).map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  func tunnelServices() throws(SystemError) -> [TunnelService] {
    let list = try unsafe taken { unsafe program_tunnel_services($0, $1) }
    var services: [TunnelService] = []
    var place = 0
    let size = MemoryLayout<program_service>.size
    while place + size <= list.count {
      let record = unsafe list.withUnsafeBytes {
        unsafe $0.loadUnaligned(fromByteOffset: place, as: program_service.self)
      }
      let end = place + size + Int(record.length)
      let texts = list[(place + size)..<end].split(separator: 0, omittingEmptySubsequences: false).map {
        String(decoding: $0, as: UTF8.self)
      }
      let state: TunnelService.State =
        switch record.state {
        case PROGRAM_SERVICE_RUNNING.rawValue: .running
        case PROGRAM_SERVICE_STOPPED.rawValue: .stopped
        default: .failed
        }
      services.append(
        TunnelService(
          name: texts[0], command: texts[1], state: state, process: record.process, startedAt: record.started_at,
          program: texts[2]))
      place = end
    }
    return services
  }

  func setCommand(ofTunnel name: String, to command: String) throws(SystemError) {
    try check(
      unsafe withText(name) { name in unsafe withText(command) { unsafe program_set_tunnel_command(name, $0) } })
  }

  func stopService(ofTunnel name: String) throws(SystemError) {
    try check(unsafe withText(name) { unsafe program_stop_service($0) })
  }

  func startService(ofTunnel name: String) throws(SystemError) {
    try check(unsafe withText(name) { unsafe program_start_service($0) })
  }

  func complete(command: String) throws(SystemError) -> UInt32 {
    var code: UInt32 = 0
    try check(unsafe withText(command) { unsafe program_complete($0, &code) })
    return code
  }
}
