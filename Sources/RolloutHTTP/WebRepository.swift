#if HTTP
internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL

/// Files of a repository on a web server: fetched one after the other, each no further than it may be long, and an artifact
/// from where an earlier try ended.
///
/// Nothing that comes is believed for where it came from, TLS or not: whoever asks compares signatures and digests. This
/// module keeps a server from costing more than was agreed: bytes, time, redirects. It sends no cookies, no identifier and
/// no reason why it asks.
public final class WebRepository {
  /// What a server learns of who asks.
  public static let userAgent = "needletail"

  private let base: WebAddress
  private let settings: WebSettings
  private let group: MultiThreadedEventLoopGroup
  private var clients: [ProxyRule.Proxy?: HTTPClient] = [:]
  private var generator: any RandomNumberGenerator

  /// A repository at an address.
  public init(
    _ address: String, settings: WebSettings,
    generator: any RandomNumberGenerator = SystemRandomNumberGenerator()
  ) throws(TransferError) {
    guard let base = WebAddress(address) else {
      throw TransferError(.unusable, "\(address): not an address like https://releases.example/needletail")
    }
    self.base = base
    self.settings = settings
    self.generator = generator
    group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  }

  deinit {
    for client in clients.values { try? client.syncShutdown() }
    try? group.syncShutdownGracefully()
  }

  /// A document of at most `limit` bytes; nil when the server has none.
  public func document(_ path: String, limit: Int) throws(TransferError) -> [UInt8]? {
    let result = try persist { (self) throws(TransferError) in
      try self.follow(path, limit: UInt64(max(0, limit)), partial: nil)
    }
    if case .document(let bytes) = result { return bytes }
    return nil
  }

  /// Brings a file of exactly `size` bytes to `place`, going on from what an earlier try has left there; returns whether it
  /// did. What `place` is when this throws, a later try may go on from.
  @discardableResult
  public func artifact(_ path: String, size: UInt64, to place: String) throws(TransferError) -> Bool {
    let partial = PartialFile(path: place)
    var isResumed = false
    let result = try persist { (self) throws(TransferError) in
      isResumed = partial.rest(of: size) != nil
      do throws(TransferError) {
        return try self.follow(path, limit: size, partial: partial)
      } catch {
        // Whatever a server makes of a part: the whole is always to be had.
        guard isResumed, error.kind == .noSuchRange || error.kind == .unexpected else { throw error }
        partial.discard()
        isResumed = false
        return try self.follow(path, limit: size, partial: partial)
      }
    }
    guard case .stored = result else {
      throw TransferError(.unexpected, "\(base)/\(path): the server does not have it")
    }
    partial.finish()
    return isResumed
  }

  /// Tries until it goes well, cannot go well, or was tried often enough.
  private func persist(
    _ body: (WebRepository) throws(TransferError) -> Answer.Result
  ) throws(TransferError) -> Answer.Result {
    var failures = 0
    while true {
      do throws(TransferError) {
        return try body(self)
      } catch {
        failures += 1
        guard error.isWorthAnotherTry, failures < settings.backoff.tries else { throw error }
        settings.sleep(settings.backoff.wait(after: failures, using: &generator))
      }
    }
  }

  /// One try, along redirects.
  private func follow(_ path: String, limit: UInt64, partial: PartialFile?) throws(TransferError) -> Answer.Result {
    guard var address = base.file(path) else { throw TransferError(.unusable, "\(base)/\(path): no address") }
    let deadline = NIODeadline.now() + .milliseconds(settings.limits.whole(limit))
    var visited: Set<WebAddress> = [address]
    while true {
      let result = try ask(address, limit: limit, partial: partial, deadline: deadline)
      guard case .redirect(let location) = result else { return result }
      guard let next = address.redirected(to: location) else {
        throw TransferError(.redirect, "\(address): sends to \"\(location.prefix(200))\", where nobody follows")
      }
      guard visited.insert(next).inserted, visited.count <= settings.limits.redirects + 1 else {
        throw TransferError(.redirect, "\(address): redirects without an end")
      }
      address = next
    }
  }

  private func ask(
    _ address: WebAddress, limit: UInt64, partial: PartialFile?, deadline: NIODeadline
  ) throws(TransferError) -> Answer.Result {
    let rest = partial?.rest(of: limit)
    let demand = Answer.Demand(address: address, limit: limit, file: partial.map { ($0, rest?.count ?? 0) })
    let client = try client(for: address)
    do {
      var request = try HTTPClient.Request(url: address.description)
      request.headers.add(name: "user-agent", value: Self.userAgent)
      request.headers.add(name: "accept-encoding", value: "identity")
      if let rest {
        request.headers.add(name: "range", value: "bytes=\(rest.count)-")
        request.headers.add(name: "if-range", value: rest.tag)
      }
      return try client.execute(request: request, delegate: Answer(demand), deadline: deadline).wait()
    } catch {
      return try Answer.outcome(error, demand)
    }
  }

  /// The client for an address: there is one for each proxy.
  private func client(for address: WebAddress) throws(TransferError) -> HTTPClient {
    let proxy = settings.proxies.proxy(for: address)
    if let client = clients[proxy] { return client }
    var configuration = HTTPClient.Configuration(
      tlsConfiguration: try settings.tls(),
      redirectConfiguration: .disallow,
      timeout: .init(
        connect: .milliseconds(settings.limits.connect), read: .milliseconds(settings.limits.idle),
        write: .milliseconds(settings.limits.idle)),
      proxy: proxy.map { proxy in
        .server(
          host: proxy.host, port: proxy.port,
          authorization: proxy.credentials.map { .basic(credentials: Data($0.utf8).base64EncodedString()) })
      },
      decompression: .disabled)
    configuration.httpVersion = .http1Only
    // It is this module that tries again, and waits before it does.
    configuration.connectionPool.retryConnectionEstablishment = false
    let client = HTTPClient(eventLoopGroupProvider: .shared(group), configuration: configuration)
    clients[proxy] = client
    return client
  }
}
#endif
