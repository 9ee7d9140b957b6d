#if HTTP
import Foundation
import RolloutHTTP
import Synchronization
import Testing

/// Artifacts that are cut, and gone on with.
struct ResumeTests {
  private static let whole = String((0..<1000).map { Character(UnicodeScalar(UInt8(0x30 + $0 % 64))) })

  private func with(
    tries: Int = 1, _ script: @escaping @Sendable (String, Int) -> [Hostile.Step],
    _ body: (WebRepository, Hostile, String) throws -> Void
  ) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let server = try Hostile(script)
    defer { server.stop() }
    let repository = try WebRepository(server.address, settings: try HostileTests.settings(tries: tries))
    try body(repository, server, folder.path + "/57.part")
  }

  /// A server with the file, which cuts what it sends after so many bytes the first time.
  private static func server(cutAt count: Int, tag: String? = "\"v1\"") -> @Sendable (String, Int) -> [Hostile.Step] {
    { request, number in
      let tags = tag.map { "ETag: \($0)" } ?? "X: y"
      guard let range = header("range", of: request), let first = Int(range.dropFirst(6).dropLast()),
        header("if-range", of: request) == tag
      else {
        let body = number == 0 ? String(whole.prefix(count)) : whole
        return [.send(head("200 OK", "Content-Length: 1000", tags) + body)] + (number == 0 ? [.close] : [])
      }
      return [
        .send(
          head(
            "206 Partial Content", "Content-Length: \(1000 - first)", "Content-Range: bytes \(first)-999/1000", tags)
            + whole.dropFirst(first))
      ]
    }
  }

  private func text(_ place: String) -> String? { try? String(contentsOfFile: place, encoding: .utf8) }

  @Test func `an artifact that was cut is gone on with where it ended`() throws {
    try with(tries: 2, Self.server(cutAt: 400)) { repository, server, place in
      let isResumed = try repository.artifact("a", size: 1000, to: place)
      #expect(isResumed)
      #expect(text(place) == Self.whole)
      #expect(server.requests.count == 2)
      #expect(header("range", of: server.requests[1]) == "bytes=400-")
      #expect(header("if-range", of: server.requests[1]) == "\"v1\"")
      #expect(server.sent < 2000)
      #expect(!FileManager.default.fileExists(atPath: place + ".tag"))
    }
  }

  @Test func `another run goes on as well`() throws {
    try with(Self.server(cutAt: 999)) { repository, server, place in
      #expect(throws: TransferError.self) { try repository.artifact("a", size: 1000, to: place) }
      #expect(text(place) == String(Self.whole.prefix(999)))
      let isResumed = try repository.artifact("a", size: 1000, to: place)
      #expect(isResumed)
      #expect(text(place) == Self.whole)
    }
  }

  @Test(arguments: [nil, "W/\"v1\""] as [String?])
  func `without a strong tag the whole is asked for again`(_ tag: String?) throws {
    try with(tries: 2, Self.server(cutAt: 400, tag: tag)) { repository, server, place in
      let isResumed = try repository.artifact("a", size: 1000, to: place)
      #expect(!isResumed)
      #expect(text(place) == Self.whole)
      #expect(header("range", of: server.requests[1]) == nil)
    }
  }

  @Test func `a server that ignores the range, or has another file, sends the whole`() throws {
    try with(tries: 2) { _, number in
      let body = number == 0 ? String(repeating: "z", count: 400) : Self.whole
      return [.send(head("200 OK", "Content-Length: 1000", "ETag: \"v\(number)\"") + body)]
        + (number == 0 ? [.close] : [])
    } _: { repository, server, place in
      _ = try repository.artifact("a", size: 1000, to: place)
      #expect(text(place) == Self.whole)
      #expect(header("range", of: server.requests[1]) == "bytes=400-")
    }
  }

  @Test(arguments: [
    "bytes 0-599/1000", "bytes 400-998/1000", "bytes 400-999/1001", "bytes 401-999/1000", "bytes 400-999/*", "x",
  ])
  func `a part that is another than was asked for is not believed, and the whole is fetched`(_ range: String) throws {
    try with(tries: 2) { request, number in
      if number == 1 {
        return [.send(head("206 Partial Content", "Content-Range: \(range)", "Content-Length: 600")), .close]
      }
      return Self.server(cutAt: 400)(request, number)
    } _: { repository, server, place in
      let isResumed = try repository.artifact("a", size: 1000, to: place)
      #expect(!isResumed)
      #expect(text(place) == Self.whole)
      #expect(server.requests.count == 3 && header("range", of: server.requests[2]) == nil)
    }
  }

  @Test func `a range that cannot be satisfied brings the whole`() throws {
    try with(tries: 2) { request, number in
      number == 1
        ? [.send(head("416 Range Not Satisfiable", "Content-Length: 0"))] : Self.server(cutAt: 400)(request, number)
    } _: { repository, _, place in
      let isResumed = try repository.artifact("a", size: 1000, to: place)
      #expect(!isResumed)
      #expect(text(place) == Self.whole)
    }
  }

  @Test func `a tag that lies leads to bytes that nobody signed, and says that they were put together`() throws {
    // The digest is compared by whoever asked; what this layer owes it is to say that another try with the whole is worth it.
    try with(tries: 2) { request, number in
      if number == 0 {
        return [
          .send(head("200 OK", "Content-Length: 1000", "ETag: \"v1\"") + String(repeating: "z", count: 400)), .close,
        ]
      }
      return Self.server(cutAt: 0)(request, number)
    } _: { repository, _, place in
      let isResumed = try repository.artifact("a", size: 1000, to: place)
      #expect(isResumed)
      #expect(text(place) == String(repeating: "z", count: 400) + Self.whole.dropFirst(400))
      try FileManager.default.removeItem(atPath: place)
      let isResumedAgain = try repository.artifact("a", size: 1000, to: place)
      #expect(!isResumedAgain)
      #expect(text(place) == Self.whole)
    }
  }

  @Test(arguments: [(999, TransferError.Kind.wrongLength), (1001, .tooLong)])
  func `an artifact of another length is refused at once`(_ count: Int, _ kind: TransferError.Kind) throws {
    try with({ _, _ in [.send(head("200 OK", "Content-Length: \(count)")), .forever("x")] }) { repository, _, place in
      do throws(TransferError) {
        try repository.artifact("a", size: 1000, to: place)
        Issue.record("taken")
      } catch { #expect(error.kind == kind) }
      #expect(text(place) == nil)
    }
  }

  @Test func `T09 an endless artifact fills the disk with no more than was signed`() throws {
    try with({ _, _ in
      [
        .send(head("200 OK", "Transfer-Encoding: chunked")),
        .forever("100\r\n\(String(repeating: "x", count: 256))\r\n"),
      ]
    }) { repository, _, place in
      do throws(TransferError) {
        try repository.artifact("a", size: 1000, to: place)
        Issue.record("taken")
      } catch { #expect(error.kind == .tooLong) }
      #expect((text(place)?.utf8.count ?? 0) <= 1000)
    }
  }
}
#endif
