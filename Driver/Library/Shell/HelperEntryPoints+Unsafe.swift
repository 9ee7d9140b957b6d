internal import AdapterManagement
internal import CLibraryDecisions

// decisions.h, implemented: native code and what its helper says.
//
// SAFETY, for all of this file: the glue passes texts of its own with their lengths, and room for as much as
// decisions.h says; places are its own variables.

@c func native_way(
  _ process: UInt32, _ native: UInt32, _ image: UInt32, _ isRedirected: UnsafeMutablePointer<UInt32>
) -> UInt32 {
  unsafe isRedirected.pointee = 0
  switch NativeCode.way(
    processMachine: UInt16(truncatingIfNeeded: process), nativeMachine: UInt16(truncatingIfNeeded: native),
    imageMachine: UInt16(truncatingIfNeeded: image))
  {
  case .itself: return NATIVE_ITSELF.rawValue
  case .helper(_, let redirected):
    unsafe isRedirected.pointee = redirected ? 1 : 0
    return NATIVE_HELPER.rawValue
  case .nobody: return NATIVE_NOBODY.rawValue
  }
}

@c func helper_answer_print(
  _ error: UInt32, _ text: UnsafePointer<UInt16>, _ length: UInt64, _ output: UnsafeMutablePointer<UInt16>
) -> UInt64 {
  let text = unsafe Span(_unsafeStart: text, count: Int(length))
  var room = unsafe MutableSpan(_unsafeStart: output, count: HelperAnswer.longest)
  return UInt64(HelperAnswer.print(error: error, text: text, into: &room))
}

@c func helper_answer_parse(
  _ answer: UnsafePointer<UInt16>, _ length: UInt64, _ error: UnsafeMutablePointer<UInt32>,
  _ start: UnsafeMutablePointer<UInt64>, _ count: UnsafeMutablePointer<UInt64>
) -> UInt32 {
  guard let found = unsafe HelperAnswer(parsing: Span(_unsafeStart: answer, count: Int(length))) else { return 0 }
  unsafe error.pointee = found.error
  unsafe tell(found.text, start, count)
  return 1
}

@c func helper_number(
  _ text: UnsafePointer<UInt16>, _ length: UInt64, _ number: UnsafeMutablePointer<UInt32>
) -> UInt32 {
  guard let found = unsafe HelperAnswer.number(Span(_unsafeStart: text, count: Int(length))) else { return 0 }
  unsafe number.pointee = found
  return 1
}

@c func helper_argument(
  _ line: UnsafePointer<UInt16>, _ length: UInt64, _ start: UnsafeMutablePointer<UInt64>,
  _ count: UnsafeMutablePointer<UInt64>
) -> UInt32 {
  guard let found = unsafe HelperAnswer.argument(of: Span(_unsafeStart: line, count: Int(length))) else { return 0 }
  unsafe tell(found, start, count)
  return 1
}

@c func helper_line_print(
  _ level: UInt32, _ time: UInt64, _ text: UnsafePointer<UInt16>, _ length: UInt64,
  _ output: UnsafeMutablePointer<UInt16>
) -> UInt64 {
  let text = unsafe Span(_unsafeStart: text, count: Int(length))
  var room = unsafe MutableSpan(_unsafeStart: output, count: HelperLine.longest)
  let level = DriverLog.Level(rawValue: UInt8(truncatingIfNeeded: level)) ?? .error
  return UInt64(HelperLine.print(level: level, time: time, text: text, into: &room))
}

@c func helper_line_next(
  _ log: UnsafePointer<UInt16>, _ length: UInt64, _ place: UnsafeMutablePointer<UInt64>,
  _ level: UnsafeMutablePointer<UInt32>, _ time: UnsafeMutablePointer<UInt64>, _ start: UnsafeMutablePointer<UInt64>,
  _ count: UnsafeMutablePointer<UInt64>
) -> UInt32 {
  let log = unsafe Span(_unsafeStart: log, count: Int(length))
  var next = unsafe Int(place.pointee)
  guard let line = HelperLine.next(in: log, from: &next) else { return 0 }
  unsafe place.pointee = UInt64(next)
  unsafe level.pointee = UInt32(line.level.rawValue)
  unsafe time.pointee = line.time
  unsafe tell(line.text, start, count)
  return 1
}

private func tell(_ range: Range<Int>, _ start: UnsafeMutablePointer<UInt64>, _ count: UnsafeMutablePointer<UInt64>) {
  unsafe start.pointee = UInt64(range.lowerBound)
  unsafe count.pointee = UInt64(range.count)
}
