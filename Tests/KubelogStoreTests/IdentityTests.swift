import KubelogParse
import KubelogScan
import Testing
import TestSamples

@testable import KubelogStore

private let sessionCount = "SELECT count(*) FROM sessions"

@Suite struct IdentityTests {
  // MARK: The same again

  @Test(arguments: [initLog, joinLog, failedJoinLog, journal, initLog + joinLog + failedJoinLog])
  func sameInputAgainChangesNothing(_ text: String) throws {
    try withStore { path in
      let tally = try ingest(text, into: path)
      let before = try dump(path)
      #expect(tally.newEvents == tally.events)
      #expect(tally.events > 3)
      let again = try ingest(text, into: path)
      #expect(try dump(path) == before)
      #expect(again.newEvents == 0)
      #expect(again.events == tally.events)
      #expect(again.sessions == tally.sessions)
      #expect(again.secrets == tally.secrets)
    }
  }

  @Test func sameBatchTwiceByOneWriterChangesNothing() throws {
    try withStore { path in
      let batch = try parsed(journal)
      let writer = try Writer(store: path, source: "a", cluster: "lab", sealing: .fixed)
      try writer.write(batch)
      try writer.commit()
      let before = try dump(path)
      try writer.write(batch)
      try writer.commit()
      #expect(try dump(path) == before)
      #expect(before.contains { $0.hasPrefix("events: ") && $0.contains("|lab|") })
    }
  }

  @Test func fromAnotherPathItIsTheSame() throws {
    try withStore { path in
      try ingest(initLog + journal, into: path, source: "/var/log/a.log")
      let before = try facts(path)
      let tally = try ingest(initLog + journal, into: path, source: "/mnt/usb/a.log")
      #expect(tally.newEvents == 0)
      let difference = differences(before, try facts(path))
      #expect(difference == [])
      #expect(try number(path, "SELECT count(*) FROM sources") == 2)
    }
  }

  @Test func eventsThatAreNotCommittedAreNotThere() throws {
    try withStore { path in
      let writer = try Writer(store: path, source: "a", cluster: nil, sealing: .fixed)
      try writer.write(try parsed(initLog))
      #expect(try number(path, "SELECT count(*) FROM events") == 0)
      try writer.commit()
      #expect(try number(path, "SELECT count(*) FROM events") > 10)
    }
  }

  // MARK: Prefixes

  @Test(arguments: [initLog, joinLog, failedJoinLog, journal], [recorded(), recorded(modified: nil)].map(Clock.init))
  func prefixThenWholeIsTheWhole(_ text: String, _ clock: Clock) throws {
    let alone = try withStore { path in
      try ingest(text, into: path, clock.options)
      return try facts(path)
    }
    for cut in stride(from: 1, to: lineCount(text), by: 2) {
      try withStore { path in
        try ingest(first(cut, of: text), into: path, clock.options)
        try ingest(text, into: path, clock.options)
        let difference = differences(alone, try facts(path))
        #expect(difference == [], "cut after line \(cut)")
      }
    }
  }

  /// Half a file may end in the middle of a line.
  @Test(arguments: [initLog, failedJoinLog, journal])
  func partOfALineThenTheWholeIsTheWhole(_ text: String) throws {
    let alone = try withStore { path in
      try ingest(text, into: path)
      return try facts(path)
    }
    for cut in stride(from: 30, to: text.utf8.count, by: 97) {
      try withStore { path in
        try ingest(String(decoding: Array(text.utf8).prefix(cut), as: UTF8.self), into: path)
        try ingest(text, into: path)
        let difference = differences(alone, try facts(path))
        #expect(difference == [], "cut after byte \(cut)")
      }
    }
  }

  @Test(arguments: [initLog, joinLog, failedJoinLog, journal])
  func wholeThenPrefixIsTheWhole(_ text: String) throws {
    let alone = try withStore { path in
      try ingest(text, into: path)
      return try facts(path)
    }
    for cut in stride(from: 1, to: lineCount(text), by: 2) {
      try withStore { path in
        try ingest(text, into: path)
        try ingest(first(cut, of: text), into: path)
        let difference = differences(alone, try facts(path))
        #expect(difference == [], "cut after line \(cut)")
      }
    }
  }

