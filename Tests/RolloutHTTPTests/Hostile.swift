#if HTTP
import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// A server that answers each request by a script, byte for byte, whatever HTTP says.
final class Hostile: Sendable {
  /// What is done to a connection once a request has come.
  enum Step: Sendable {
    case send(String)
    /// The same piece again and again until the other side has had enough; counts what went.
    case forever(String)
    /// A byte each so many milliseconds.
    case drip(String, every: Int64)
    case wait(milliseconds: Int64)
    case close
  }

  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  private let listener: any Channel
  private let record: Record

  /// What was asked for and what was sent.
  private final class Record: Sendable {
    private struct Seen {
      var requests: [String] = []
      var sent = 0
    }
    private let seen = Mutex(Seen())
    var requests: [String] { seen.withLock(\.requests) }
    var sent: Int { seen.withLock(\.sent) }

    func note(request: String) -> Int {
      seen.withLock {
        $0.requests.append(request)
        return $0.requests.count - 1
      }
    }

    func note(sent count: Int) { seen.withLock { $0.sent += count } }
  }

  /// The heads of the requests, in order.
  var requests: [String] { record.requests }
  /// Bytes that were handed to the system.
  var sent: Int { record.sent }
  var port: Int { listener.localAddress?.port ?? 0 }
  var address: String { "http://127.0.0.1:\(port)/r" }

  /// Serves; `script` is given a request's head and how many came before it.
  init(_ script: @escaping @Sendable (String, Int) -> [Step]) throws {
    let record = Record()
    self.record = record
    listener = try ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 16)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Handler(record, script))
        }
      }
      .bind(host: "127.0.0.1", port: 0).wait()
  }

  func stop() {
    try? listener.close().wait()
    try? group.syncShutdownGracefully()
  }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let record: Record
    private let script: @Sendable (String, Int) -> [Step]
    private var head = ""

    init(_ record: Record, _ script: @escaping @Sendable (String, Int) -> [Step]) {
      self.record = record
      self.script = script
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      head += String(decoding: unwrapInboundIn(data).readableBytesView, as: UTF8.self)
      guard head.hasSuffix("\r\n\r\n") else { return }
      let steps = script(head, record.note(request: head))
      head = ""
      Self.go(steps[...], context.channel, record)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    static func go(_ steps: ArraySlice<Step>, _ channel: any Channel, _ record: Record) {
      guard let step = steps.first, channel.isActive else { return }
      let rest = steps.dropFirst()
      func send(_ text: String, then body: @escaping @Sendable () -> Void) {
        channel.writeAndFlush(ByteBuffer(string: text)).whenSuccess {
          record.note(sent: text.utf8.count)
          // Not at once: a piece that the system takes without a wait would be a call deeper each.
          channel.eventLoop.execute(body)
        }
      }
      switch step {
      case .send(let text): send(text) { go(rest, channel, record) }
      case .forever(let text): send(text) { go(steps, channel, record) }
      case .drip(let text, let pause):
        guard let first = text.first else { return go(rest, channel, record) }
        send(String(first)) {
          channel.eventLoop.scheduleTask(in: .milliseconds(pause)) {
            go([.drip(String(text.dropFirst()), every: pause)] + rest, channel, record)
          }
        }
      case .wait(let pause): channel.eventLoop.scheduleTask(in: .milliseconds(pause)) { go(rest, channel, record) }
      case .close: channel.close(promise: nil)
      }
    }
  }
}

/// A head of an answer.
func head(_ status: String, _ headers: String...) -> String {
  "HTTP/1.1 \(status)\r\n" + headers.map { $0 + "\r\n" }.joined() + "\r\n"
}

/// The value of a header of a request; nil when it has none.
func header(_ name: String, of request: String) -> String? {
  for line in request.split(separator: "\r\n") where line.lowercased().hasPrefix(name + ":") {
    return line.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces)
  }
  return nil
}
#endif
