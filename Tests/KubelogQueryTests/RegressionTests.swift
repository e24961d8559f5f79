import KubelogKit
import Testing
import TestSamples

private let second: Int64 = 1_000_000
private let minute = 60 * second
private let hour = 60 * minute

/// One test for each fault that was found in using it, so that it stays mended.
@Suite struct RegressionTests {
  private func uploads() -> [Sighting] {
    [
      Sighting(kind: .certificateKey, value: certificateKey, role: .uploaded),
      Sighting(
        kind: .certificateKey, value: String(repeating: "ab", count: 32), role: .uploaded,
        time: EventTime(begin + hour, .arrival, uncertainty: 1_000_000)),
    ]
  }

  @Test func dryRunSupersedesNothing() throws {
    try withStore { path in
      var pair = uploads()
      pair[1].isDryRun = true
      try write(pair, into: path)
      let table = try secrets(path, now: begin + 70 * minute)
      #expect(try table.texts("state") == ["valid", "unknown"])
    }
  }

  @Test(arguments: ["2026-02-30", "2026-02-30T00:00:00Z", "2026-04-31"])
  func dayThatTheMonthDoesNotHaveIsNoTime(_ text: String) {
    #expect(microseconds(text) == nil)
  }
}
