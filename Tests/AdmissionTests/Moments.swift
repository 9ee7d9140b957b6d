import Octets
import ProtocolVectors
import Timeline

/// The instant `seconds` after the start every test begins at, and `nanoseconds` later or earlier.
func at(_ seconds: Double, nanoseconds: Int = 0) -> Instant {
  Instant(nanoseconds: UInt64(Int(1_000_000_000_000) + Int(seconds * 1_000_000_000) + nanoseconds))
}

/// 192.0.2.1:51820, the source of the published cookie.
let publishedSource = Endpoint(IPAddress(v4: 0xc000_0201), port: 51_820)
/// [2001:db8::1]:51820.
let publishedSourceIPv6 = Endpoint(IPAddress(v6High: 0x2001_0db8_0000_0000, low: 1), port: 51_820)
