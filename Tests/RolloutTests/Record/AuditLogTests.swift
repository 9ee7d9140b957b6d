import Octets
import Rollout
import RolloutMetadata
import Testing

struct AuditLogTests {
  static func log(_ count: Int) -> (lines: [[UInt8]], head: Octets32) {
    var log = AuditLog()
    let lines = (0..<count).map { number in
      log.append(
        event: text("decided"), subject: text("driver \(number)"), detail: text("because \u{1}\"\\é"),
        at: World.now + Int64(number), boot: UInt64(number))
    }
    return (lines, log.head)
  }

  private func fault(_ lines: [[UInt8]], _ head: Octets32, from start: AuditLog = AuditLog()) -> AuditLog.Fault? {
    do throws(AuditLog.Fault) {
      _ = try AuditLog.verify(Array(lines.joined()), from: start, anchor: head)
      return nil
    } catch {
      return error
    }
  }

  @Test func `a log is read as it was written`() throws {
    let log = Self.log(5)
    let entries = try AuditLog.verify(Array(log.lines.joined()), anchor: log.head)
    #expect(entries.map(\.sequence) == [1, 2, 3, 4, 5])
    #expect(entries[4].subject == text("driver 4") && entries[4].at == World.now + 4)
    #expect(try AuditLog.verify([], anchor: Octets32(repeating: 0)).isEmpty)
  }

  @Test func `T36 each line that is edited, deleted, moved or cut off shows, and where`() {
    let log = Self.log(6)
    for place in 0..<6 {
      for byte in log.lines[place].indices {
        var lines = log.lines
        lines[place][byte] ^= 1
        #expect(fault(lines, log.head) == .line(place + 1), "line \(place + 1), byte \(byte)")
      }
      var shorter = log.lines
      shorter.remove(at: place)
      #expect(fault(shorter, log.head) == (place == 5 ? .end : .line(place + 1)))
      if place < 5 {
        var moved = log.lines
        moved.swapAt(place, place + 1)
        #expect(fault(moved, log.head) == .line(place + 1))
      }
      #expect(fault(Array(log.lines.prefix(place)), log.head) == .end)
      var torn = log.lines
      torn[place].removeLast()
      #expect(fault(Array(torn.prefix(place + 1)), log.head) == .line(place + 1))
    }
    // A whole log that somebody else wrote from the beginning.
    var forged = AuditLog()
    let line = forged.append(event: text("nothing"), subject: [], detail: [], at: World.now, boot: 0)
    #expect(fault([line], log.head) == .end)
  }

  @Test func `a rotated file goes on where the one before ended`() {
    let log = Self.log(4)
    var start = AuditLog()
    for number in 0..<2 {
      _ = start.append(
        event: text("decided"), subject: text("driver \(number)"), detail: text("because \u{1}\"\\é"),
        at: World.now + Int64(number), boot: UInt64(number))
    }
    #expect(fault(Array(log.lines.suffix(2)), log.head, from: start) == nil)
    #expect(fault(Array(log.lines.suffix(2)), log.head) == .line(1))
  }

  @Test func `long texts are cut to a line's length`() {
    var log = AuditLog()
    let long = [UInt8](repeating: UInt8(ascii: "\""), count: 100_000)
    let line = log.append(event: long, subject: long, detail: long, at: World.now, boot: 0)
    #expect(line.count <= AuditLog.lineLimit)
    #expect(fault([line], log.head) == nil)
  }
}
