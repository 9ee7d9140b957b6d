import Admission
import Octets
import ProtocolVectors
import Testing
import Timeline

@Suite struct CookieSecretTests {
  func secret(at now: Instant) -> CookieSecret {
    var secret = CookieSecret()
    secret.replace(with: Octets32(exactly: CookieVectors.secret), at: now)
    return secret
  }

  @Test func `the cookies of the published sources are the published ones`() {
    let secret = secret(at: at(0))
    #expect(secret.cookie(of: publishedSource, at: at(0))?.array == CookieVectors.cookie)
    #expect(secret.cookie(of: publishedSourceIPv6, at: at(0))?.array == CookieVectors.cookieForIPv6)
  }

  @Test func `an IPv6 scope does not change the cookie`() {
    var scoped = publishedSourceIPv6
    scoped.scope = 7
    #expect(secret(at: at(0)).cookie(of: scoped, at: at(0))?.array == CookieVectors.cookieForIPv6)
  }

  @Test func `another address, port or family has another cookie`() {
    let secret = secret(at: at(0))
    let sources = [
      publishedSource, Endpoint(IPAddress(v4: 0xc000_0202), port: 51_820),
      Endpoint(IPAddress(v4: 0xc000_0201), port: 51_821),
      publishedSourceIPv6, Endpoint(IPAddress(v6High: 0, low: 0xffff_c000_0201), port: 51_820),
      Endpoint(IPAddress(v6High: 0xc000_0201_0000_0000, low: 0), port: 51_820),
    ]
    let cookies = Set(sources.map { secret.cookie(of: $0, at: at(0))!.array })
    #expect(cookies.count == sources.count)
  }

  @Test func `a secret is stale at 120 seconds and not a nanosecond before`() {
    let secret = secret(at: at(0))
    #expect(!secret.isStale(at: at(120, nanoseconds: -1)))
    #expect(secret.cookie(of: publishedSource, at: at(120, nanoseconds: -1)) != nil)
    #expect(secret.isStale(at: at(120)))
    #expect(secret.cookie(of: publishedSource, at: at(120)) == nil)
  }

  @Test func `a replaced secret makes other cookies and lives another 120 seconds`() {
    var secret = secret(at: at(0))
    secret.replace(with: Octets32(repeating: 1), at: at(120))
    #expect(secret.cookie(of: publishedSource, at: at(120))!.array != CookieVectors.cookie)
    #expect(!secret.isStale(at: at(240, nanoseconds: -1)))
    #expect(secret.isStale(at: at(240)))
  }

  @Test func `without a secret, and after a wipe, there is no cookie`() {
    #expect(CookieSecret().isStale(at: at(0)))
    #expect(CookieSecret().cookie(of: publishedSource, at: at(0)) == nil)
    var secret = secret(at: at(0))
    secret.wipe()
    #expect(secret.isStale(at: at(0)))
    #expect(secret.cookie(of: publishedSource, at: at(0)) == nil)
  }
}
