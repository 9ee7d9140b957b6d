#if HTTP
internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import Synchronization

/// One answer of a server: judged by its head before any of its body is read, and cut where it is longer than it may be.
final class Answer: HTTPClientResponseDelegate {
  typealias Response = Result

  /// What is wanted.
  struct Demand {
    /// Its address, for what is said of it.
    let address: WebAddress
    /// The most bytes the file may have.
    let limit: UInt64
    /// Where it is written and from where on it is wanted; nil when it is a document of at most `limit` bytes. A file that
    /// is written has exactly that many.
    let file: (partial: PartialFile, offset: UInt64)?
  }

  /// What came of it.
  enum Result: Sendable {
    case document([UInt8])
    case stored
    case missing
    case redirect(String)
  }

  /// Ends an answer of which the head said all.
  private struct Ended: Error { let result: Result }

  private struct State {
    var document: [UInt8] = []
    var file: FileHandle?
    /// Bytes of the file that are there, those of earlier tries included.
    var count: UInt64 = 0
  }

  private let demand: Demand
  private let state = Mutex(State())

  init(_ demand: Demand) { self.demand = demand }

  func didReceiveHead(task: HTTPClient.Task<Result>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
    do {
      try begin(head)
      return task.eventLoop.makeSucceededVoidFuture()
    } catch {
      return task.eventLoop.makeFailedFuture(error)
    }
  }

  private func begin(_ head: HTTPResponseHead) throws {
    switch head.status.code {
    case 200: try beginWhole(head)
    case 206: try beginPart(head)
    case 301, 302, 303, 307, 308: throw Ended(result: .redirect(head.headers.first(name: "location") ?? ""))
    case 404, 410: throw Ended(result: .missing)
    case 416: throw TransferError(.noSuchRange, "\(demand.address): the server has not what was asked for")
    case 408, 429, 500...599:
      throw TransferError(.unavailable, "\(demand.address): the server says \(head.status.code)")
    default: throw TransferError(.unexpected, "\(demand.address): the server says \(head.status.code)")
    }
  }

  private func beginWhole(_ head: HTTPResponseHead) throws(TransferError) {
    try checkCoding(head)
    if let announced = try length(head) {
      if demand.file != nil && announced != demand.limit {
        throw TransferError(
          announced > demand.limit ? .tooLong : .wrongLength,
          "\(demand.address): \(announced) bytes are announced, \(demand.limit) are signed")
      }
      if announced > demand.limit {
        throw TransferError(
          .tooLong, "\(demand.address): \(announced) bytes are announced; it may have \(demand.limit)")
      }
    }
    guard let file = demand.file else { return }
    let handle = try file.partial.opened(at: 0, tag: head.headers.first(name: "etag"))
    state.withLock { $0.file = handle }
  }

  private func beginPart(_ head: HTTPResponseHead) throws(TransferError) {
    try checkCoding(head)
    guard let file = demand.file, file.offset > 0 else {
      throw TransferError(.unexpected, "\(demand.address): a part came where the whole was asked for")
    }
    let range = ContentRange(head.headers.first(name: "content-range") ?? "")
    let announced = try length(head)
    guard let range, range.first == file.offset, range.last == demand.limit - 1, range.total == demand.limit,
      announced == nil || announced == demand.limit - file.offset
    else { throw TransferError(.unexpected, "\(demand.address): another part came than was asked for") }
    let handle = try file.partial.opened(at: file.offset, tag: nil)
    state.withLock {
      $0.file = handle
      $0.count = file.offset
    }
  }

  /// Nothing is unpacked: what was signed is what is sent.
  private func checkCoding(_ head: HTTPResponseHead) throws(TransferError) {
    for coding in head.headers[canonicalForm: "content-encoding"] where coding.lowercased() != "identity" {
      throw TransferError(.unexpected, "\(demand.address): the body is packed, and nobody asked for that")
    }
    for coding in head.headers[canonicalForm: "transfer-encoding"] where coding.lowercased() != "chunked" {
      throw TransferError(.unexpected, "\(demand.address): the body is packed for its way, and nobody asked for that")
    }
  }

  private func length(_ head: HTTPResponseHead) throws(TransferError) -> UInt64? {
    let texts = head.headers["content-length"]
    guard let first = texts.first else { return nil }
    guard texts.count == 1, let length = ContentRange.number(first) else {
      throw TransferError(.unexpected, "\(demand.address): a length that is none")
    }
    return length
  }

  func didReceiveBodyPart(task: HTTPClient.Task<Result>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
    do {
      try take(buffer)
      return task.eventLoop.makeSucceededVoidFuture()
    } catch {
      return task.eventLoop.makeFailedFuture(error)
    }
  }

  private func take(_ buffer: ByteBuffer) throws(TransferError) {
    let demand = demand
    let failure: TransferError? = state.withLock { state in
      state.count += UInt64(buffer.readableBytes)
      guard state.count <= demand.limit else {
        return TransferError(.tooLong, "\(demand.address): more than the \(demand.limit) bytes it may have")
      }
      guard let file = state.file else {
        state.document += buffer.readableBytesView
        return nil
      }
      do {
        try file.write(contentsOf: Data(buffer.readableBytesView))
        return nil
      } catch {
        return TransferError(.storage, "\(demand.address): cannot be kept: \((error as NSError).localizedDescription)")
      }
    }
    if let failure { throw failure }
  }

  func didFinishRequest(task: HTTPClient.Task<Result>) throws -> Result {
    let demand = demand
    return try state.withLock { state throws(TransferError) in
      guard let file = state.file else { return .document(state.document) }
      try? file.close()
      guard state.count == demand.limit else {
        throw TransferError(.cut, "\(demand.address): \(state.count) of \(demand.limit) bytes came")
      }
      return .stored
    }
  }

  func didReceiveError(task: HTTPClient.Task<Result>, _ error: any Error) {
    state.withLock { try? $0.file?.close() }
  }

  /// What an answer's end comes to: a result, or why there is none.
  static func outcome(_ error: any Error, _ demand: Demand) throws(TransferError) -> Result {
    switch error {
    case let ended as Ended: return ended.result
    case let error as TransferError: throw error
    case let error as HTTPClientError: throw reason(error, demand)
    case is HTTPParserError: throw TransferError(.unreachable, "\(demand.address): the answer is no HTTP (\(error))")
    default: throw TransferError(.unreachable, "\(demand.address): \(error)")
    }
  }

  private static func reason(_ error: HTTPClientError, _ demand: Demand) -> TransferError {
    switch error {
    case .deadlineExceeded: TransferError(.tooSlow, "\(demand.address): not all of it came in time")
    case .readTimeout: TransferError(.tooSlow, "\(demand.address): the server went silent")
    case .connectTimeout, .tlsHandshakeTimeout, .httpProxyHandshakeTimeout, .getConnectionFromPoolTimeout:
      TransferError(.tooSlow, "\(demand.address): nobody answered in time")
    default: TransferError(.unreachable, "\(demand.address): \(error)")
    }
  }
}
#endif
