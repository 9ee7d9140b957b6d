import Octets

/// Lends the bytes of an array.
func withBytes<Result>(_ array: [UInt8], _ body: (RawSpan) -> Result) -> Result {
  // SAFETY: every UInt8 is one initialised byte.
  body(unsafe array.span.bytes)
}

/// Lends the bytes of an array for writing.
func withMutableBytes<Result>(_ array: inout [UInt8], _ body: (inout MutableRawSpan) -> Result) -> Result {
  var span = array.mutableSpan
  // SAFETY: any bytes are values of UInt8.
  var bytes = unsafe span.mutableBytes
  return body(&bytes)
}
