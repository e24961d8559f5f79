import KubelogParse
import KubelogScan
import TestSamples
import Testing

@testable import KubelogStore

@Suite struct FoldTests {
  private static let folded = """
    SELECT digest, time, last_time, count, occurrences FROM events WHERE occurrences IS NOT NULL ORDER BY time
    """
  private static let total = "SELECT sum(count) FROM events"

  @Test func repeatsOfAMinuteAreOneRow() throws {
    try withStore { path in
      try ingest(journal, into: path)
      #expect(
        try rows(
          path, "SELECT count, (last_time - time) / 1000000 FROM events WHERE occurrences IS NOT NULL ORDER BY time")
          == ["2|5", "12|55", "12|55", "10|45"])
      #expect(try number(path, Self.total) == 37)
    }
  }

  @Test func stateChangesNeverFold() throws {
    try withStore { path in
      try ingest(journal, into: path)
      #expect(
        try rows(
          path,
          "SELECT count, occurrences, kinds.name FROM events JOIN kinds ON kinds.id = kind WHERE occurrences IS NULL")
          == ["1|NULL|kubelet.node.registered"])
    }
  }

  @Test func aSingleOneHasNoLastTime() throws {
    try withStore { path in
      try ingest(first(1, of: journal), into: path)
      #expect(try rows(path, "SELECT count, last_time FROM events") == ["1|NULL"])
    }
  }

  @Test(arguments: [true, false])
  func anySplitGivesTheSameCounts(laterPartFirst: Bool) throws {
    let whole = try alone()
    for cut in stride(from: 1, to: lineCount(journal), by: 2) {
      let head = first(cut, of: journal)
      let tail = String(journal.dropFirst(head.count))
      try withStore { path in
        try ingest(laterPartFirst ? tail : head, into: path, source: "1")
        try ingest(laterPartFirst ? head : tail, into: path, source: "2")
        #expect(try rows(path, Self.folded) == whole, "cut after line \(cut)")
        #expect(try number(path, Self.total) == 37)
      }
    }
  }

  @Test func overlapCountsOnce() throws {
    let whole = try alone()
    try withStore { path in
      var tally = try ingest(first(20, of: journal), into: path, source: "1")
      #expect(tally.newEvents == 20)
      let tail = String(journal.dropFirst(first(10, of: journal).count))
      tally = try ingest(tail, into: path, source: "2")
      #expect(tally.events == 27)
      #expect(tally.newEvents == 17)
      #expect(try rows(path, Self.folded) == whole)
    }
  }

  @Test func anyOrderOfLinesGivesTheSame() throws {
    let whole = try alone()
    var random = Dice(seed: 7)
    for _ in 0..<10 {
      let shuffled = journal.split(separator: "\n").shuffled(using: &random).map { $0 + "\n" }.joined()
      try withStore { path in
        try ingest(shuffled, into: path)
        #expect(try rows(path, Self.folded) == whole)
      }
    }
  }

  @Test func commitsInBetweenDoNotMatter() throws {
    let whole = try alone()
    try withStore { path in
      let chunks = journal.split(separator: "\n").map { (text: String($0) + "\n", arrival: Int64?.none) }
      try ingest(chunks, into: path, source: "a", recorded())
      #expect(try rows(path, Self.folded) == whole)
    }
  }

  @Test func anotherProcessIsAnotherRow() throws {
    try withStore { path in
      let other = journal.replacing("[273]", with: "[274]").replacing("     273 ", with: "     274 ")
      try ingest(journal, into: path)
      try ingest(other, into: path)
      #expect(try number(path, Self.total) == 74)
      #expect(try number(path, "SELECT count(*) FROM events") == 10)
    }
  }

  /// Two lines of etcd, alike within a second.
  private static let alike = ["253", "924"].map {
    #"Nov 23 14:07:51 cp1 etcd[273]: {"level":"warn","ts":"2026-11-23T14:07:51.\#($0)000Z","caller":"etcdserver/util.go:1","#
      + #""msg":"apply request took too long","took":"2s"}"# + "\n"
  }
  private static let span = "SELECT count, time % 60000000, last_time % 60000000 FROM events"

  @Test func alikeWithinASecondAreKnownByTheirMoments() throws {
    for texts in [[Self.alike[0] + Self.alike[1]], Self.alike, [Self.alike[1], Self.alike[0] + Self.alike[1]]] {
      try withStore { path in
        for (number, text) in texts.enumerated() { try ingest(text, into: path, source: "\(number)") }
        #expect(try rows(path, Self.span) == ["2|51253000|51924000"])
      }
    }
  }

  @Test func anOrderAmongItsLikeMovesNoOther() throws {
    // The same moment twice, and then another in a transaction of its own.
    let chunks = [Self.alike[0], Self.alike[0], Self.alike[1]].map { (text: $0, arrival: Int64?.none) }
    try withStore { path in
      try ingest(chunks, into: path, source: "a", recorded())
      #expect(try rows(path, Self.span) == ["3|51253000|51924000"])
    }
  }

  private func alone() throws -> [String] {
    try withStore { path in
      try ingest(journal, into: path)
      return try rows(path, Self.folded)
    }
  }
}
