public import COctets

/// Overwrites the bytes of `value` with zeros in place, whatever it holds; the stores are never optimised away.
@inlinable
public func secureWipe<Value: BitwiseCopyable>(_ value: inout Value) {
  // SAFETY: the pointer is valid for the size of the value; a secret type is one for which all zeros is a value.
  unsafe withUnsafeMutableBytes(of: &value) { bytes in
    if let base = bytes.baseAddress { unsafe octets_wipe(base, bytes.count) }
  }
}

/// Overwrites `byteCount` bytes at `place` with zeros; the stores are never optimised away.
@unsafe @inlinable
public func secureWipe(at place: UnsafeMutableRawPointer, byteCount: Int) {
  unsafe octets_wipe(place, byteCount)
}
