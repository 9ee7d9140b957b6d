/// The signed metadata of an update repository: its one encoding, its signatures, its documents, and what a client must
/// check before it believes any of them.
///
/// `MetadataRefresh` is the whole of the checking: from what was trusted so far, the bytes a mirror serves and a clock it
/// makes what is trusted next, or the reason why not. Nothing here fetches, stores, reads a clock or decides what is
/// installed: the host does the first three, and the decision is another module's. A mirror is trusted with nothing.
public enum RolloutMetadata {
  /// The version of the format, which every document names.
  public static let format: UInt64 = 1
}
