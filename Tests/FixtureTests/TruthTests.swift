import FoundationEssentials
import KubelogKit
import Testing

/// What is said with certainty is true, whatever the times of the files are: held against what the recorded cluster knew
/// itself (`Fixtures/expiry/truth.txt`).
@Suite struct TruthTests {
  /// One secret of the cluster.
  struct Fact {
    /// A token's id, or how a key begins.
    var name: String
    /// Between which moments it ended; nil for one that never does.
    var ends: ClosedRange<Int64>?
    /// From when on it was of no use.
    var uselessFrom: Int64?
  }

  private static let facts: [Fact] = {
    FileManager.default.text(atPath: FixtureCase.root + "/expiry/truth.txt").split(separator: "\n").compactMap { line in
      let cells = line.split(separator: " ").map(String.init)
      guard cells.count == 4, !line.hasPrefix("#") else { return nil }
      let (first, last) = (microseconds(cells[1]), microseconds(cells[2]))
      return Fact(
        name: cells[0], ends: first.flatMap { first in last.map { first...$0 } }, uselessFrom: microseconds(cells[3]))
    }
  }()

  /// When the input was modified, as a file's time says: when it was written, then copied and copied again.
  private static let modified = [
    "2026-11-23T14:55:30Z", "2026-11-23T15:10:00Z", "2026-11-23T21:00:00Z", "2026-11-26T10:53:50Z",
    "2028-01-01T00:00:00Z",
  ].compactMap { microseconds($0) }

  private static let presents = ["2026-11-23T14:40:00Z", "2026-11-23T16:40:00Z", "2026-11-24T14:40:00Z"].compactMap {
    microseconds($0)
  }

  /// Cases in which a secret of the cluster stands.
  private static let cases = FixtureCase.all.filter { fixture in
    fixture.inputs.contains { input in
      let text = FileManager.default.text(atPath: "\(fixture.folder)/\(input.file)")
      return facts.contains { text.contains($0.name) }
    }
  }

  @Test func thereAreFactsAndCases() {
    #expect(Self.facts.count == 18)
    #expect(Self.cases.count >= 10)
  }

  /// Each input alone, with what is said about it and without.
  @Test(arguments: cases) func ofEachInput(_ fixture: FixtureCase) throws {
    var claims = 0
    for modified in Self.modified {
      try fixture.withStore(modified: modified) { kubelog, inputs in
        for (number, input) in inputs.enumerated() {
          for (index, options) in [input.options, IngestOptions()].enumerated() {
            var options = options
            options.year = 2026
            var alone = kubelog
            alone.storePath += "-\(number)-\(index)"
            _ = try alone.ingest(input.path, options)
            claims += try check(alone, input.path, isAlone: true)
          }
        }
      }
    }
    #expect(claims > 0 || fixture.inputs.count == 1)
  }

  /// All inputs of a case together, forward and backward.
  @Test(arguments: cases.filter { $0.inputs.count > 1 }, [false, true])
  func ofAllTogether(_ fixture: FixtureCase, _ isBackward: Bool) throws {
    var claims = 0
    for modified in Self.modified {
      for isSilent in [false, true] {
        try fixture.withStore(modified: modified) { kubelog, inputs in
          for input in isBackward ? inputs.reversed() : inputs {
            var options = isSilent ? IngestOptions() : input.options
            (options.year, options.node) = (2026, input.options.node)
            _ = try kubelog.ingest(input.path, options)
          }
          claims += try check(kubelog, fixture.name, isAlone: false)
        }
      }
    }
    #expect(claims > 0)
  }

  /// Of init's output and the listing of its tokens the key's end follows exactly, whoever knows when init ran.
  @Test(arguments: [true, false]) func endOfTheKeyFollowsFromTheListing(_ isTold: Bool) throws {
    let day = try #require(FixtureCase.all.first { $0.name == "kubeadm/recorded-day" })
    for modified in Self.modified {
      try day.withStore(modified: modified) { kubelog, inputs in
        for input in inputs.prefix(2) {
          var options = isTold ? input.options : IngestOptions()
          options.year = 2026
          _ = try kubelog.ingest(input.path, options)
        }
        let table = try kubelog.answer("secrets")
        let key = try #require(table.rows.first { table.text("kind", $0) == "certificate-key" })
        let end = microseconds("2026-11-23T16:32:51Z").map(Double.init)
        #expect(["expires_at", "expires_earliest", "expires_latest"].map { table.number($0, key) } == [end, end, end])
        #expect(table.text("expires_basis", key) == "printed")
      }
    }
  }

  /// Of init's output alone, with its beginning, the bounds hold the end that its own listing shows.
  @Test func boundsHoldTheEndThatTheListingShows() throws {
    let day = try #require(FixtureCase.all.first { $0.name == "kubeadm/recorded-day" })
    for modified in Self.modified {
      try day.withStore(modified: modified) { kubelog, inputs in
        _ = try kubelog.ingest(inputs[0].path, inputs[0].options)
        let table = try kubelog.answer("secrets")
        let key = try #require(table.rows.first { table.text("kind", $0) == "certificate-key" })
        let (said, within) = (table.number("expires_at", key) ?? 0, table.number("time_uncertainty_s", key) ?? 0)
        #expect(abs(Double(microseconds("2026-11-23T16:32:51Z") ?? 0) - said) <= within * 1e6)
        #expect(table.text("state", key) == "valid")
      }
    }
  }

  /// Holds the answers of the three presents against the truth; how many of them claimed anything.
  private func check(_ kubelog: Kubelog, _ what: String, isAlone: Bool) throws -> Int {
    var claims = 0
    for now in Self.presents {
      var kubelog = kubelog
      kubelog.now = now
      var table = try kubelog.answer("secrets", ["reveal": .integer(1)])
      _ = try kubelog.reveal(&table)
      for row in table.rows {
        guard let value = table.text("value", row) ?? table.text("id", row),
          let fact = Self.facts.first(where: { value.hasPrefix($0.name) })
        else { continue }
        let state = table.text("state", row) ?? ""
        let said = "\(what) at \(rfc3339(now)): \(fact.name) \(state), \(table.number("expires_at", row) ?? 0)"
        switch state {
        case "valid", "expiring":
          claims += 1
          #expect(fact.ends.map { now < $0.upperBound } ?? true, "\(said)")
          // Alone an input may not tell that the certificates were uploaded again.
          if !isAlone, let end = fact.uselessFrom { #expect(now < end, "\(said)") }
        case "expired":
          claims += 1
          #expect(fact.ends.map { now >= $0.lowerBound } ?? false, "\(said)")
        case "superseded":
          claims += 1
          #expect(fact.uselessFrom.map { now >= $0 } ?? false, "\(said)")
        case "never": #expect(fact.ends == nil, "\(said)")
        default: break
        }
        if let ends = fact.ends, let first = table.number("expires_earliest", row) {
          #expect(first <= Double(ends.upperBound), "\(said) not before \(first)")
        }
        if let ends = fact.ends, let last = table.number("expires_latest", row) {
          #expect(last >= Double(ends.lowerBound), "\(said) not after \(last)")
        }
      }
    }
    return claims
  }
}
