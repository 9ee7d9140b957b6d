import Glibc
public import TunnelReport

/// The way that the system's datagrams go to an endpoint.
public enum EndpointWay {
  /// What the way takes in one piece, in bytes: the least of what the route says, what its interface takes and what
  /// routers have said lately; at most 65,535, which is the kernel's bound. Nil when there is no way.
  ///
  /// `mark` is that of the datagrams; without the rights to set it they are taken for unmarked ones. Nothing is sent.
  /// Cost: five system calls.
  public static func mtu(to endpoint: EndpointWords, mark: UInt32) -> Int? {
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
    unsafe hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
    var list: UnsafeMutablePointer<addrinfo>?
    // SAFETY: the texts and the hints live for the call; the list is freed below, after its last use.
    guard unsafe getaddrinfo(endpoint.host, endpoint.port, &hints, &list) == 0, let first = unsafe list else {
      return nil
    }
    defer { unsafe freeaddrinfo(first) }
    let isIPv6 = unsafe first.pointee.ai_family == AF_INET6
    let socket = socket(isIPv6 ? AF_INET6 : AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard socket >= 0 else { return nil }
    defer { close(socket) }
    var mark = mark
    if mark != 0 {
      // SAFETY: the number lives for the call.
      _ = unsafe setsockopt(socket, SOL_SOCKET, SO_MARK, &mark, socklen_t(MemoryLayout<UInt32>.size))
    }
    // SAFETY: the resolver gave the address with its length.
    guard unsafe connect(socket, first.pointee.ai_addr, first.pointee.ai_addrlen) == 0 else { return nil }
    var mtu: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    // SAFETY: the number has room for what is asked for.
    let isKnown = unsafe getsockopt(
      socket, isIPv6 ? Int32(IPPROTO_IPV6) : Int32(IPPROTO_IP), isIPv6 ? IPV6_MTU : IP_MTU, &mtu,
      &length)
    return isKnown == 0 && mtu > 0 ? Int(mtu) : nil
  }
}
