public import Containers
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// Storage for tests: malloc with a ledger, garbage in fresh memory, and refusals on demand.
///
/// Everything a container does wrong with its host's memory shows here: a leak, a block given back twice or with
/// another size, contents not wiped. Not safe to share between threads.
public final class TestStorage {
  private struct Block {
    let byteCount: Int
    let alignment: Int
  }

  /// Contents of fresh memory: odd, large and negative in every integer type.
  private static let garbage: Int32 = 0xa5

  /// The addresses of all storages in use: a leak checker that finds them here knows that they are kept on purpose.
  private static let all = Mutex<[UInt]>([])

  private var blocks: [UInt: Block] = [:]
  /// How many times memory was asked for.
  public private(set) var takeCount = 0
  /// The number of bytes out at this moment.
  public private(set) var byteCount = 0
  /// The largest `byteCount` so far.
  public private(set) var peakByteCount = 0
  /// The largest single block asked for so far, in bytes.
  public private(set) var largestBlock = 0
  /// Blocks given back that were unknown, given back with another size, or not wiped.
  public private(set) var faultCount = 0
  /// Which requests to refuse, by number from 0 since the last `restartCounting`.
  public var refuses: (Int) -> Bool = { _ in false }
  /// Requests for more bytes than this are refused.
  public var refusesLargerThan = Int.max

  /// Storage that refuses nothing yet.
  public init() {}

  /// The number of blocks out at this moment: 0 when nothing leaked.
  public var blockCount: Int { blocks.count }

  /// Counts requests from 0 again, for `refuses`.
  public func restartCounting() { takeCount = 0 }

  /// The storage to hand to containers. It keeps this object for the life of the process, since a container may well
  /// outlive the last mention of it in a test.
  public var storage: Storage {
    let retained = unsafe Unmanaged.passRetained(self).toOpaque()
    let address = UInt(bitPattern: retained)
    Self.all.withLock { $0.append(address) }
    // SAFETY: the retained object is never released, so the context stays valid.
    return unsafe Storage(
      context: retained,
      take: { context, byteCount, alignment in
        unsafe Unmanaged<TestStorage>.fromOpaque(context!).takeUnretainedValue().take(byteCount, alignment)
      },
      giveBack: { context, place, byteCount, alignment in
        unsafe Unmanaged<TestStorage>.fromOpaque(context!).takeUnretainedValue()
          .giveBack(place, byteCount, alignment)
      })
  }

  private func take(_ byteCount: Int, _ alignment: Int) -> UnsafeMutableRawPointer? {
    defer { takeCount += 1 }
    guard !refuses(takeCount) && byteCount <= refusesLargerThan else { return nil }
    precondition(byteCount > 0 && alignment.nonzeroBitCount == 1 && alignment <= 64)
    var place: UnsafeMutableRawPointer?
    let status = unsafe posix_memalign(&place, max(alignment, 16), byteCount)
    guard status == 0, let found = unsafe place else { return nil }
    unsafe memset(found, Self.garbage, byteCount)
    blocks[UInt(bitPattern: found)] = Block(byteCount: byteCount, alignment: alignment)
    self.byteCount += byteCount
    peakByteCount = max(peakByteCount, self.byteCount)
    largestBlock = max(largestBlock, byteCount)
    return unsafe found
  }

  private func giveBack(_ place: UnsafeMutableRawPointer, _ byteCount: Int, _ alignment: Int) {
    guard let block = blocks.removeValue(forKey: UInt(bitPattern: place)) else {
      faultCount += 1
      return
    }
    let contents = unsafe UnsafeRawBufferPointer(start: place, count: block.byteCount)
    let wiped = unsafe contents.allSatisfy { $0 == 0 }
    if block.byteCount != byteCount || block.alignment != alignment || !wiped { faultCount += 1 }
    self.byteCount -= block.byteCount
    unsafe free(place)
  }
}