  // MARK: Which run is which

  @Test(arguments: [true, false])
  func sessionsWithACommonBeginningStayTwo(firstNodeFirst: Bool) throws {
    let (one, other) = (initLog, initLogOf(node: "cp9", address: "192.168.56.19"))
    try withStore { path in
      try ingest(firstNodeFirst ? one : other, into: path, source: "a")
      try ingest(firstNodeFirst ? other : one, into: path, source: "b")
      #expect(try rows(path, "SELECT node FROM sessions ORDER BY node") == ["cp1", "cp9"])
      #expect(
        try rows(path, "SELECT count(*) FROM events WHERE run IS NOT NULL GROUP BY run ORDER BY run")
          == Array(repeating: "\(try eventCount(of: one))", count: 2))
    }
  }

  @Test(arguments: [true, false])
  func joinAndFailedJoinStayTwo(failedFirst: Bool) throws {
    try withStore { path in
      try ingest(failedFirst ? failedJoinLog : joinLog, into: path, source: "a")
      try ingest(failedFirst ? joinLog : failedJoinLog, into: path, source: "b")
      #expect(try rows(path, "SELECT outcome FROM sessions ORDER BY outcome") == ["failed", "succeeded"])
    }
  }

  @Test func identicalBytesWithoutNodeAreOneSession() throws {
    try withStore { path in
      try ingest(failedJoinLog, into: path, source: "/from/w1.log")
      try ingest(failedJoinLog, into: path, source: "/from/w2.log")
      #expect(try number(path, sessionCount) == 1)
    }
  }

  @Test func identicalBytesOfTwoNodesAreTwoSessions() throws {
    try withStore { path in
      try ingest(failedJoinLog, into: path, source: "a", node: "w1")
      try ingest(failedJoinLog, into: path, source: "b", node: "w2")
      #expect(try rows(path, "SELECT node FROM sessions ORDER BY node") == ["w1", "w2"])
      #expect(Set(try rows(path, "SELECT digest FROM runs")).count == 2)
      let before = try facts(path)
      try ingest(failedJoinLog, into: path, source: "a", node: "w1")
      try ingest(failedJoinLog, into: path, source: "b", node: "w2")
      let difference = differences(before, try facts(path))
      #expect(difference == [])
    }
  }

  // MARK: Typed commands

  /// What two workers print is the same, letter for letter.
  @Test(arguments: [
    ["root@w1:~# kubeadm join 10.0.0.1:6443", "root@w2:~# kubeadm join 10.0.0.1:6443"],
    ["$ kubeadm join 10.0.0.1:6443 --node-name w1", "$ kubeadm join 10.0.0.1:6443 --node-name w2"],
    ["$ ssh root@w1 kubeadm join 10.0.0.1:6443", "$ ssh root@w2 kubeadm join 10.0.0.1:6443"],
  ])
  func runsOfDifferentCommandsAreTwo(_ commands: [String]) throws {
    let texts = commands.map { $0 + "\n" + joinLog }
    let once = try withStore { path in
      try ingest(texts[0] + texts[1], into: path)
      return try rows(path, "SELECT digest FROM runs ORDER BY 1")
    }
    #expect(Set(once).count == 2)
    for order in [[0, 1], [1, 0], [0, 1, 0, 1]] {
      try withStore { path in
        for index in order { try ingest(texts[index], into: path, source: "/from/w\(index + 1).log") }
        #expect(try rows(path, "SELECT digest FROM runs ORDER BY 1") == once)
        // Together they are the same two.
        try ingest(texts[0] + texts[1], into: path)
        #expect(try rows(path, "SELECT digest FROM runs ORDER BY 1") == once)
      }
    }
  }

  @Test func sameCommandOfTheSamePromptIsOneSession() throws {
    let text = "root@w1:~# kubeadm join 10.0.0.1:6443\n" + joinLog
    try withStore { path in
      try ingest(text, into: path, source: "a")
      try ingest(text, into: path, source: "b")
      try ingest("[root@w1 ~]# sudo kubeadm join 10.0.0.1:6443\n" + joinLog, into: path, source: "c")
      #expect(try number(path, sessionCount) == 1)
    }
  }

  /// A pipe and a log hold no prompt, a recording of the terminal does.
  @Test(arguments: [true, false]) func outputWithoutItsCommandIsTheSameRun(promptFirst: Bool) throws {
    let typed = "root@w1:~# kubeadm join 10.0.0.1:6443\n" + joinLog
    let alone = try withStore { path in
      try ingest(typed, into: path)
      return try rows(path, "SELECT digest FROM runs")
    }
    try withStore { path in
      try ingest(promptFirst ? typed : joinLog, into: path, source: "a")
      try ingest(promptFirst ? joinLog : typed, into: path, source: "b")
      #expect(try rows(path, "SELECT digest FROM runs") == alone)
      #expect(try rows(path, "SELECT arguments FROM sessions") == [#"["10.0.0.1:6443"]"#])
    }
  }

  // MARK: Live and recorded

  @Test(arguments: [initLog, joinLog, failedJoinLog])
  func logMergesIntoWhatWasSeenLive(_ text: String) throws {
    let begin = now - 30 * minute
    let live = try withStore { path in
      try watch(text, from: begin, into: path)
      return try facts(path)
    }
    #expect(live.contains { $0.contains("|\(begin)|2|1000000|") })
    for logFirst in [true, false] {
      try withStore { path in
        if logFirst { try ingest(text, into: path) }
        try watch(text, from: begin, into: path)
        if !logFirst { try ingest(text, into: path) }
        #expect(try number(path, sessionCount) == 1)
        let difference = differences(live, try facts(path))
        #expect(difference == [], logFirst ? "log first" : "live first")
      }
    }
  }

  @Test func arrivalIsSurerThanWhatWasTyped() throws {
    let begin = now - 30 * minute
    try withStore { path in
      try ingest(joinLog, into: path, recorded(at: begin - minute))
      try watch(joinLog, from: begin, into: path)
      #expect(try number(path, sessionCount) == 1)
      #expect(try rows(path, "SELECT DISTINCT time_source FROM events") == ["2"])
    }
  }

  @Test func sameCommandFailingMinutesApartIsTwoSessions() throws {
    try withStore { path in
      let begin = now - 30 * minute
      try watch(failedJoinLog, from: begin, into: path)
      try watch(failedJoinLog, from: begin + 3 * minute, into: path)
      #expect(try number(path, sessionCount) == 2)
      let begins = try rows(path, "SELECT min(time) FROM events GROUP BY run ORDER BY 1")
      #expect(begins == ["\(begin)", "\(begin + 3 * minute)"])
      #expect(Set(try rows(path, "SELECT digest FROM runs")).count == 2)
    }
  }

  @Test func twoSessionsSeenLiveAreFoundAgainInTheirLog() throws {
    try withStore { path in
      let begin = now - 30 * minute
      try watch(failedJoinLog, from: begin, into: path)
      try watch(failedJoinLog, from: begin + 3 * minute, into: path)
      let before = try facts(path)
      try ingest(failedJoinLog + failedJoinLog, into: path)
      let difference = differences(before, try facts(path))
      #expect(difference == [])
    }
  }

  @Test func sameStreamReadTwiceAtOnceIsOneSession() throws {
    try withStore { path in
      let begin = now - 30 * minute
      try watch(failedJoinLog, from: begin, into: path, source: "-")
      try watch(failedJoinLog, from: begin + second, into: path, source: "/dev/pts/1")
      #expect(try number(path, sessionCount) == 1)
      #expect(try number(path, "SELECT min(time) FROM events") == begin)
    }
  }

  @Test func identicalRunsInOneFileStayTwo() throws {
    try withStore { path in
      try ingest(failedJoinLog + failedJoinLog, into: path)
      #expect(try number(path, sessionCount) == 2)
      let before = try dump(path)
      try ingest(failedJoinLog + failedJoinLog, into: path)
      #expect(try dump(path) == before)
      try ingest(failedJoinLog, into: path)
      #expect(try number(path, sessionCount) == 2)
    }
  }

  @Test func proofOfLifePromotesTheTimes() throws {
    let begin = now - 30 * minute
    let clock = ClockOptions(year: 2026, zone: .utc, liveness: .undecided, now: now)
    let cut = 6
    let rest = String(joinLog.dropFirst(first(cut, of: joinLog).count))
    try withStore { path in
      var parser = try Parser(SourceOptions(clock: clock))
      let writer = try Writer(store: path, source: "-", cluster: nil, sealing: .fixed)
      try give(first(cut, of: joinLog), at: begin, &parser, writer)
      #expect(try rows(path, "SELECT DISTINCT time, time_source, uncertainty FROM events") == ["\(begin)|5|NULL"])
      let early = try number(path, "SELECT count(*) FROM events")
      #expect(early > 2)

      try give(rest, at: begin + 2 * second, &parser, writer)
      #expect(parser.isLive)
      let clocks = try rows(path, "SELECT time, time_source, uncertainty FROM events ORDER BY id")
      let late = clocks.count - Int(early)
      #expect(late > 0)
      #expect(
        clocks == Array(repeating: "\(begin)|2|1000000", count: Int(early))
          + Array(repeating: "\(begin + 2 * second)|2|1000000", count: late))
    }
  }

  @Test func proofOfLifePromotesWhatIsStillInDoubt() throws {
    let begin = now - 30 * minute
    let clock = ClockOptions(year: 2026, zone: .utc, liveness: .undecided, now: now)
    try withStore { path in
      try ingest(joinLog, into: path)
      var parser = try Parser(SourceOptions(clock: clock))
      let writer = try Writer(store: path, source: "-", cluster: nil, sealing: .fixed)
      let head = first(6, of: joinLog)
      try give(head, at: begin, &parser, writer)
      try give(String(joinLog.dropFirst(head.count)), at: begin + 2 * second, &parser, writer)
      try writer.finish(format: "kubeadm", bytes: 0, lines: 0, truncatedLines: 0, badUTF8Lines: 0)
      #expect(try number(path, sessionCount) == 1)
      #expect(try rows(path, "SELECT DISTINCT time_source FROM events") == ["2"])
    }
  }

  /// The same words that come in again are another run once they are later than a pipe can be late.
  @Test(arguments: [(900 * 1000, 1), (1400 * 1000, 2)] as [(Int64, Int64)])
  func theSameAgainIsAnotherRun(_ pause: Int64, _ sessions: Int64) throws {
    let clock = ClockOptions(year: 2026, zone: .utc, liveness: .live, now: now)
    try withStore { path in
      for arrival in [now, now + pause] {
        try ingest([(text: failedJoinLog, arrival: arrival)], into: path, source: "-", clock)
      }
      #expect(try number(path, sessionCount) == sessions)
      // A transcript of it is the first of them.
      try ingest(failedJoinLog, into: path)
      #expect(try number(path, sessionCount) == sessions)
    }
  }

  @Test func pasteWithoutPauseProvesNothing() throws {
    let clock = ClockOptions(year: 2026, zone: .utc, liveness: .undecided, now: now)
    try withStore { path in
      let chunks = (0..<5).map { (first($0 + 1, of: joinLog), Optional(now + Int64($0) * 1000)) }
      try ingest(chunks.map { (text: $0.0, arrival: $0.1) }, into: path, source: "-", clock)
      #expect(try rows(path, "SELECT DISTINCT time_source FROM events") == ["5"])
    }
  }

  // MARK: Helpers

  private func give(_ text: String, at moment: Int64, _ parser: inout Parser, _ writer: Writer) throws {
    var lines = LineSplitter()
    let bytes = Array(text.utf8)
    parser.received(bytes: bytes.count, at: moment)
    lines.feed(bytes.span) { parser.take($0, at: $1) }
    try writer.write(parser.drain())
    try writer.commit()
  }

  private func parsed(_ text: String) throws -> Batch {
    var parser = try Parser(SourceOptions(clock: recorded()))
    var lines = LineSplitter()
    lines.feed(Array(text.utf8).span) { parser.take($0, at: $1) }
    parser.finish()
    return parser.drain()
  }

  private func eventCount(of text: String) throws -> Int { try parsed(text).events.count }
}

/// A clock that says what it is when a test fails.
struct Clock: Sendable, CustomTestStringConvertible {
  var options: ClockOptions

  var testDescription: String { options.modified == nil ? "no time known" : "file time known" }
}
