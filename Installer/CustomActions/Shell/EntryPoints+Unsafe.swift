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
  let action: InstallerAction = number == ACTION_INSTALL_DRIVER.rawValue ? .installDriver : .removeDriver
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

/// At most so many bytes, none of them a part of a character that is not there whole.
private func cut(_ text: [UInt8], to room: Int) -> [UInt8] {
  var end = min(text.count, room)
  while end < text.count && end > 0 && text[end] & 0xc0 == 0x80 { end -= 1 }
  return Array(text[..<end])
}
