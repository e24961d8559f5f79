import KubelogKit
import TestSamples
import Testing

/// How far clocks are apart, where a join was seen from two sides.
@Suite struct ClockSkewTests {
  private func registered(_ node: String, _ stamp: String) -> String {
    "Nov 23 \(stamp) \(node) kubelet[506]: I1123 \(stamp).500000     506 kubelet_node_status.go:76] "
      + "\"Successfully registered node\" node=\"\(node)\"\n"
  }

  private func row(_ stamp: String, _ node: String, age: String) -> String {
    "2026-11-23T\(stamp).000000Z \(node)   NotReady   <none>   \(age)   v1.31.0\n"
  }

  private let heading = "2026-11-23T14:00:00.000000Z NAME   STATUS   ROLES   AGE   VERSION\n"

  private func skews(_ journal: String, _ watch: String) throws -> [String] {
    try withStore { path in
      for (name, text) in [("/journal", journal), ("/watch", watch)] {
        var parser = try Parser(SourceOptions(clock: ClockOptions(year: 2026, now: begin + 3_600_000_000)))
        let writer = try Writer(store: path, source: name, cluster: nil, sealing: .fixed)
        var lines = LineSplitter()
        lines.feed(Array(text.utf8).span) { parser.take($0, at: $1) }
        parser.finish()
        try writer.write(parser.drain())
        try writer.finish(format: "", bytes: 0, lines: 0, truncatedLines: 0, badUTF8Lines: 0)
      }
      let table = try Answers(path: path).answer("clock-skew")
      return table.rows.map { row in
        let (skew, within) = (table.number("skew_s", row) ?? .nan, table.number("uncertainty_s", row) ?? .nan)
        return
          "\(table.text("node", row) ?? "") \(skew)±\(within)\(table.number("is_apart", row) == 1 ? " apart" : "")"
      }
    }
  }

  @Test func clocksThatAgreeAreNotApart() throws {
    let watch = heading + row("14:00:05", "w1", age: "1s") + row("14:00:09", "w1", age: "5s")
    #expect(try skews(registered("w1", "14:00:04"), watch) == ["w1 0.0±1.5"])
  }

  @Test func clockThatIsAheadIs() throws {
    let watch = heading + row("14:00:05", "w1", age: "1s") + row("14:00:09", "w1", age: "5s")
    #expect(try skews(registered("w1", "14:00:46"), watch) == ["w1 42.0±1.5 apart"])
    #expect(try skews(registered("w1", "13:59:46"), watch) == ["w1 -18.0±1.5 apart"])
  }

  /// A kubelet registers again whenever it starts: the node was made at the first time.
  @Test func restartsAreNoSkew() throws {
    let watch = heading + row("14:00:05", "w1", age: "1s") + row("14:10:09", "w1", age: "10m")
    #expect(
      try skews(registered("w1", "14:00:04") + registered("w1", "14:00:31"), watch).contains { $0.hasSuffix("apart") }
        == false)
  }

  @Test func livesOfANodeAreSeenApart() throws {
    let watch =
      heading + row("14:00:05", "w1", age: "1s") + row("14:20:05", "w1", age: "1s") + row("14:20:09", "w1", age: "5s")
    let rows = try skews(registered("w1", "14:00:04") + registered("w1", "14:20:04"), watch)
    #expect(rows == ["w1 0.0±1.5", "w1 0.0±1.5"])
  }

  @Test func oneSideAloneTellsNothing() throws {
    #expect(try skews(registered("w1", "14:00:04"), heading).isEmpty)
    #expect(try skews("", heading + row("14:00:05", "w1", age: "1s")).isEmpty)
  }
}
