internal import AdapterManagement
internal import CLibraryDecisions

// decisions.h, implemented: the names are C names.
//
// SAFETY, for all of this file: the glue passes addresses of structures of its own, which are large enough and aligned
// (`check` below and, for the storage of values, a precondition at each beginning), and calls for one of them from one
// thread at a time.

/// The value in a structure's storage.
private func value<T>(_ place: UnsafeRawPointer, _: T.Type) -> T { unsafe place.load(as: T.self) }

@c func installation_begin(
  _ place: UnsafeMutablePointer<installation>, _ date: UInt64, _ number: UInt64, _ isExact: UInt32
) {
  precondition(MemoryLayout<Installation>.size <= MemoryLayout<installation>.size)
  let begun = Installation(own: DriverVersion(date: date, number: number), isExact: isExact != 0)
  unsafe UnsafeMutableRawPointer(place).storeBytes(of: begun, as: Installation.self)
}

@c func installation_replaces(_ place: UnsafePointer<installation>, _ date: UInt64, _ number: UInt64) -> UInt32 {
  unsafe value(place, Installation.self).replaces(DriverVersion(date: date, number: number)) ? 1 : 0
}

@c func installation_consider(_ place: UnsafeMutablePointer<installation>, _ date: UInt64, _ number: UInt64) {
  var current = unsafe value(place, Installation.self)
  current.consider(DriverVersion(date: date, number: number))
  unsafe UnsafeMutableRawPointer(place).storeBytes(of: current, as: Installation.self)
}

@c func installation_step(_ place: UnsafePointer<installation>) -> UInt32 {
  let step =
    switch unsafe value(place, Installation.self).step {
    case .survey: INSTALLATION_SURVEY
    case .disable: INSTALLATION_DISABLE
    case .awaitUnload: INSTALLATION_AWAIT_UNLOAD
    case .keep: INSTALLATION_KEEP
    case .remove: INSTALLATION_REMOVE
    case .add: INSTALLATION_ADD
    case .start: INSTALLATION_START
    case .withdraw: INSTALLATION_WITHDRAW
    case .putBack: INSTALLATION_PUT_BACK
    case .enable: INSTALLATION_ENABLE
    case .done: INSTALLATION_DONE
    case .failed: INSTALLATION_FAILED
    }
  return step.rawValue
}

@c func installation_is_undoing(_ place: UnsafePointer<installation>) -> UInt32 {
  unsafe value(place, Installation.self).isUndoing ? 1 : 0
}

@c func installation_finish(_ place: UnsafeMutablePointer<installation>, _ hasSucceeded: UInt32) {
  var current = unsafe value(place, Installation.self)
  current.finish(succeeded: hasSucceeded != 0)
  unsafe UnsafeMutableRawPointer(place).storeBytes(of: current, as: Installation.self)
}

private func number(_ move: LogReader.Move) -> UInt32 {
  switch move {
  case .read: LOG_READER_READ.rawValue
  case .reopen: LOG_READER_REOPEN.rawValue
  case .end: LOG_READER_END.rawValue
  }
}

@c func log_reader_begin(_ place: UnsafeMutablePointer<log_reader>) {
  precondition(MemoryLayout<LogReader>.size <= MemoryLayout<log_reader>.size)
  unsafe UnsafeMutableRawPointer(place).storeBytes(of: LogReader(), as: LogReader.self)
}

@c func log_reader_line(_ place: UnsafeMutablePointer<log_reader>) -> UInt32 {
  var reader = unsafe value(place, LogReader.self)
  let move = reader.readLine()
  unsafe UnsafeMutableRawPointer(place).storeBytes(of: reader, as: LogReader.self)
  return number(move)
}

@c func log_reader_fail(
  _ place: UnsafeMutablePointer<log_reader>, _ error: UInt32, _ isWanted: UInt32, _ pause: UnsafeMutablePointer<UInt32>
) -> UInt32 {
  var reader = unsafe value(place, LogReader.self)
  let move = reader.fail(error: error, isWanted: isWanted != 0)
  unsafe UnsafeMutableRawPointer(place).storeBytes(of: reader, as: LogReader.self)
  unsafe pause.pointee = reader.pause
  return number(move)
}

@c func log_line_level(_ first: UInt8) -> UInt32 { DriverLog.level(first).map { UInt32($0.rawValue) } ?? 3 }

@c func log_mode(_ argument: UInt32) -> UInt32 { DriverLog.Mode(rawValue: argument)?.rawValue ?? 3 }

@c func name_is_fit(_ length: UInt64) -> UInt32 {
  length <= UInt64(AdapterName.longest) && AdapterName.isFit(length: Int(length)) ? 1 : 0
}

@c func name_numbered(
  _ name: UnsafePointer<UInt16>, _ length: UInt64, _ number: UInt32, _ output: UnsafeMutablePointer<UInt16>
) {
  let name = unsafe Span(_unsafeStart: name, count: Int(length))
  var room = unsafe MutableSpan(_unsafeStart: output, count: AdapterName.longest + 1)
  let count = AdapterName.numbered(name, number, into: &room)
  room[count] = 0
}

@c func adapter_luid(_ index: UInt32, _ type: UInt32) -> UInt64 {
  Adapter.luid(index: index, type: UInt16(truncatingIfNeeded: type))
}

@c func adapter_is_orphan(_ hasStatus: UInt32, _ problem: UInt32) -> UInt32 {
  Adapter.isOrphan(hasStatus: hasStatus != 0, problem: problem) ? 1 : 0
}

@c func adapter_state(_ argument: UInt32) -> UInt32 { Adapter.state(argument).map { $0 ? 1 : 0 } ?? 2 }

@c func driver_version_told(_ fileVersion: UInt64) -> UInt32 { DriverVersion.told(fileVersion: fileVersion) ?? 0 }

@c func duration_ms(_ which: UInt32) -> UInt32 {
  switch which {
  case 0: Adapter.startLimit
  case 1: Adapter.unloadLimit
  default: Adapter.unloadInterval
  }
}

@c func driver_version_parse(
  _ text: UnsafePointer<UInt16>, _ length: UInt64, _ date: UnsafeMutablePointer<UInt64>,
  _ number: UnsafeMutablePointer<UInt64>
) -> UInt32 {
  guard let version = unsafe DriverVersion(parsing: Span(_unsafeStart: text, count: Int(length))) else { return 0 }
  unsafe date.pointee = version.date
  unsafe number.pointee = version.number
  return 1
}
