import ControlProtocol
public import Octets

/// Bytes that may be secret: they grow without leaving copies behind, and are overwritten when nobody has them any more.
@safe public final class SecretBytes {
  private var place: UnsafeMutableRawBufferPointer
  /// How many there are.
  public private(set) var count = 0

  /// None yet, with room for `capacity`.
  public init(capacity: Int = 4096) {
    // SAFETY: given back in `deinit` and when it has grown; only the first `count` bytes are ever read.
    unsafe place = .allocate(byteCount: max(capacity, 64), alignment: 1)
  }

  deinit {
    unsafe secureWipe(at: base, byteCount: count)
    unsafe place.deallocate()
  }

  private var base: UnsafeMutableRawPointer {
    // SAFETY: a buffer of at least 64 bytes has an address.
    unsafe place.baseAddress!
  }

  private func reserve(_ more: Int) {
    guard unsafe count + more > place.count else { return }
    // SAFETY: the new place is larger than what is copied, and the old one is wiped before it is given back.
    let larger = unsafe UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(count + more, 2 * place.count), alignment: 1)
    unsafe larger.baseAddress!.copyMemory(from: base, byteCount: count)
    unsafe secureWipe(at: base, byteCount: count)
    unsafe place.deallocate()
    unsafe place = larger
  }

  /// Adds a byte.
  public func append(_ byte: UInt8) {
    reserve(1)
    // SAFETY: there is room for it.
    unsafe base.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
    count += 1
  }

  /// Puts a number, its low byte first, in the place of two bytes that are there.
  public func store(_ number: UInt16, at offset: Int) {
    precondition(offset >= 0 && offset + 2 <= count)
    // SAFETY: both bytes are among the first `count`.
    unsafe base.storeBytes(of: number.littleEndian, toByteOffset: offset, as: UInt16.self)
  }

  /// Adds a text that is no secret: copies of it may be anywhere.
  public func append(_ text: String) {
    for byte in text.utf8 { append(byte) }
  }

  /// Adds a key in base 64.
  public func append(base64 key: Octets32) {
    fill(44) { $0.print(base64: key) }
  }

  /// Adds what `print` prints, which is at most `count` bytes.
  public func fill(_ count: Int, _ print: (inout OutputSpan<UInt8>) -> Void) {
    reserve(count)
    // SAFETY: these bytes are free, and nothing else has them; what was printed is initialised.
    let free = unsafe UnsafeMutableRawBufferPointer(start: base + self.count, count: count)
    let bytes = unsafe free.bindMemory(to: UInt8.self)
    var output = unsafe OutputSpan(buffer: bytes, initializedCount: 0)
    print(&output)
    self.count += unsafe output.finalize(for: bytes)
  }

  /// Lets `read` put up to `most` bytes behind those there are; it says how many, and less than 1 ends it.
  ///
  /// - Returns: what `read` said.
  @unsafe public func append(most: Int, _ read: (UnsafeMutableRawBufferPointer) -> Int) -> Int {
    reserve(most)
    // SAFETY: these bytes are free, and nothing else has them.
    let got = unsafe read(UnsafeMutableRawBufferPointer(start: base + count, count: most))
    count += max(0, min(got, most))
    return got
  }

  /// Lends the bytes.
  public func withBytes<Result, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // SAFETY: the first `count` bytes are initialised, and nothing changes them during the call: `body` does not have us.
    let bytes = unsafe UnsafeRawBufferPointer(start: base, count: count)
    return try body(unsafe bytes.bytes)
  }

  /// The bytes as a text, of which copies stay: for what is no secret.
  public var text: String {
    // SAFETY: as in `withBytes`.
    unsafe String(decoding: UnsafeRawBufferPointer(start: base, count: count), as: UTF8.self)
  }
}
