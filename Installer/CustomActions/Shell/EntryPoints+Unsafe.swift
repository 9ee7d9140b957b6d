internal import CWindowsSystem
internal import Transaction
internal import WindowsTransaction

/// windows_system.h, implemented: one verb of one action.
///
/// SAFETY: the glue passes a reason's room of its own, which is as large as it says, and data that stay for the call.
@c func action_run(
  _ number: UInt32, _ verb: UInt32, _ data: UnsafePointer<UInt8>, _ length: UInt64,
  _ reason: UnsafeMutablePointer<UInt8>, _ room: UInt64, _ reasonLength: UnsafeMutablePointer<UInt64>
) -> UInt32 {
  let action: InstallerAction =
    switch number {
    case ACTION_INSTALL_DRIVER.rawValue: .installDriver
    case ACTION_REMOVE_DRIVER.rawValue: .removeDriver
    case ACTION_PAUSE_TUNNELS.rawValue: .pauseTunnels
    default: .removeTunnels
    }
  var transaction = Transaction(host: WindowsHost(system: NativeSystem(action: action)))
  do throws(ActionFailure) {
    switch verb {
    case VERB_PERFORM.rawValue:
      let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: Int(length)))
      try transaction.install(action, data: ActionData(bytes))
    case VERB_ROLL_BACK.rawValue: try transaction.rollBack()
    default: try transaction.end()
    }
    unsafe reasonLength.pointee = 0
    return 1
  } catch {
    let bytes = cut(Array(error.reason.utf8), to: Int(room))
    for (place, byte) in bytes.enumerated() { unsafe reason[place] = byte }
    unsafe reasonLength.pointee = UInt64(bytes.count)
    return 0
  }
}

/// windows_system.h, implemented: whether a rollback is followed. What cannot be read is none.
///
/// SAFETY: the glue passes a note's room of its own, which is as large as it says, and texts that stay for the call.
@c func rollback_find(
  _ version: UnsafePointer<UInt8>, _ versionLength: UInt64, _ newer: UnsafePointer<UInt8>, _ newerLength: UInt64,
  _ now: UInt64, _ note: UnsafeMutablePointer<UInt8>, _ room: UInt64, _ noteLength: UnsafeMutablePointer<UInt64>
) -> UInt32 {
  let version = unsafe String(decoding: UnsafeBufferPointer(start: version, count: Int(versionLength)), as: UTF8.self)
  let newer = unsafe String(decoding: UnsafeBufferPointer(start: newer, count: Int(newerLength)), as: UTF8.self)
  let host = WindowsHost(system: NativeSystem(action: .installDriver))
  let text: String
  let isFound: Bool
  do throws(ActionFailure) {
    let token = try host.rollback(to: version, instead: newer, now: now)
    isFound = token != nil
    text = token.map { "goes back to " + version + " by the rollback with the SHA-256 " + $0.digest } ?? ""
  } catch {
    isFound = false
    text = error.reason
  }
  let bytes = cut(Array(text.utf8), to: Int(room))
  for (place, byte) in bytes.enumerated() { unsafe note[place] = byte }
  unsafe noteLength.pointee = UInt64(bytes.count)
  return isFound ? 1 : 0
}

/// At most so many bytes, none of them a part of a character that is not there whole.
private func cut(_ text: [UInt8], to room: Int) -> [UInt8] {
  var end = min(text.count, room)
  while end < text.count && end > 0 && text[end] & 0xc0 == 0x80 { end -= 1 }
  return Array(text[..<end])
}
