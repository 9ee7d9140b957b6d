import Glibc
public import Octets
public import ToolInput
public import TunnelReport

/// Looks up names and ports, and keys in files, with `wg`'s patience and words.
public struct Lookup: ToolHost, EndpointNaming {
  /// What the environment says about patience: a number, `infinity`, or nothing.
  let retries: String?

  /// A lookup with the variables of an environment.
  public init(environment: [String: String]) {
    retries = environment["WG_ENDPOINT_RESOLUTION_RETRIES"].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Tries after the first, unless the environment says something else.
  static let usualRetries = 15
  /// The first wait and the longest, in microseconds; each is a fifth longer than the one before.
  static let firstWait = 1_000_000
  static let longestWait = 20_000_000

  /// Says it on the standard error.
  public func warn(_ line: String) { Streams.complain(line) }

  /// The number of a UDP port.
  public func port(_ text: String) throws(Complaint) -> UInt16 {
    let found = Self.resolve(host: nil, port: text, flags: AI_PASSIVE)
    switch found {
    case .success(let endpoint): return endpoint.port
    case .failure(let fault): throw Complaint("\(fault.words): `\(text)'")
    }
  }

  /// The first address that the resolver has for the host.
  public func endpoint(host: String, port: String, text: String) throws(Complaint) -> Endpoint {
    var left = try patience()
    var wait = Self.firstWait
    while true {
      switch Self.resolve(host: host, port: port, flags: 0) {
      case .success(let endpoint): return endpoint
      case .failure(let fault):
        if fault.isFinal || left == 0 { throw Complaint("\(fault.words): `\(text)'") }
        left = left.map { $0 - 1 }
        let hundredths = (wait + 5000) / 10000
        let places = hundredths % 100
        warn(
          "\(fault.words): `\(text)'. Trying again in \(hundredths / 100).\(places < 10 ? "0" : "")\(places) seconds..."
        )
        usleep(UInt32(wait))
        wait = min(Self.longestWait, wait * 6 / 5)
      }
    }
  }

  /// How often it is tried again; nil is forever.
  private func patience() throws(Complaint) -> Int? {
    guard let retries else { return Self.usualRetries }
    if retries == "infinity" { return nil }
    guard retries.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(retries) else {
      throw Complaint("Unable to parse WG_ENDPOINT_RESOLUTION_RETRIES: `\(retries)'")
    }
    return number
  }

  /// The key in a file.
  public func keyFile(_ path: String) throws(Complaint) -> Octets32 {
    let bytes: SecretBytes
    do throws(SystemFault) {
      bytes = try SecretFiles.read(path)
    } catch {
      throw Complaint("fopen: \(error.words)")
    }
    switch SecretFiles.key(bytes) {
    case .key(let key): return key
    case .empty: return try emptyKey(path)
    case .short: throw Complaint("Invalid length key in key file")
    case .trailing(let byte):
      throw Complaint("Found trailing character in key file: `\(String(decoding: [byte], as: UTF8.self))'")
    case .malformed(let text): throw Complaint("Key is not the correct length or format: `\(text)'")
    }
  }

  /// An empty file means no key; a directory means a mistake.
  private func emptyKey(_ path: String) throws(Complaint) -> Octets32 {
    var status = stat()
    // SAFETY: the path is a terminated string and the structure is ours for the call.
    if unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR {
      throw Complaint("Invalid length key in key file")
    }
    return Octets32()
  }

  /// The numeric endpoint of a reply, as the system writes it.
  public func words(host: String, port: String) -> EndpointWords? {
    guard case .success(let endpoint) = Self.resolve(host: host, port: port, flags: AI_NUMERICHOST | AI_NUMERICSERV)
    else { return nil }
    var text = endpoint.address.words
    if endpoint.scope != 0 { text += "%" + Self.zone(endpoint) }
    return EndpointWords(host: text, port: "\(endpoint.port)")
  }

  /// Only link-local zones have names.
  private static func zone(_ endpoint: Endpoint) -> String {
    let top = UInt16(truncatingIfNeeded: endpoint.address.value >> 112)
    let isLinkLocal = top & 0xffc0 == 0xfe80 || top & 0xff0f == 0xff02
    var name = [CChar](repeating: 0, count: 64)
    // SAFETY: the array has room for every name and a terminator.
    guard isLinkLocal, unsafe if_indextoname(endpoint.scope, &name) != nil else { return "\(endpoint.scope)" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Why the resolver has nothing.
  struct ResolverFault: Error {
    let code: Int32

    var words: String {
      // SAFETY: the system's own terminated text.
      unsafe String(cString: gai_strerror(code))
    }

    /// Asking again is of no use: EAI_NONAME, EAI_FAIL and EAI_NODATA.
    var isFinal: Bool { code == EAI_NONAME || code == EAI_FAIL || code == -5 }
  }

  private static func resolve(host: String?, port: String, flags: Int32) -> Result<Endpoint, ResolverFault> {
    var hints = unsafe addrinfo()
    unsafe hints.ai_family = AF_UNSPEC
    unsafe hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
    unsafe hints.ai_protocol = Int32(IPPROTO_UDP)
    unsafe hints.ai_flags = flags
    var list: UnsafeMutablePointer<addrinfo>?
    // SAFETY: the texts and the hints live for the call; the list is freed below, after its last use.
    let code = unsafe getaddrinfo(host, port, &hints, &list)
    guard code == 0, let first = unsafe list else { return .failure(ResolverFault(code: code)) }
    defer { unsafe freeaddrinfo(first) }
    guard let address = unsafe first.pointee.ai_addr else { return .failure(ResolverFault(code: EAI_FAIL)) }
    // SAFETY: the family says which structure is there.
    if unsafe first.pointee.ai_family == AF_INET {
      return unsafe address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { place in
        unsafe .success(
          Endpoint(
            IPAddress(v4: UInt32(bigEndian: place.pointee.sin_addr.s_addr)),
            port: UInt16(bigEndian: place.pointee.sin_port)))
      }
    }
    return unsafe address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { place in
      var octets = unsafe place.pointee.sin6_addr
      let value = unsafe withUnsafeBytes(of: &octets) { bytes in
        unsafe bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
      }
      return unsafe .success(
        Endpoint(
          IPAddress(family: .v6, value: value), port: UInt16(bigEndian: place.pointee.sin6_port),
          scope: place.pointee.sin6_scope_id))
    }
  }
}
