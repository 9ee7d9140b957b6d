import Foundation
import Octets
import Testing
import TunnelMetrics
import TunnelReport

struct MetricsJSONTests {
  private struct Family: Decodable {
    struct Sample: Decodable {
      let labels: [String: String]
      let value: String
    }
    let name, help, type: String
    let metrics: [Sample]
  }

  private static func families(_ metrics: TunnelMetrics) throws -> [Family] {
    try JSONDecoder().decode([Family].self, from: Data(metrics.json(version: "1.2.3").utf8))
  }

  @Test func `JSON has every sample of the page, with its family, its labels and the same number`() throws {
    var second = TunnelMetricsTests.tunnel()
    second.name = "wg1"
    let metrics = TunnelMetrics(tunnels: [TunnelMetricsTests.tunnel(), second], silent: ["wg2"], time: 1179)
    let families = try Self.families(metrics)
    let samples = metrics.page(.text, version: "1.2.3").split(separator: "\n").filter { !$0.hasPrefix("#") }
    #expect(families.flatMap(\.metrics).count == samples.count)
    let received = try #require(families.first { $0.name == "wireguard_received_bytes_total" })
    #expect(received.type == "COUNTER" && received.help == "Bytes received from the peer.")
    #expect(received.metrics.map(\.value) == ["18446744073709551615", "18446744073709551615"])
    #expect(received.metrics.map { $0.labels["interface"] } == ["wg0", "wg1"])
    #expect(received.metrics[0].labels["allowed_ips"] == "10.0.0.2/32,0.0.0.0/0")
    let up = try #require(families.first { $0.name == "wireguard_up" })
    #expect(up.type == "GAUGE" && up.metrics.map(\.value) == ["1", "1", "0"])
  }

  @Test(arguments: ["laptop", "a \"b\" \\ c", "two\nlines", "tab\tbell\u{7}", "\u{301}é, {x=\"1\"} 2", "\\n", "\\"])
  func `names come through as they are`(name: String) throws {
    let metrics = TunnelMetrics(
      tunnels: [TunnelMetricsTests.tunnel()], friendlyNames: [TunnelMetricsTests.keyText: name], time: 1179)
    let peers = try #require(try Self.families(metrics).first { $0.name == "wireguard_peer_info" })
    #expect(peers.metrics.map { $0.labels["friendly_name"] } == [name])
    #expect(peers.metrics.map(\.value) == ["1"])
  }
}
