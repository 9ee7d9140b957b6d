// The loads and stores of RawSpan and MutableRawSpan are unsafe in the standard library because any type may be asked
// for. Here only fixed-width integers are, each behind one bounds check.

extension FixedOctets {
  /// A read-only view of the bytes, where they are.
  ///
  /// The view is of the caller's value: a getter that took its own copy would return a view of its dead stack, which is
  /// what the optimiser makes of it without the attribute.
  @inlinable
  public var bytes: RawSpan {
    @_addressableSelf @_lifetime(borrow self) borrowing get {
      // SAFETY: every bit pattern of the storage is initialised bytes.
      unsafe storage.span.bytes
    }
  }

  /// Lends the bytes to `body` for writing.
  @inlinable
  public mutating func withMutableBytes<Result: ~Copyable, Failure: Error>(
    _ body: (inout MutableRawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    var span = storage.mutableSpan
    // SAFETY: any bytes are a value of this type.
    var raw = unsafe span.mutableBytes
    return try body(&raw)
  }
}

extension RawSpan {
  /// The byte at `offset`; traps outside the span.
  @inlinable
  public func octet(at offset: Int) -> UInt8 {
    precondition(offset >= 0 && offset < byteCount)
    // SAFETY: the offset was checked; every bit pattern is a UInt8.
    return unsafe unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
  }

  /// The little-endian 32-bit field at `offset`; traps when it does not lie inside the span.
  @inlinable
  public func littleEndian32(at offset: Int) -> UInt32 {
    precondition(offset >= 0 && offset <= byteCount - 4)
    // SAFETY: the range was checked; every bit pattern is a UInt32.
    return unsafe UInt32(littleEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt32.self))
  }

  /// The little-endian 64-bit field at `offset`; traps when it does not lie inside the span.
  @inlinable
  public func littleEndian64(at offset: Int) -> UInt64 {
    precondition(offset >= 0 && offset <= byteCount - 8)
    // SAFETY: the range was checked; every bit pattern is a UInt64.
    return unsafe UInt64(littleEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
  }

  /// The big-endian 16-bit field at `offset`; traps when it does not lie inside the span.
  @inlinable
  public func bigEndian16(at offset: Int) -> UInt16 {
    precondition(offset >= 0 && offset <= byteCount - 2)
    // SAFETY: the range was checked; every bit pattern is a UInt16.
    return unsafe UInt16(bigEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt16.self))
  }

  /// The big-endian 32-bit field at `offset`; traps when it does not lie inside the span.
  @inlinable
  public func bigEndian32(at offset: Int) -> UInt32 {
    UInt32(bigEndian: UInt32(littleEndian: littleEndian32(at: offset)))
  }

  /// The big-endian 64-bit field at `offset`; traps when it does not lie inside the span.
  @inlinable
  public func bigEndian64(at offset: Int) -> UInt64 {
    UInt64(bigEndian: UInt64(littleEndian: littleEndian64(at: offset)))
  }
}

extension MutableRawSpan {
  /// Writes one byte at `offset`; traps outside the span.
  @inlinable @_lifetime(self: copy self)
  public mutating func store(_ octet: UInt8, at offset: Int) {
    precondition(offset >= 0 && offset < byteCount)
    // SAFETY: the offset was checked.
    unsafe storeBytes(of: octet, toUncheckedByteOffset: offset, as: UInt8.self)
  }

  /// Writes a little-endian 32-bit field at `offset`; traps when it does not fit.
  @inlinable @_lifetime(self: copy self)
  public mutating func store(littleEndian32 value: UInt32, at offset: Int) {
    precondition(offset >= 0 && offset <= byteCount - 4)
    // SAFETY: the range was checked.
    unsafe storeBytes(of: value.littleEndian, toUncheckedByteOffset: offset, as: UInt32.self)
  }

  /// Writes a little-endian 64-bit field at `offset`; traps when it does not fit.
  @inlinable @_lifetime(self: copy self)
  public mutating func store(littleEndian64 value: UInt64, at offset: Int) {
    precondition(offset >= 0 && offset <= byteCount - 8)
    // SAFETY: the range was checked.
    unsafe storeBytes(of: value.littleEndian, toUncheckedByteOffset: offset, as: UInt64.self)
  }

  /// Writes a big-endian 16-bit field at `offset`; traps when it does not fit.
  @inlinable @_lifetime(self: copy self)
  public mutating func store(bigEndian16 value: UInt16, at offset: Int) {
    precondition(offset >= 0 && offset <= byteCount - 2)
    // SAFETY: the range was checked.
    unsafe storeBytes(of: value.bigEndian, toUncheckedByteOffset: offset, as: UInt16.self)
  }

  /// Writes a big-endian 32-bit field at `offset`; traps when it does not fit.
  @inlinable @_lifetime(self: copy self)
  public mutating func store(bigEndian32 value: UInt32, at offset: Int) {
    store(littleEndian32: value.byteSwapped, at: offset)
  }

  /// Copies all of `source` to `offset`; traps when it does not fit. The two may not overlap.
  @inlinable @_lifetime(self: copy self)
  public mutating func store(_ source: RawSpan, at offset: Int) {
    precondition(offset >= 0 && offset <= byteCount - source.byteCount)
    // SAFETY: the range was checked; the two spans are exclusive, so they do not overlap.
    unsafe withUnsafeMutableBytes { target in
      unsafe source.withUnsafeBytes { bytes in
        guard let from = bytes.baseAddress, let to = target.baseAddress else { return }
        unsafe (to + offset).copyMemory(from: from, byteCount: bytes.count)
      }
    }
  }

  /// Copies `source` to `offset`; traps when it does not fit.
  @inlinable @_lifetime(self: copy self)
  public mutating func store<let n: Int>(_ source: FixedOctets<n>, at offset: Int) {
    store(source.bytes, at: offset)
  }
}
