import Foundation
import Testing

extension Interop {
  /// What takes the command in the guest; one after the other, because control sockets have one folder there.
  @Suite(.serialized, .enabled(if: Program.command != nil, "NEEDLETAIL_COMMAND names no needletail")) enum Kernel {}
}

/// The command in the guest, on the kernel's own WireGuard, beside the stock tool.
enum KernelCommand {
  /// Where the guest has it.
  static let path = "/bin/needletail"

  /// Asks the stock tool and ours the same questions, each at a site of its own with the interfaces wg0 and wg1, and expects
  /// the same answers.
  static func compare(
    _ questions: [String], preparing: String = "", within patience: Duration = .seconds(240),
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let stock = try await answers(of: "/usr/sbin/wg", to: questions, preparing, patience)
    let ours = try await answers(of: path, to: questions, preparing, patience)
    // A transcript without answers would equal another one.
    #expect(stock.count == questions.count, sourceLocation: sourceLocation)
    for (question, pair) in zip(questions, zip(stock, ours)) {
      #expect(pair.0 == pair.1, "\(question)", sourceLocation: sourceLocation)
    }
    #expect(ours.count == stock.count, sourceLocation: sourceLocation)
  }

  /// What a program says to questions: for each its standard output, its standard error and its status.
  private static func answers(
    of program: String, to questions: [String], _ preparation: String, _ patience: Duration
  ) async throws -> [String] {
    let site = try await Guest.shared.makeSite()
    var lines = """
      umask 077
      folder=$(mktemp -d)
      cd $folder
      mkdir bin
      ln -s \(program) bin/wg
      PATH=$folder/bin:$PATH
      ip link add wg0 type wireguard
      ip link add wg1 type wireguard
      key() { printf '%032d' $1 | base64; }
      key 1 >private
      key 2 >preshared
      \(preparation)

      """
    for question in questions {
      lines += """
        status=0
        { \(question); } >out 2>err </dev/null || status=$?
        cat out; echo "-- $status"; cat err; echo '== '

        """
    }
    lines += "cd /; rm -r $folder\n"
    do {
      let transcript = try await Turnstile.guest.pass { [lines] in try await site.script(lines, within: patience) }
      await site.delete()
      return transcript.components(separatedBy: "== \n").dropLast()
    } catch {
      await site.delete()
      throw error
    }
  }
}
