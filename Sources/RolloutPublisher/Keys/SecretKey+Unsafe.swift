internal import CSodium
internal import Glibc
public import Octets
public import RolloutMetadata

/// A key that signs. Its bytes are in memory that is locked, fenced and wiped when the value ends, and nowhere else.
@safe
public struct SecretKey: ~Copyable {
  /// 64 bytes: the seed and the public key, as libsodium keeps them.
  private let memory: UnsafeMutableRawPointer
  /// The public half.
  public let publicKey: PublicKey

  /// The file's first line; a line of 64 digits follows.
  private static let header = "needletail secret key 1\n"
  private static let fileLength = header.utf8.count + 65

  /// A new key, from the system's randomness.
  public static func generate() throws(PublisherError) -> SecretKey {
    let seed = try unsafe locked(32)
    // SAFETY: the memory was allocated above with the sizes that are passed.
    defer { unsafe sodium_free(seed) }
    unsafe randombytes_buf(seed, 32)
    return try unsafe SecretKey(seed: UnsafeRawPointer(seed))
  }

  private init(seed: UnsafeRawPointer) throws(PublisherError) {
    let secret = try unsafe Self.locked(64)
    var publicBytes = [UInt8](repeating: 0, count: 32)
    // SAFETY: the buffers have 32, 64 and 32 bytes, as the function documents.
    _ = unsafe crypto_sign_seed_keypair(
      &publicBytes, secret.assumingMemoryBound(to: UInt8.self), seed.assumingMemoryBound(to: UInt8.self))
    unsafe memory = secret
    publicKey = PublicKey(Octets32(exactly: publicBytes) ?? Octets32())
  }

  /// Reads a key file, which nobody but its owner may be able to read.
  public init(file path: String) throws(PublisherError) {
    // SAFETY: the path is a terminated string for the length of the call.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { throw PublisherError(.failure, "\(path): cannot open the secret key") }
    defer { close(descriptor) }
    var status = stat()
    // SAFETY: the structure is the call's to fill.
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw PublisherError(.failure, "\(path): not a file")
    }
    guard status.st_mode & 0o077 == 0 else {
      throw PublisherError(.notPermitted, "\(path): others may read this secret key; make it mode 0600, or a new key")
    }
    let text = try unsafe Self.locked(Self.fileLength + 1)
    // SAFETY: the memory was allocated above with room for one byte more than a key file has.
    defer { unsafe sodium_free(text) }
    let count = unsafe read(descriptor, text, Self.fileLength + 1)
    let bytes = unsafe UnsafeRawBufferPointer(start: text, count: Self.fileLength)
    guard count == Self.fileLength, unsafe bytes.prefix(Self.header.utf8.count).elementsEqual(Self.header.utf8),
      unsafe bytes[Self.fileLength - 1] == UInt8(ascii: "\n")
    else { throw PublisherError(.malformed, "\(path): not a secret key of ours") }
    let seed = try unsafe Self.locked(32)
    // SAFETY: 64 digits follow the header, and the seed has 32 bytes.
    defer { unsafe sodium_free(seed) }
    var length = 0
    let digits = unsafe text.advanced(by: Self.header.utf8.count).assumingMemoryBound(to: CChar.self)
    let result = unsafe sodium_hex2bin(
      seed.assumingMemoryBound(to: UInt8.self), 32, digits, 64, nil, &length, nil)
    guard result == 0, length == 32 else { throw PublisherError(.malformed, "\(path): not a secret key of ours") }
    try unsafe self.init(seed: UnsafeRawPointer(seed))
  }

  /// Writes the key to a new file of mode 0600, and the public half to the same name with `.pub`.
  public borrowing func write(to path: String) throws(PublisherError) {
    let text = try unsafe Self.locked(Self.fileLength + 1)
    // SAFETY: the memory has room for the header, 64 digits, a line end and a zero byte.
    defer { unsafe sodium_free(text) }
    unsafe text.copyMemory(from: Self.header, byteCount: Self.header.utf8.count)
    let digits = unsafe text.advanced(by: Self.header.utf8.count).assumingMemoryBound(to: CChar.self)
    _ = unsafe sodium_bin2hex(digits, 65, memory.assumingMemoryBound(to: UInt8.self), 32)
    unsafe digits[64] = CChar(bitPattern: UInt8(ascii: "\n"))
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw PublisherError(.failure, "\(path): cannot be created, or is there already; a key is never overwritten")
    }
    let count = unsafe Glibc.write(descriptor, text, Self.fileLength)
    guard count == Self.fileLength, fsync(descriptor) == 0, close(descriptor) == 0 else {
      throw PublisherError(.failure, "\(path): cannot be written")
    }
    try Files.write(octets(string(publicKey.bytes.hexadecimal) + "\n"), to: path + ".pub")
  }

  /// The signature of a message.
  public borrowing func sign(_ message: [UInt8]) -> FixedOctets<64> {
    var signature = [UInt8](repeating: 0, count: 64)
    // SAFETY: the signature has 64 bytes and so has the key.
    _ = unsafe crypto_sign_detached(
      &signature, nil, message, UInt64(message.count), memory.assumingMemoryBound(to: UInt8.self))
    return FixedOctets<64>(exactly: signature) ?? FixedOctets<64>()
  }

  /// Memory that is locked, with fences around it.
  private static func locked(_ byteCount: Int) throws(PublisherError) -> UnsafeMutableRawPointer {
    // SAFETY: takes nothing; may be called any number of times.
    guard sodium_init() >= 0, let memory = unsafe sodium_malloc(byteCount) else {
      throw PublisherError(.internalError, "no memory for secrets")
    }
    return unsafe memory
  }

  deinit {
    // SAFETY: the memory was allocated by `locked`; freeing wipes it.
    unsafe sodium_free(memory)
  }
}

/// Random bytes of the system's.
func randomOctets16() -> Octets16 {
  var bytes = [UInt8](repeating: 0, count: 16)
  // SAFETY: the buffer has the size that is passed.
  unsafe randombytes_buf(&bytes, bytes.count)
  return Octets16(exactly: bytes) ?? Octets16()
}
