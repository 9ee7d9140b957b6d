extension CipherKernel {
  /// Four blocks side by side in whatever vectors every processor of the architecture has.
  public static var portable: CipherKernel {
    // SAFETY: both functions touch exactly the bytes `CipherKernel` promises them.
    unsafe CipherKernel(
      name: "portable",
      seal: { key, counter, text, count in
        let input = unsafe CipherInput(key: key, counter: counter)
        let tag = unsafe CipherPass<SIMD4<UInt32>>.seal(input, text, count: count)
        unsafe CipherTag.store(tag, to: text + count)
      },
      open: { key, counter, text, count in
        let input = unsafe CipherInput(key: key, counter: counter)
        let tag = unsafe CipherPass<SIMD4<UInt32>>.open(input, text, count: count)
        return unsafe CipherTag.difference(tag, text + count)
      })
  }
}

extension SIMD4<UInt32>: WovenLanes {
  static var weave: Int { 2 }
  static var stride: Int { 1 }
  static var buffer: InlineArray<32, Self> { InlineArray(repeating: Self(repeating: 0)) }
}
