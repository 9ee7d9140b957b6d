#if HTTP
import Foundation
import RolloutHTTP
import Testing

/// T02, T09, T10: servers that want a client's memory, time or trust.
struct HostileTests {
  /// Quick to give up, so that tests are.
  static func settings(tries: Int = 1) throws -> WebSettings {
    var settings = try WebSettings(environment: [:])
    settings.limits = TransferLimits(connect: 2000, idle: 400, base: 1500, leastRate: 1 << 20)
    settings.backoff = Backoff(base: 1, cap: 2, tries: tries)
    return settings
  }

  /// What a client comes to at a server that follows a script: a document of at most 1000 bytes.
  private func document(
    tries: Int = 1, _ script: @escaping @Sendable (String, Int) -> [Hostile.Step],
    _ check: (Hostile) throws -> Void = { _ in }
  ) throws -> Result<[UInt8]?, TransferError> {
    let server = try Hostile(script)
    defer { server.stop() }
    let repository = try WebRepository(server.address, settings: try Self.settings(tries: tries))
    let result: Result<[UInt8]?, TransferError>
    do throws(TransferError) {
      result = .success(try repository.document("timestamp.json", limit: 1000))
    } catch {
      result = .failure(error)
    }
    try check(server)
    return result
  }

  private func kind(_ result: Result<[UInt8]?, TransferError>) -> TransferError.Kind? {
    if case .failure(let error) = result { return error.kind }
    return nil
  }

  @Test func `T37 an honest answer is read, and nothing about the machine is said`() throws {
    let result = try document { _, _ in
      [.send(head("200 OK", "Content-Length: 5") + "hello")]
    } _: { server in
      let request = try #require(server.requests.first)
      let names = request.split(separator: "\r\n").dropFirst().compactMap {
        $0.split(separator: ":").first?.lowercased()
      }
      #expect(Set(names).isSubset(of: ["host", "user-agent", "accept-encoding", "connection"]), "\(names)")
      #expect(header("user-agent", of: request) == "needletail")
      #expect(header("accept-encoding", of: request) == "identity")
      #expect(request.hasPrefix("GET /r/timestamp.json HTTP/1.1\r\n"))
    }
    #expect(try result.get() == Array("hello".utf8))
  }

  @Test func `a cookie is not sent back`() throws {
    let server = try Hostile { _, _ in [.send(head("200 OK", "Content-Length: 2", "Set-Cookie: id=7; Path=/") + "ok")] }
    defer { server.stop() }
    let repository = try WebRepository(server.address, settings: try Self.settings())
    for _ in 0..<2 { _ = try repository.document("x.json", limit: 10) }
    #expect(server.requests.count == 2 && server.requests.allSatisfy { header("cookie", of: $0) == nil })
  }

  @Test(arguments: ["404 Not Found", "410 Gone"])
  func `a file that is not there is nil`(_ status: String) throws {
    let result = try document { _, _ in [.send(head(status, "Content-Length: 0"))] }
    let file = try result.get()
    #expect(file == nil)
  }

  @Test func `T09 a body as long as it may be is taken, one byte more is not`() throws {
    for (count, isTaken) in [(1000, true), (1001, false)] {
      let body = String(repeating: "x", count: count)
      for answer in [
        head("200 OK", "Content-Length: \(count)") + body,
        head("200 OK", "Transfer-Encoding: chunked") + String(count, radix: 16) + "\r\n" + body + "\r\n0\r\n\r\n",
      ] {
        let result = try document { _, _ in [.send(answer)] }
        #expect((try? result.get()?.count) == (isTaken ? count : nil))
        #expect(kind(result) == (isTaken ? nil : .tooLong))
      }
    }
  }

  @Test func `a longer length is refused before any of the body is read`() throws {
    let result = try document { _, _ in
      [.send(head("200 OK", "Content-Length: 1001")), .wait(milliseconds: 300), .forever("x")]
    } _: { server in
      #expect(server.sent < 200)
    }
    #expect(kind(result) == .tooLong)
  }

  @Test func `T09 an endless body ends with what the file may have`() throws {
    let piece = String(repeating: "x", count: 65_536)
    let result = try document { _, _ in
      [.send(head("200 OK", "Transfer-Encoding: chunked")), .forever("10000\r\n\(piece)\r\n")]
    } _: { server in
      // What lies in the buffers of two sockets, and not gigabytes.
      #expect(server.sent < 16 << 20)
    }
    #expect(kind(result) == .tooLong)
  }

  @Test func `T09 headers without an end are refused`() throws {
    for line in ["X-Filler: \(String(repeating: "y", count: 1000))\r\n", "z"] {
      let result = try document { _, _ in
        [.send("HTTP/1.1 200 OK\r\n"), .forever(line)]
      } _: { server in
        #expect(server.sent < 16 << 20)
      }
      #expect(kind(result) == .unreachable || kind(result) == .tooSlow)
    }
  }

  @Test func `T09 a body that drips in, or stops, is given up in time`() throws {
    let start = ContinuousClock.now
    let drip = try document { _, _ in
      [.send(head("200 OK", "Content-Length: 900")), .drip(String(repeating: "x", count: 900), every: 50)]
    }
    #expect(kind(drip) == .tooSlow)
    let silence = try document { _, _ in [.send(head("200 OK", "Content-Length: 900")), .wait(milliseconds: 5000)] }
    #expect(kind(silence) == .tooSlow)
    let slowHead = try document { _, _ in [.drip(head("200 OK", "X: " + String(repeating: "y", count: 500)), every: 50)]
    }
    #expect(kind(slowHead) == .tooSlow)
    #expect(ContinuousClock.now - start < .seconds(20))
  }

