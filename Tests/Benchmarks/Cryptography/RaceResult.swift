/// How a race went: for each contender its nanoseconds a call, round by round.
struct RaceResult {
  let race: Race
  let times: [[Double]]

  /// A line for each contender: its median, and how many times faster it is than each reference.
  var table: [String] {
    race.contenders.indices.map { who in
      let time = median(times[who])
      let speed = race.byteCount > 0 ? ", \(rounded(Double(race.byteCount) / time)) GB/s" : ""
      let ratios = references.filter { $0 != who }.map {
        ", \(rounded(ratio(of: who, to: $0))) x \(race.contenders[$0].name)"
      }
      return "\(race.title): \(race.contenders[who].name) \(rounded(time)) ns\(speed)\(ratios.joined())"
    }
  }

  /// The same for tools: one JSON object a line for each pair of a contender and a reference.
  var json: [String] {
    race.contenders.indices.flatMap { who in
      references.filter { $0 != who }.map { reference in
        "{\"row\": \"\(race.title)\", \"who\": \"\(race.contenders[who].name)\", "
          + "\"ns\": \(rounded(median(times[who]))), \"ratio\": \(rounded(ratio(of: who, to: reference))), "
          + "\"to\": \"\(race.contenders[reference].name)\"}"
      }
    }
  }

  private var references: [Int] {
    race.contenders.indices.filter { race.contenders[$0].isReference }
  }

  /// The median over the rounds of how many times faster `who` was than `reference` within one.
  private func ratio(of who: Int, to reference: Int) -> Double {
    median(zip(times[who], times[reference]).map { $1 / $0 })
  }
}

private func median(_ values: [Double]) -> Double {
  values.sorted()[values.count / 2]
}

/// Two decimals.
private func rounded(_ value: Double) -> String {
  let hundredths = Int(value * 100 + 0.5)
  return "\(hundredths / 100).\(hundredths % 100 / 10)\(hundredths % 10)"
}
