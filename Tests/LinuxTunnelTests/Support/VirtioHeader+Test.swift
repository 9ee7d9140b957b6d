/// A virtio header for tests, byte by byte.
func virtioHeader(
  needsChecksum: Bool = false, kind: UInt8 = 0, headerLength: Int = 0, segmentSize: Int = 0, start: Int = 0,
  offset: Int = 0
) -> [UInt8] {
  let little = { (value: Int) in [UInt8(value & 0xff), UInt8(value >> 8)] }
  return [needsChecksum ? 1 : 0, kind] + little(headerLength) + little(segmentSize) + little(start) + little(offset)
}
