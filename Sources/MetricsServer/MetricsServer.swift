#if HTTP
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import Synchronization
public import TunnelMetrics

/// Serves a page of metrics at `/metrics` over HTTP, for scrapers.
///
/// Bounded: connections at a time, the time that one may be silent, the head of a request (80 KB, by the parser), and one
/// page at a time, which is asked for at most once a second however many read it.
public final class MetricsServer: Sendable {
  /// Connections at a time; more are closed at once.
  public static let connectionLimit = 32
  /// Seconds after which a silent connection is closed.
  public static let patience: Int64 = 15

  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  private let pages: Pages
  private let open = Atomic<Int>(0)

  /// A server of what `page` says. It is called on a thread of its own and may take its time.
  public init(_ page: @escaping @Sendable (MetricsFormat) -> String) { pages = Pages(page) }

  /// Serves until the task is cancelled; `ready` is told where. The files of sockets are removed before and afterwards.
  ///
  /// - Throws: what the system says to an address that cannot be had.
  public func run(at address: MetricsAddress, ready: @Sendable (String) -> Void = { _ in }) async throws {
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 32)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { [pages, self] channel in
        guard open.add(1, ordering: .relaxed).newValue <= Self.connectionLimit else {
          open.subtract(1, ordering: .relaxed)
          return channel.close()
        }
        channel.closeFuture.whenComplete { _ in self.open.subtract(1, ordering: .relaxed) }
        return channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          try pipeline.configureHTTPServerPipeline(withErrorHandling: true)
          try pipeline.addHandler(IdleStateHandler(allTimeout: .seconds(Self.patience)))
          try pipeline.addHandler(Conversation(pages))
        }
      }
    let listener: any Channel
    switch address {
    case .port(let host, let port): listener = try await bootstrap.bind(host: host, port: port).get()
    case .socket(let path):
      // Its owner's alone from its first moment, whoever is let in afterwards.
      let mask = umask(0o077)
      defer { umask(mask) }
      listener = try await bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
    }
    ready(Self.words(address, listener))
    try await withTaskCancellationHandler {
      try await listener.closeFuture.get()
    } onCancel: {
      listener.close(promise: nil)
    }
    if case .socket(let path) = address { try? FileManager.default.removeItem(atPath: path) }
  }

  deinit {
    group.shutdownGracefully { _ in }
  }

  /// Where it listens, with the port that it got.
  private static func words(_ address: MetricsAddress, _ listener: any Channel) -> String {
    switch address {
    case .socket(let path): "unix:\(path)"
    case .port(let host, let port):
      "http://\(host.contains(":") ? "[\(host)]" : host):\(listener.localAddress?.port ?? port)/metrics"
    }
  }
}

/// The newest page in each format, asked for on a thread of its own.
private final class Pages: Sendable {
  private struct Newest {
    var text = ""
    var made: NIODeadline?
  }

  private let page: @Sendable (MetricsFormat) -> String
  private let thread = NIOThreadPool(numberOfThreads: 1)
  private let newest = Mutex<[MetricsFormat: Newest]>([:])

  init(_ page: @escaping @Sendable (MetricsFormat) -> String) {
    self.page = page
    thread.start()
  }

  deinit {
    thread.shutdownGracefully { _ in }
  }

  /// A page that is no older than a second.
  func get(_ format: MetricsFormat, on loop: any EventLoop) -> EventLoopFuture<String> {
    thread.runIfActive(eventLoop: loop) { [self] in
      // One thread: who waited for another's page finds it here.
      if let found = newest.withLock({ $0[format] }), let made = found.made, made + .seconds(1) > .now() {
        return found.text
      }
      let text = page(format)
      newest.withLock { $0[format] = Newest(text: text, made: .now()) }
      return text
    }
  }
}

/// Requests and answers of one connection.
private final class Conversation: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let pages: Pages
  private var head: HTTPRequestHead?

  init(_ pages: Pages) { self.pages = pages }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): self.head = head
    // Nobody has a use for it.
    case .body: break
    case .end:
      guard let head else { return }
      self.head = nil
      answer(head, context)
    }
  }

  private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    let path = head.uri.prefix { $0 != "?" }
    guard head.method == .GET || head.method == .HEAD else {
      return send(.methodNotAllowed, "Only GET and HEAD.\n", head, context, fields: [("allow", "GET, HEAD")])
    }
    guard path == "/metrics" else {
      return send(path == "/" ? .ok : .notFound, "The metrics are at /metrics.\n", head, context)
    }
    let format = MetricsFormat(accept: head.headers["accept"].joined(separator: ","))
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    pages.get(format, on: context.eventLoop).whenComplete { result in
      let (conversation, context) = bound.value
      switch result {
      case .success(let text): conversation.send(.ok, text, head, context, type: format.contentType)
      case .failure: context.close(promise: nil)
      }
    }
  }

  private func send(
    _ status: HTTPResponseStatus, _ text: String, _ head: HTTPRequestHead, _ context: ChannelHandlerContext,
    type: String = "text/plain; charset=utf-8", fields: [(String, String)] = []
  ) {
    var headers = HTTPHeaders(fields)
    headers.add(name: "content-type", value: type)
    headers.add(name: "content-length", value: String(text.utf8.count))
    if !head.isKeepAlive { headers.add(name: "connection", value: "close") }
    context.write(
      wrapOutboundOut(.head(HTTPResponseHead(version: head.version, status: status, headers: headers))), promise: nil)
    if head.method != .HEAD {
      context.write(wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(string: text)))), promise: nil)
    }
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
      if !head.isKeepAlive { bound.value.close(promise: nil) }
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is IdleStateHandler.IdleStateEvent {
      context.close(promise: nil)
    } else {
      context.fireUserInboundEventTriggered(event)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
#endif
