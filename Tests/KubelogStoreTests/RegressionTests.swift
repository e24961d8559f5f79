import FoundationEssentials
import KubelogParse
import KubelogScan
import Testing
import TestSamples

@testable import KubelogStore

private let sessionCount = "SELECT count(*) FROM sessions"

/// One test for each fault that was found in using it, so that it stays mended.
@Suite struct RegressionTests {
  /// A store whose maker was killed in the middle of a change: what is half done is taken back also for who only reads.
  @Test func whatIsHalfDoneDoesNotKeepReadersOut() throws {
    try withStore { path in
      try ingest(failedJoinLog, into: path)
      let store = try Connection(path: path, access: .readWrite)
      try store.execute(
        """
        PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1; BEGIN;
        UPDATE events SET message = message || hex(zeroblob(5000));
        """)
      let left = path + ".left"
      for part in ["", "-journal"] { try FileManager.default.copyItem(atPath: path + part, toPath: left + part) }
      try store.execute("ROLLBACK")
      let events = "SELECT hex(digest), message FROM events ORDER BY 1"
      #expect(try Store.check(at: left, sealing: .fixed).findings.isEmpty)
      #expect(try rows(left, events) == rows(path, events))
    }
  }

  @Test func secondRunIsFoundWhenTheFileHasGrown() throws {
    try withStore { path in
      try ingest(failedJoinLog, into: path)
      try ingest(failedJoinLog + failedJoinLog, into: path)
      #expect(try rows(path, "SELECT outcome, lines FROM sessions") == ["failed|7", "failed|7"])
    }
  }

  @Test func proofOfLifePromotesWhatEndedBefore() throws {
    let begin = now - 30 * minute
    let clock = ClockOptions(year: 2026, zone: .utc, liveness: .undecided, now: now)
    try withStore { path in
      let chunks = [(text: failedJoinLog, arrival: Optional(begin)), (text: joinLog, arrival: begin + 10 * second)]
      try ingest(chunks, into: path, source: "-", clock)
      let clocks = try rows(path, "SELECT DISTINCT time, time_source FROM events ORDER BY time")
      #expect(clocks == ["\(begin)|2", "\(begin + 10 * second)|2"])
    }
  }

  /// The pauses prove a pipe to be live only after the run has begun: when it began must count all the same.
  @Test func pipedRunsOfTheSameFailureStayApart() throws {
    let clock = ClockOptions(year: 2026, zone: .utc, liveness: .undecided, now: now)
    let lines = lineCount(failedJoinLog)
    try withStore { path in
      for begin in [now - 30 * minute, now - 20 * minute] {
        let head = first(2, of: failedJoinLog)
        let tail = String(failedJoinLog.dropFirst(head.count))
        try ingest(
          [(text: head, arrival: Optional(begin)), (text: tail, arrival: begin + 10 * second)], into: path, source: "-",
          clock)
      }
      #expect(lines > 2)
      #expect(try number(path, sessionCount) == 2)
      #expect(try rows(path, "SELECT count(DISTINCT time) FROM events WHERE time_source = 2") == ["4"])
    }
  }

  @Test func proofOfLifePromotesWhatStandsAlone() throws {
    let begin = now - 30 * minute
    let clock = ClockOptions(year: 2026, zone: .utc, liveness: .undecided, now: now)
    try withStore { path in
      let chunks = [(text: token + "\n", arrival: Optional(begin)), (text: joinLog, arrival: begin + 10 * second)]
      try ingest(chunks, into: path, source: "-", clock)
      let clocks = try rows(path, "SELECT DISTINCT time, time_source FROM events ORDER BY time")
      #expect(clocks == ["\(begin)|2", "\(begin + 10 * second)|2"])
    }
  }

  /// 18, 19: the upload without its key. 31, 32, 37: a join command without its end.
  @Test(arguments: [(initLog, [18, 19]), (initLog, [31, 32, 37]), (failedJoinLog, [3, 4])], [true, false])
  func prefixThatEndsInsideOfSomething(_ sample: (String, [Int]), prefixFirst: Bool) throws {
    let (text, cuts) = sample
    let alone = try withStore { path in
      try ingest(text, into: path)
      return try facts(path)
    }
    for cut in cuts {
      try withStore { path in
        if prefixFirst { try ingest(first(cut, of: text), into: path) }
        try ingest(text, into: path)
        if !prefixFirst { try ingest(first(cut, of: text), into: path) }
        #expect(try number(path, sessionCount) == 1, "cut after line \(cut)")
        let difference = differences(alone, try facts(path))
        #expect(difference == [], "cut after line \(cut)")
      }
    }
  }

  @Test func keyIsKeptWhenTheUploadIsReadWhole() throws {
    let upload = """
      [upload-certs] Storing the certificates in Secret "kubeadm-certs" in the "kube-system" Namespace
      [upload-certs] Using certificate key:
      \(certificateKey)

      """
    try withStore { path in
      try ingest(first(2, of: upload), into: path)
      try ingest(upload, into: path)
      #expect(try rows(path, "SELECT kind FROM secrets") == ["certificate-key"])
    }
  }

  /// What comes by standard input next is another input, and takes back nothing of the one before.
  @Test func pipeReadBeforeIsKept() throws {
    try withStore { path in
      let broken = first(2, of: failedJoinLog) + "error execution phase preflight: couldn't validate the identity"
      try ingest(broken, into: path, source: "-")
      let before = try number(path, "SELECT count(*) FROM events")
      #expect(try number(path, "SELECT count(*) FROM events WHERE is_tentative = 1") > 0)
      try ingest(journal, into: path, source: "-")
      #expect(try number(path, "SELECT count(*) FROM events WHERE run IS NOT NULL") == before)
    }
  }

  /// A log that was written anew under its old name says nothing about what stood in it before.
  @Test func logBeforeRotationIsKept() throws {
    try withStore { path in
      try ingest(first(4, of: failedJoinLog), into: path)
      let before = try rows(path, "SELECT digest FROM events ORDER BY digest")
      try ingest(initLog, into: path)
      let kept = try rows(path, "SELECT digest FROM events ORDER BY digest").filter(before.contains)
      #expect(kept == before)
    }
  }
}
