import Foundation
import Octets
import RolloutMetadata
import Testing

/// A publisher's first day, by the program: keys, two releases, a tenth of the fleet, a halt, a client's view.
struct StoryTests {
  /// Built into the folder of the test bundle.
  static let program = URL(
    fileURLWithPath: (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "/"
  ).deletingLastPathComponent().appending(path: "needletail")

  /// A folder in which the program runs.
  private final class Place {
    let folder = FileManager.default.temporaryDirectory.appending(path: "story-" + UUID().uuidString)

    init() throws {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for name in ["needletail-1.tar", "needletail-2.tar", "notes", "run"] {
        try Data(name.utf8).write(to: folder.appending(path: name))
      }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Runs `needletail release …`; returns its status and what it wrote.
    func release(_ line: String) throws -> (status: Int32, output: String, errors: String) {
      let process = Process()
      process.executableURL = StoryTests.program
      process.arguments = ["release"] + line.split(separator: " ").map(String.init)
      process.currentDirectoryURL = folder
      let places = [".out", ".err"].map { folder.appending(path: $0) }
      for place in places { try Data().write(to: place) }
      process.standardOutput = try FileHandle(forWritingTo: places[0])
      process.standardError = try FileHandle(forWritingTo: places[1])
      process.standardInput = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      let texts = try places.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
      return (process.terminationStatus, texts[0], texts[1])
    }

    func expect(_ line: String, _ status: Int32 = 0, says text: String = "") throws {
      let result = try release(line)
      #expect(result.status == status, "\(line): \(result.output) \(result.errors)")
      #expect(
        text.isEmpty || (result.output + result.errors).contains(text), "\(line): \(result.output) \(result.errors)")
    }
  }

  @Test func `a publisher's first day goes as the documents say`() throws {
    let place = try Place()
    for name in ["r1", "r2", "r3", "a", "b", "c", "ts", "sn", "br1", "br2", "ev", "boss", "ops", "author"] {
      try place.expect("keys new \(name)")
    }
    try place.expect("keys new a", 1, says: "never overwritten")
    let roles = "root=r1 root=r2 root=r3 releases=a releases=b releases=c timestamp=ts snapshot=sn brake=br1 brake=br2"
    let keys = (roles + " evidence=ev").split(separator: " ").map { "--key \($0)" }.joined(separator: " ")
    try place.expect(
      "repo init --root w \(keys.replacing("timestamp=ts", with: "timestamp=a"))", 40, says: "share no key")
    try place.expect("repo init --root w --key root=r1", 2, says: "no key for the role")
    try place.expect("repo init --root w \(keys)", says: "signed by 0 of 2 keys")
    let publish = "repo publish --root w --timestamp-key ts --snapshot-key sn"
    try place.expect("repo sign --root w --key r1")
    try place.expect(publish, 24, says: "too few signatures")
    try place.expect("repo sign --root w --key a", 24, says: "has no say")
    try place.expect("repo sign --root w --key r3 --json", says: #""signatures":2"#)
    try place.expect(publish, says: "published 1.root.json")
    for serial in [1, 2] {
      try place.expect(
        "repo add --root w portable \(serial) --version 1.\(serial).0 --notes notes --recipe make "
          + "--file tar:linux:x86_64:needletail-\(serial).tar")
    }
    try place.expect("advance --root w portable 3 --to 1", 1, says: "not among the releases")
    try place.expect("advance --root w portable 2 --to 1000 --key a", 1, says: "none of 2 passed in the last 7 days")
    try place.expect("advance --root w portable 2 --to 100000 --key a --key c", 1, says: "100000 is no step above 0")
    try place.expect(
      "advance --root w portable 2 --to 100000 --key a --despite beginnings", 1, says: "two different --key")
    try place.expect(
      "advance --root w portable 2 --to 100000 --key a --key c --despite beginnings", says: "taken all the same")
    try place.expect("repo sign --root w --key a --key c")
    try place.expect("repo status --root w", says: "rollout 1: ready to be published")
    try place.expect(publish, says: "published timestamp.json")
    try place.expect("repo verify --root w", says: "stable portable 2: 100000 ppm")
    try place.expect("halt --root w portable 2 --reason NT-1 --key a", 24, says: "not a brake key")
    try place.expect("halt --root w portable 2 --reason NT-1 --key br2 --timestamp-key ts")
    try place.expect("repo verify --root w --json", says: #""ppm":0,"rolloutPPM":100000"#)
    try place.expect("hold list --root w", says: "NT-1: portable 2 at 0 ppm")
    try place.expect(
      #"hold add --root w H1 --component portable --serials 1-2 --predicate {"eq":["arch","arm64"]} --key br1 --days 7"#
    )
    try place.expect("hold add --root w H2 --component portable --serials 1-2 --predicate nonsense", 26)
    try place.expect("repo verify --root w", says: "hold H1: portable 1 to 2")
    try place.expect("lift --root w NT-9 --key a", 1, says: "nothing is held")
    try place.expect("lift --root w NT-1 --key a --key b")
    try place.expect(publish)
    try place.expect("repo verify --root w", says: "stable portable 2: 100000 ppm")
    // Evidence and reports.
    try place.expect(
      "report new --root w R1 --component portable --serial 2 --source someone --text notes", says: "draft evidence 1")
    try place.expect("report close --root w R1 --state fixed", 2, says: "--fixed-in")
    try place.expect("report close --root w R1 --state fixed --fixed-in 3")
    try place.expect("report list --root w", says: "fixed since")
    try place.expect(
      "evidence record --root w portable 2 --installs 10 --install-days 30 --built-at 2026-01-01T00:00:00Z --test-run run "
        + "--recipe make")
    try place.expect("repo sign --root w --key ev")
    try place.expect(publish, says: "1.evidence.json")
    try place.expect("evidence show --root w", says: "10 installs")
    try steps(place, publish)
    try evidencePack(place)
    // A machine without a network.
    try place.expect("bundle export --root w --output b.tar", says: "files of")
    try place.expect("bundle import b.tar --trust w/repo/1.root.json --to offline", says: "freshness unknown since")
    try place.expect("bundle import b.tar --trust offline/trusted.json", says: "as signed")
    try place.expect("bundle import notes --trust w/repo/1.root.json", 50, says: "not a bundle")
    let bundle = place.folder.appending(path: "b.tar")
    try (Data(contentsOf: bundle) + [0]).write(to: bundle)
    try place.expect("bundle import b.tar --trust w/repo/1.root.json", 50, says: "follows the end")
    // An organisation's request.
    try place.expect(
      "cr new --root w CR-1 --output cr.json --organisation treasury --component portable --serial 2 --approver boss=boss "
        + "--approver ops=ops --evidence notes --key author", says: "waits for boss, ops")
    let known = "--key boss --key ops --key author"
    try place.expect("cr verify cr.json \(known)", 14, says: "missing boss, ops")
    try place.expect("cr approve cr.json --output v1.json --key author", 17, says: "not the key of an approver")
    try place.expect("cr approve cr.json --output v1.json --key boss")
    try place.expect("cr verify cr.json v1.json \(known)", 14, says: "missing ops")
    try place.expect("cr approve cr.json --output v2.json --key ops")
    try place.expect("cr verify cr.json v1.json v2.json \(known)", says: "CR-1: approved")
    try place.expect("cr verify cr.json v1.json v2.json --key boss --key ops", 24)
  }

  /// Steps that the gate lets through, keeps waiting, and wants halted.
  private func steps(_ place: Place, _ publish: String) throws {
    let now = Date().formatted(.iso8601)
    try place.expect(
      "evidence record --root w portable 1 --installs 0 --install-days 0 --built-at 2026-01-01T00:00:00Z --drilled-at "
        + "\(now) --test-run run --recipe make")
    try place.expect("repo sign --root w --key ev")
    // Mended in a later one, it holds every earlier one back.
    try place.expect("advance --root w portable 1 --to 1000 --key a", 1, says: "1 blocking: R1")
    try place.expect("report close --root w R1 --state fixed --fixed-in 1")
    try place.expect("repo sign --root w --key ev")
    // What waits for being published counts for nothing.
    try place.expect("advance --root w portable 1 --to 1000 --key a", 1, says: "none of 1 passed")
    try place.expect(publish)
    try place.expect("advance --root w portable 1 --to 1000 --key a", says: "1 of 2 release keys")
    try place.expect("repo sign --root w --key c")
    try place.expect(publish)
    try place.expect(
      "advance --root w portable 1 --to 10000 --key a --key c", 1, says: "24h needed, 0h since this step began")
    try place.expect("advance --root w portable 1 --to 500 --key a --key c", says: "ready to be published")
    try place.expect(publish)
    try place.expect(
      "report new --root w R2 --component portable --serial 1 --source someone --reproduced --text notes")
    try place.expect("repo sign --root w --key ev")
    try place.expect(publish)
    try place.expect(
      "advance --root w portable 1 --to 1000 --key a --key c --despite hope", 12,
      says: "halt it: `release halt portable 1`")
    let kept = try FileManager.default.contentsOfDirectory(atPath: place.folder.appending(path: "w/gate").path)
    #expect(kept.contains { $0.hasPrefix("portable-1-stable-1000-") && $0.hasSuffix(".ledger.json") })
  }

  /// What an organisation is shown: the same bytes for everybody, and nothing that was not signed.
  private func evidencePack(_ place: Place) throws {
    let export = "evidence export --root w portable 1 --attach notes --attach other --output "
    try Data("other\n".utf8).write(to: place.folder.appending(path: "other"))
    try place.expect(export + "p.tar", says: "portable 1 as of")
    Thread.sleep(forTimeInterval: 1.1)
    try place.expect(export + "q.tar")
    let pack = place.folder.appending(path: "p.tar")
    let bytes = try Data(contentsOf: pack)
    #expect(try bytes == Data(contentsOf: place.folder.appending(path: "q.tar")))
    let verify = "evidence verify p.tar --component portable --serial 1 --trust w/repo/1.root.json"
    for text in [
      "attached/notes: the signed release notes", "attached/other: nobody signed it",
      "report    R2: serial 1, blocking",
      "gate      targetPPM: the step after 500", "build     make", "drill     20",
    ] { try place.expect(verify, says: text) }
    // Of another serial it is no evidence.
    try place.expect(verify.replacing("--serial 1", with: "--serial 2"), 50, says: "not what follows")
    // One word of the summary changed, with a list that fits it: only the signed metadata tell.
    var forged = bytes
    let word = try #require(forged.range(of: Data("R2: serial 1, blocking".utf8)))
    forged.replaceSubrange(word, with: Data("R2: serial 9, blocking".utf8))
    try forged.write(to: pack)
    try place.expect(verify, 50, says: "not the file that the bundle's list names")
    try refit(&forged, place)
    try forged.write(to: pack)
    try place.expect(verify, 50, says: "not what follows from the signed metadata")
    try bytes.dropLast().write(to: pack)
    try place.expect(verify, 50)
  }

  /// Puts the digest of the changed summary into the list, which nobody signed; it stays as long as it was.
  private func refit(_ pack: inout Data, _ place: Place) throws {
    var members: [(name: String, start: Int, size: Int)] = []
    var offset = 0
    while offset + 512 <= pack.count, pack[offset] != 0 {
      func text(_ range: Range<Int>) -> String {
        String(
          decoding: pack[(offset + range.lowerBound)..<(offset + range.upperBound)].prefix { $0 != 0 }, as: UTF8.self)
      }
      let size = Int(text(124..<135), radix: 8) ?? 0
      members.append((text(0..<100), offset + 512, size))
      offset += 512 + (size + 511) / 512 * 512
    }
    let summary = try #require(members.first { $0.name == "evidence/summary.txt" })
    let list = try #require(members.first)
    let digest = blake2b256(Array(pack[summary.start..<(summary.start + summary.size)])).hexadecimal
    let text = String(decoding: pack[list.start..<(list.start + list.size)], as: UTF8.self)
    let entry = try #require(text.range(of: #"","path":"evidence/summary.txt""#))
    let old = text[..<entry.lowerBound].suffix(64)
    let new = text.replacing(old, with: String(decoding: digest, as: UTF8.self))
    pack.replaceSubrange(list.start..<(list.start + list.size), with: Data(new.utf8))
  }

  @Test func `a repository that was tampered with is told by its status`() throws {
    let place = try Place()
    for name in ["r1", "r2", "a", "b", "ts", "sn", "br", "ev"] { try place.expect("keys new \(name)") }
    try place.expect(
      "repo init --root w --key root=r1 --key root=r2 --key releases=a --key releases=b --key timestamp=ts --key snapshot=sn "
        + "--key brake=br --key evidence=ev")
    try place.expect("repo sign --root w --key r1 --key r2")
    let publish = "repo publish --root w --timestamp-key ts --snapshot-key sn"
    try place.expect(publish)
    try place.expect(
      "repo add --root w portable 1 --version 1.0 --notes notes --recipe make --file tar:linux:x86_64:needletail-1.tar")
    try place.expect("advance --root w portable 1 --to 1000 --key a --key b --despite test")
    try place.expect("repo sign --root w --key a --key b")
    try place.expect(publish)
    let repo = place.folder.appending(path: "w/repo")
    func with(_ name: String, _ change: (Data) -> Data, _ status: Int32) throws {
      let file = repo.appending(path: name)
      let original = try Data(contentsOf: file)
      try change(original).write(to: file)
      try place.expect("repo verify --root w", status)
      try original.write(to: file)
    }
    try place.expect("repo verify --root w")
    try with("1.rollout.json", { $0.dropLast() + [0x20] }, 23)
    try with("1.rollout.json", { $0 + [0x20] }, 26)
    try with(
      "timestamp.json", { Data(String(decoding: $0, as: UTF8.self).replacing("\"sig\":\"", with: "\"sig\":\"A").utf8) },
      26)
    try with("timestamp.json", { _ in Data() }, 26)
    try FileManager.default.removeItem(at: repo.appending(path: "1.snapshot.json"))
    try place.expect("repo verify --root w", 1, says: "snapshot: not there")
    try place.expect("keys show --root w", says: "releases: 2 of 2")
    try place.expect("nonsense", 2)
  }
}
