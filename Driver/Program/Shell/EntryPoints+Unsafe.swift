internal import CProgram
internal import ControlProtocol
internal import WindowsTunnel

// program.h, Swift's part.
//
// SAFETY, for all of this file: the glue passes places of its own with their true lengths, and a connection that it was
// given by `program_begin_connection`, from one thread at a time.

private func arguments() -> [String] {
  (0..<program_argument_count()).map { index in
    var text: UnsafePointer<UInt8>?
    let length = unsafe program_argument(index, &text)
    return unsafe String(decoding: UnsafeBufferPointer(start: text, count: Int(length)), as: UTF8.self)
  }
}

private func run() -> UInt32 {
  var version: [UInt8] = []
  var place = unsafe program_version()!
  while unsafe place.pointee != 0 {
    version.append(unsafe place.pointee)
    unsafe place += 1
  }
  let program = Program(WindowsHost(), version: String(decoding: version, as: UTF8.self))
  return UInt32(bitPattern: program.run(arguments()).rawValue)
}

@c func program_main() -> UInt32 {
  // What was not started by the service manager runs like any other command.
  if Command.isForServiceManager(arguments()), program_dispatch_service() == 0 { return 0 }
  return run()
}

@c func program_service_main() -> UInt32 { run() }

@c func program_begin_connection(_ adapter: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
  unsafe Unmanaged.passRetained(ControlConnection(HeldAdapter(place: adapter))).toOpaque()
}

@c func program_end_connection(_ connection: UnsafeMutableRawPointer) {
  unsafe Unmanaged<ControlConnection<HeldAdapter>>.fromOpaque(connection).release()
}

@c func program_receive(
  _ connection: UnsafeMutableRawPointer, _ input: UnsafePointer<UInt8>, _ length: UInt64, _ inputEnds: UInt32,
  _ output: UnsafeMutablePointer<UInt8>, _ room: UInt64, _ consumed: UnsafeMutablePointer<UInt64>,
  _ produced: UnsafeMutablePointer<UInt64>
) -> UInt32 {
  let connection = unsafe Unmanaged<ControlConnection<HeldAdapter>>.fromOpaque(connection).takeUnretainedValue()
  let bytes = unsafe RawSpan(_unsafeStart: UnsafeRawPointer(input), byteCount: Int(length))
  let buffer = unsafe UnsafeMutableBufferPointer(start: output, count: Int(room))
  var span = unsafe OutputSpan(buffer: buffer, initializedCount: 0)
  let step = connection.receive(bytes, inputEnds: inputEnds != 0, into: &span)
  unsafe produced.pointee = UInt64(span.finalize(for: buffer))
  unsafe consumed.pointee = UInt64(step.consumed)
  return switch step.wants {
  case .input: PROGRAM_WANTS_INPUT.rawValue
  case .room: PROGRAM_WANTS_ROOM.rawValue
  case .close: PROGRAM_WANTS_CLOSE.rawValue
  }
}
