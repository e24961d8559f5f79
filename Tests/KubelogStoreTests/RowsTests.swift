import Testing

@testable import KubelogStore

/// Rows that are added together are what they are when each is added by itself.
@Suite struct RowsTests {
  /// What does not repeat, a line a second: each tells of a node or a certificate.
  private static let lines: [String] = (0..<100).map { number in
    let clock = "14:\(10 + number / 60):\(10 + number % 50)"
    let words =
      number % 3 == 0
      ? "certificate_manager.go:356] kubernetes.io/kubelet-serving: Certificate expiration is "
        + "2027-02-03 10:15:\(10 + number % 50) +0000 UTC, rotation deadline is 2026-12-01 03:12:11.012345678 +0000 UTC"
      : #"kubelet_node_status.go:74] "Successfully registered node" node="w\#(number % 7)""#
    return "Nov 23 \(clock) cp1 kubelet[273]: I1123 \(clock).\(100_000 + number)     273 \(words)\n"
  }

  /// The store after `known` came line by line, and then all: at once, or line by line too.
  private static func stored(_ known: [Int], atOnce: Bool) throws -> (facts: [String], tally: Writer.Tally) {
    try withStore { path in
      for line in known { try ingest(lines[line], into: path, source: "/var/log/before.log") }
      // One that comes twice in one file is one.
      let all = lines + [lines[40]]
      let tally = try ingest(
        atOnce ? [(all.joined(), nil)] : all.map { ($0, nil) }, into: path, source: "/var/log/a.log", recorded())
      return (try facts(path), tally)
    }
  }

  @Test(arguments: [[], [0], [31], [32], [5, 6, 40], [99], [70, 3], Array(0..<100)])
  func togetherOrEachByItself(_ known: [Int]) throws {
    let (together, alone) = (try Self.stored(known, atOnce: true), try Self.stored(known, atOnce: false))
    #expect(differences(alone.facts, together.facts) == [])
    #expect(together.tally == alone.tally)
    #expect(together.tally.events == 101)
    #expect(together.tally.newEvents == 100 - known.count)
    #expect(together.facts.count { $0.hasPrefix("observations: ") } == 66)
    #expect(together.facts.count { $0.hasPrefix("sightings: ") } == 34)
  }
}
