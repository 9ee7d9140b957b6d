/// What a bucket knows of the prefix in one of its places: its owner, or where its record is.
struct BucketAnswer: BitwiseCopyable, Equatable {
  /// The owner with the top bit set, or the number of a record.
  let bits: UInt32

  init(bits: UInt32) { self.bits = bits }
  /// The prefix has this owner; the bucket compared all of it.
  init(owner: UInt32) { bits = owner | 0x8000_0000 }
  /// The prefix is longer than what the bucket compared: the record has to be.
  init(record number: Int) { bits = UInt32(truncatingIfNeeded: number) }

  var isOwner: Bool { bits & 0x8000_0000 != 0 }
  var owner: UInt32 { bits & 0x7fff_ffff }
  var recordNumber: Int { Int(bits) }
}

/// The prefixes of one slot of a `PrefixIndex` in a block of 32, 64, 128 or 256 bytes: 4, 8, 16 or 32 places.
///
/// Each place has 16 address bits, a mask for them and an answer. Places are filled with the longest prefix first, and
/// what is left over repeats the last, so the first place that matches is the one to answer.
///
/// Four places share a word of values and one of masks, which are compared together. The bits of the w words that say
/// what matched are folded into one number: word i of the w sets bits i, 16 + i, 32 + i and 48 + i. So that the lowest
/// bit is the first place, place p is in word p mod w.
///
/// A bucket is a view: it stays valid until its block is freed.
@safe
struct PrefixBucket {
  // SAFETY: made only by `BlockPool` for a block in use of this class; the pool never moves a block.
  private let base: UnsafeMutableRawPointer
  private let sizeClass: Int

  @unsafe
  init(base: UnsafeMutableRawPointer, sizeClass: Int) {
    unsafe self.base = base
    self.sizeClass = sizeClass
  }

  /// Places in a bucket of `sizeClass`.
  static func capacity(_ sizeClass: Int) -> Int { 4 &<< sizeClass }

  /// The class of the smallest bucket for `count` prefixes, 1 … 32.
  static func sizeClass(for count: Int) -> Int {
    count <= 4 ? 0 : Int.bitWidth - ((count - 1) >> 2).leadingZeroBitCount
  }

  /// Which places match `key`, the 16 bits behind those that chose the slot: a set of bits, lowest first.
  @inline(__always)
  func matches(_ key: UInt64) -> UInt64 {
    let low: UInt64 = 0x7fff_7fff_7fff_7fff
    let repeated = key &* 0x0001_0001_0001_0001
    let wordCount = 1 &<< sizeClass
    var found: UInt64 = 0
    var word = 0
    repeat {
      // SAFETY: both words lie in the first half of the block.
      let value = unsafe base.load(fromByteOffset: 8 &* word, as: UInt64.self)
      let mask = unsafe base.load(fromByteOffset: 8 &* (wordCount &+ word), as: UInt64.self)
      let difference = (value ^ repeated) & mask
      // The top bit of each 16 is set when any of them is; the carries stay within.
      let differs = ((difference & low) &+ low) | difference | low
      found |= ~differs &>> UInt64(15 &- word)
      word &+= 1
    } while word < wordCount
    return found
  }

  /// The answer of the place that bit `bit` of `matches` stands for.
  @inline(__always)
  func answer(_ bit: Int) -> BucketAnswer {
    let place = (bit &>> 4) &<< sizeClass | bit & 15
    // SAFETY: a place below the capacity, in the second half of the block.
    return BucketAnswer(bits: unsafe base.load(fromByteOffset: (16 &<< sizeClass) &+ 4 &* place, as: UInt32.self))
  }

  /// Fills the bucket with `contents`, 1 … its capacity.
  func fill(_ contents: borrowing BucketContents) {
    let wordCount = 1 &<< sizeClass
    for word in 0..<wordCount {
      var (values, masks): (UInt64, UInt64) = (0, 0)
      for lane in 0..<4 {
        let place = lane &<< sizeClass | word
        let entry = contents[Swift.min(place, contents.count - 1)]
        values |= UInt64(entry.value) &<< UInt64(16 &* lane)
        masks |= UInt64(entry.mask) &<< UInt64(16 &* lane)
        // SAFETY: as in `answer`.
        unsafe base.storeBytes(of: entry.answer.bits, toByteOffset: 16 &* wordCount &+ 4 &* place, as: UInt32.self)
      }
      // SAFETY: as in `matches`.
      unsafe base.storeBytes(of: values, toByteOffset: 8 &* word, as: UInt64.self)
      unsafe base.storeBytes(of: masks, toByteOffset: 8 &* (wordCount &+ word), as: UInt64.self)
    }
  }
}

extension PrefixBucket {
  /// What `fill` put in place `place`.
  func entry(_ place: Int) -> BucketContents.Entry {
    let (word, lane) = (place & (1 &<< sizeClass - 1), place &>> sizeClass)
    let shift = UInt64(16 &* lane)
    // SAFETY: as in `matches` and `answer`.
    let value = unsafe base.load(fromByteOffset: 8 &* word, as: UInt64.self) &>> shift
    let mask = unsafe base.load(fromByteOffset: 8 &* (1 &<< sizeClass &+ word), as: UInt64.self) &>> shift
    return BucketContents.Entry(
      value: UInt16(truncatingIfNeeded: value), mask: UInt16(truncatingIfNeeded: mask),
      answer: answer(16 &* lane &+ word))
  }
}

/// What a bucket is to be filled with: at most 32 prefixes, the longest first.
struct BucketContents: ~Copyable {
  /// One prefix: the 16 address bits behind the slot's, a mask for those it has, and what it answers.
  struct Entry: BitwiseCopyable, Equatable {
    var value: UInt16 = 0
    var mask: UInt16 = 0
    var answer = BucketAnswer(bits: 0)
  }

  private var entries = InlineArray<32, Entry>(repeating: Entry())
  private var lengths = InlineArray<32, UInt8>(repeating: 0)
  private(set) var count = 0
  /// Whether there were more than fit.
  private(set) var overflowed = false
  /// What of a trie is still to be looked through: each entry brings one prefix at least, so no more can wait than fit.
  private var waiting = InlineArray<32, TrieEntry>(repeating: .none)
  private var waitingCount = 0

  /// Lets an entry of the trie wait for `next`.
  mutating func put(_ entry: TrieEntry) {
    guard count + waitingCount < 32 else {
      overflowed = true
      return
    }
    waiting[waitingCount] = entry
    waitingCount += 1
  }

  /// An entry that waits; nil when none does, or there were more than fit.
  mutating func next() -> TrieEntry? {
    guard waitingCount > 0 && !overflowed else { return nil }
    waitingCount -= 1
    return waiting[waitingCount]
  }

  subscript(_ place: Int) -> Entry { entries[place] }

  /// Adds the prefix of `length` bits in its place by length.
  mutating func add(_ entry: Entry, length: Int) {
    guard count < 32 else {
      overflowed = true
      return
    }
    var place = count
    while place > 0 && Int(lengths[place - 1]) < length {
      entries[place] = entries[place - 1]
      lengths[place] = lengths[place - 1]
      place -= 1
    }
    entries[place] = entry
    lengths[place] = UInt8(truncatingIfNeeded: length)
    count += 1
  }
}
