internal import Foundation

#if HTTP
internal import NIOSSL
#endif

/// How files are fetched.
public struct WebSettings: Sendable {
  /// Times and redirects.
  public var limits = TransferLimits()
  /// What is done when a server does not answer.
  public var backoff = Backoff()
  /// Which way requests go.
  public var proxies: ProxyRule
  /// A file of certificates (PEM) that servers' certificates may be signed with, instead of the system's; nil for those.
  public var authorities: String?
  /// Waits for milliseconds.
  public var sleep: @Sendable (UInt64) -> Void = { Thread.sleep(forTimeInterval: Double($0) / 1000) }

  /// Settings; `proxy` and `authorities` are the policy's.
  public init(proxy: String? = nil, authorities: String? = nil, environment: [String: String]) throws(TransferError) {
    proxies = try ProxyRule(policy: proxy, environment: environment)
    self.authorities = authorities
  }

  #if HTTP
  /// TLS as a client speaks it: 1.2 at least, the server's name and certificate checked.
  func tls() throws(TransferError) -> TLSConfiguration {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    if let authorities {
      do {
        let certificates = try NIOSSLCertificate.fromPEMFile(authorities)
        guard !certificates.isEmpty else { throw TransferError(.unusable, "") }
        configuration.trustRoots = .certificates(certificates)
      } catch {
        throw TransferError(.unusable, "\(authorities): no certificates in PEM form")
      }
    }
    return configuration
  }
  #endif
}
