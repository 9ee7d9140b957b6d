/// A vector of 32-bit lanes, lane `i` belonging to the `i`-th of the ChaCha20 blocks that are computed side by side.
///
/// All of ChaCha20's work on transport data is written once over this protocol; a kernel is a width of it and the
/// instructions its module is compiled for.
protocol CipherLanes: BitwiseCopyable {
  /// Four words of one block.
  typealias Row = SIMD4<UInt32>
  /// The number of lanes: blocks to a batch.
  static var laneCount: Int { get }
  /// `word` in every lane.
  init(repeating word: UInt32)
  /// `word` plus the lane's number in every lane.
  init(countingFrom word: UInt32)
  static func sum(_ x: Self, _ y: Self) -> Self
  static func exclusiveOr(_ x: Self, _ y: Self) -> Self
  static func rotated16(_ x: Self) -> Self
  static func rotated12(_ x: Self) -> Self
  static func rotated8(_ x: Self) -> Self
  static func rotated7(_ x: Self) -> Self
  /// Four words in each 128-bit part of the vector.
  init(repeating row: Row)
  /// The number of its part in the first word of each.
  static var partNumbers: Self { get }
  /// Turns the four words of each part to the left by one, two and three places.
  static func turned1(_ x: Self) -> Self
  static func turned2(_ x: Self) -> Self
  static func turned3(_ x: Self) -> Self
  /// Writes a block of 64 bytes for each 128-bit part, given as its four rows.
  static func store(_ blocks: borrowing CipherRows<Self>, to target: UnsafeMutableRawPointer)
  /// Writes `laneCount` blocks of 64 bytes, given as sixteen vectors of which the `i`-th holds word `i` of each block.
  static func store(_ block: borrowing CipherBatch<Self>, to target: UnsafeMutableRawPointer)
}

/// Lanes that Poly1305 is woven into: while the vector units permute one batch, the integer units absorb another.
protocol WovenLanes: CipherLanes {
  /// At how many points of a double round of ChaCha20 Poly1305 is woven in: 1, 2 or 4. How dense pays is measured.
  static var weave: Int { get }
  /// How many blocks Poly1305 absorbs at such a point: 1 or 2. Ten double rounds must have room for the 16-byte blocks
  /// of a whole batch, four a lane.
  static var stride: Int { get }
  /// Room for the key stream of one batch, or of two.
  ///
  /// With room for two, a batch that opening has permuted leaves its registers before the one before it is used up. That
  /// pays where the registers are too few to hold a batch beside anything else, and costs short packets a little.
  associatedtype Buffer: BitwiseCopyable
  /// An empty buffer.
  static var buffer: Buffer { get }
}

/// The sixteen state words of `Lanes.laneCount` ChaCha20 blocks.
struct CipherBatch<Lanes: CipherLanes>: BitwiseCopyable {
  var a0, a1, a2, a3: Lanes
  var b0, b1, b2, b3: Lanes
  var c0, c1, c2, c3: Lanes
  var d0, d1, d2, d3: Lanes
}
