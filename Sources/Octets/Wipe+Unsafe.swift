public import COctets

/// Overwrites the bytes of `value` with zeros in place, whatever it holds; the stores are never optimised away.
@inlinable
public func secureWipe<Value: BitwiseCopyable>(_ value: inout Value) {
  // SAFETY: the pointer is valid for the size of the value; a secret type is one for which all zeros is a value.
  unsafe withUnsafeMutableBytes(of: &value) { bytes in
    if let base = bytes.baseAddress { unsafe octets_wipe(base, bytes.count) }
  }
}

/// Overwrites the 6 KB of stack below the caller with zeros.
///
/// Wiping a value does not reach the copies the compiler made of it. Whoever called something that computes with secrets
/// calls this afterwards, from the same function: the frames of what it called, which lay there, are gone. A handshake
/// step goes at most 4 KB deep.
@inline(never)
public func secureWipeStack() {
  octets_wipe_stack(6144)
}

/// Overwrites `byteCount` bytes at `place` with zeros; the stores are never optimised away.
@unsafe @inlinable
public func secureWipe(at place: UnsafeMutableRawPointer, byteCount: Int) {
  unsafe octets_wipe(place, byteCount)
}