  @Test func `nothing is unpacked`() throws {
    // 20 bytes that gzip makes a megabyte of would be enough.
    for coding in ["gzip", "deflate", "br", "GZIP", "identity, gzip"] {
      let result = try document { _, _ in
        [.send(head("200 OK", "Content-Length: 4", "Content-Encoding: \(coding)") + "abcd")]
      }
      #expect(kind(result) == .unexpected, "\(coding)")
    }
    let packed = try document { _, _ in
      [.send(head("200 OK", "Transfer-Encoding: gzip, chunked") + "4\r\nabcd\r\n0\r\n\r\n")]
    }
    #expect(kind(packed) == .unexpected || kind(packed) == .unreachable)
  }

  @Test func `redirects are followed a few times and not in circles`() throws {
    let chain = try document { request, number in
      let path = request.split(separator: " ")[1]
      if number == 4 { return [.send(head("200 OK", "Content-Length: 2") + "ok")] }
      return [.send(head("302 Found", "Location: \(path)x", "Content-Length: 0"))]
    }
    #expect(try chain.get() == Array("ok".utf8))
    let long = try document { request, _ in
      [.send(head("302 Found", "Location: \(request.split(separator: " ")[1])x", "Content-Length: 0"))]
    } _: {
      #expect($0.requests.count == 5)
    }
    #expect(kind(long) == .redirect)
    let circle = try document { _, _ in
      [.send(head("301 Moved", "Location: /r/timestamp.json", "Content-Length: 0"))]
    } _: {
      #expect($0.requests.count == 1)
    }
    #expect(kind(circle) == .redirect)
    for location in ["ftp://127.0.0.1/", "file:///etc/passwd", "http://", "javascript:1"] {
      let nowhere = try document { _, _ in [.send(head("302 Found", "Location: \(location)", "Content-Length: 0"))] }
      #expect(kind(nowhere) == .redirect, "\(location)")
    }
  }

  @Test func `what may go better is tried again, what cannot is not`() throws {
    let later = try document(tries: 3) { _, number in
      number < 2
        ? [.send(head("503 Later", "Content-Length: 0"))] : [.send(head("200 OK", "Content-Length: 2") + "ok")]
    } _: {
      #expect($0.requests.count == 3)
    }
    #expect(try later.get() == Array("ok".utf8))
    let cut = try document(tries: 2) { _, number in
      [.send(head("200 OK", "Content-Length: 4") + (number == 0 ? "ab" : "abcd"))] + (number == 0 ? [.close] : [])
    }
    #expect(try cut.get() == Array("abcd".utf8))
    for (status, count) in [("503 Later", 3), ("403 No", 1), ("200 OK\r\nContent-Length: 2000", 1)] {
      _ = try document(tries: 3) { _, _ in
        [.send(head(status, "X: y"))] + [.close]
      } _: {
        #expect($0.requests.count == count, "\(status)")
      }
    }
  }

  @Test func `garbage, and answers cut short, are no answers`() throws {
    for text in [
      "SSH-2.0-OpenSSH\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "HTTP/9.9 banana\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", "",
      "HTTP/1.1 206 Partial\r\nContent-Range: bytes 1-4/5\r\nContent-Length: 4\r\n\r\nabcd",
    ] {
      let result = try document { _, _ in text.isEmpty ? [.close] : [.send(text), .close] }
      #expect(kind(result) == .unreachable || kind(result) == .unexpected, "\(text): \(result)")
    }
  }

  @Test func `a proxy is asked for what is behind it, and told the password that is meant for it`() throws {
    let proxy = try Hostile { request, _ in
      if request.hasPrefix("CONNECT releases.invalid:443") {
        return [.send(head("403 No", "Content-Length: 0")), .close]
      }
      return [.send(request.hasPrefix("CONNECT") ? head("200 OK") : head("200 OK", "Content-Length: 2") + "ok")]
    }
    defer { proxy.stop() }
    var settings = try Self.settings()
    settings.proxies = try ProxyRule(policy: "http://me:word@127.0.0.1:\(proxy.port)", environment: [:])
    let plain = try WebRepository("http://releases.invalid/r", settings: settings)
    let file = try plain.document("x.json", limit: 10)
    #expect(file == Array("ok".utf8))
    let secure = try WebRepository("https://releases.invalid/r", settings: settings)
    #expect(throws: TransferError.self) { _ = try secure.document("x.json", limit: 10) }
    #expect(
      proxy.requests.compactMap { $0.split(separator: "\r\n").first } == [
        "CONNECT releases.invalid:80 HTTP/1.1", "GET /r/x.json HTTP/1.1", "CONNECT releases.invalid:443 HTTP/1.1",
      ])
    let passwords = proxy.requests.map { header("proxy-authorization", of: $0) }
    #expect(passwords == ["Basic bWU6d29yZA==", nil, "Basic bWU6d29yZA=="])
  }

  @Test func `nobody at the address is said as such`() throws {
    let server = try Hostile { _, _ in [] }
    let address = server.address
    server.stop()
    let repository = try WebRepository(address, settings: try Self.settings(tries: 2))
    #expect(throws: TransferError.self) { _ = try repository.document("x", limit: 10) }
  }
}
#endif
