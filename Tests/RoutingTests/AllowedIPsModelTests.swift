import Containers
import Octets
import TestStorage
import Testing

@testable import Routing

struct `Allowed IPs against a model` {
  @Test(arguments: [1, 2, 3] as [UInt64])
  func `a hundred thousand random operations agree`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    print("allowed IPs: NEEDLETAIL_SEED=\(random.seed)")
    let host = TestStorage()
    do {
      var table = AllowedIPs(storage: host.storage)
      var model = PrefixModel()
      var recent = [prefix(0, 0, 0, 0, 0)]
      for step in 0..<100_000 {
        let owner = UInt32(random.below(12))
        let known = recent[random.below(recent.count)]
        switch random.below(100) {
        case 0..<45:
          let chosen = random.below(5) == 0 ? known : random.clusteredPrefix()
          let previous = try table.insert(chosen, owner: owner)
          try #require(previous == model.insert(chosen, owner: owner), "step \(step), seed \(random.seed)")
          if recent.count < 400 { recent.append(chosen) } else { recent[random.below(400)] = chosen }
        case 45..<95:
          let claimed = random.below(8) == 0 ? owner : model.owners[PrefixModel.Key(known)] ?? owner
          let removed = table.remove(known, owner: claimed)
          try #require(removed == model.remove(known, owner: claimed), "step \(step), seed \(random.seed)")
        case 95 where random.below(20) == 0:
          table.removeAll(owner: owner)
          model.removeAll(owner: owner)
        default:
          break
        }
        for probe in [random.clusteredAddress(), random.address(in: known)] {
          let found = table.lookup(probe)
          try #require(found == model.lookup(probe), "step \(step), seed \(random.seed)")
        }
        if step % 500 == 0 { try compare(table, model, random.seed) }
      }
      try compare(table, model, random.seed)
      for owner in 0..<12 { table.removeAll(owner: UInt32(owner)) }
      #expect(table.count == 0 && table.isSound)
    }
    #expect(host.blockCount == 0 && host.faultCount == 0)
  }

  private func compare(_ table: borrowing AllowedIPs, _ model: PrefixModel, _ seed: UInt64) throws {
    try #require(table.isSound && table.count == model.owners.count, "seed \(seed)")
    for owner in 0..<12 as Range<UInt32> {
      let expected = (model.lists[owner] ?? []).map(\.prefix)
      try #require(table.prefixes(of: owner) == expected && table.count(of: owner) == expected.count, "seed \(seed)")
    }
  }

  @Test func `the shape does not depend on the order of insertion`() throws {
    var random = SeededGenerator(seed: 4)
    var prefixes = (0..<3000).map { _ in random.clusteredPrefix() }
    var sizes: Set<Int> = []
    for _ in 0..<3 {
      let host = TestStorage()
      var table = AllowedIPs(storage: host.storage)
      for prefix in prefixes { try table.insert(prefix, owner: 0) }
      // Something more that goes again must leave no trace.
      for _ in 0..<2000 {
        let extra = random.clusteredPrefix()
        if table.contains(extra) == false {
          try table.insert(extra, owner: 1)
          table.remove(extra, owner: 1)
        }
      }
      sizes.insert(table.nodeCount)
      #expect(table.isSound == true)
      prefixes.shuffle(using: &random)
    }
    #expect(sizes.count == 1, "seed \(random.seed)")
  }

  @Test func `a refusal at any request changes nothing`() throws {
    let script = Script(seed: 5)
    let rehearsal = TestStorage()
    do {
      var table = AllowedIPs(storage: rehearsal.storage)
      for step in script.steps { try table.perform(step) }
    }
    #expect(rehearsal.takeCount > 20)
    for refused in 0..<rehearsal.takeCount {
      let host = TestStorage()
      host.refuses = { $0 == refused }
      do {
        var table = AllowedIPs(storage: host.storage)
        var model = PrefixModel()
        for step in script.steps {
          do throws(StorageError) {
            try table.perform(step)
          } catch {
            try compare(table, model, script.seed)
            for probe in script.probes {
              let found = table.lookup(probe)
              try #require(found == model.lookup(probe), "refused \(refused), seed \(script.seed)")
            }
            try table.perform(step)
          }
          model.perform(step)
        }
        try compare(table, model, script.seed)
      }
      #expect(host.blockCount == 0 && host.faultCount == 0, "refused \(refused), seed \(script.seed)")
    }
  }

  @Test func `removal needs no memory`() throws {
    let script = Script(seed: 6)
    let host = TestStorage()
    do {
      var table = AllowedIPs(storage: host.storage)
      var model = PrefixModel()
      for step in script.steps {
        try table.perform(step)
        model.perform(step)
      }
      host.refuses = { _ in true }
      for (key, owner) in model.owners {
        #expect(table.remove(key.prefix, owner: owner) == true)
      }
      #expect(table.count == 0 && table.isSound)
    }
    #expect(host.blockCount == 0 && host.faultCount == 0)
  }
}

/// A reproducible history of insertions and removals, mostly growing.
private struct Script {
  struct Step {
    let prefix: Prefix
    let owner: UInt32
    let isRemoval: Bool
  }

  let seed: UInt64
  var steps: [Step] = []
  var probes: [IPAddress] = []

  init(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    self.seed = random.seed
    for _ in 0..<4000 {
      let isRemoval = !steps.isEmpty && random.below(4) == 0
      let prefix = isRemoval ? steps[random.below(steps.count)].prefix : random.clusteredPrefix()
      steps.append(Step(prefix: prefix, owner: UInt32(random.below(12)), isRemoval: isRemoval))
    }
    for _ in 0..<200 { probes.append(random.clusteredAddress()) }
  }
}

extension AllowedIPs {
  fileprivate mutating func perform(_ step: Script.Step) throws(StorageError) {
    if step.isRemoval { remove(step.prefix, owner: step.owner) } else { try insert(step.prefix, owner: step.owner) }
  }
}

extension PrefixModel {
  fileprivate mutating func perform(_ step: Script.Step) {
    if step.isRemoval {
      _ = remove(step.prefix, owner: step.owner)
    } else {
      _ = insert(step.prefix, owner: step.owner)
    }
  }
}
