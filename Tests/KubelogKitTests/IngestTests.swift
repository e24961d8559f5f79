import KubelogKit
import Testing
import TestSamples

@Suite struct IngestTests {
  @Test(arguments: [initLog, joinLog, failedJoinLog, nodes, journal, everything])
  func readingTwiceChangesNothing(_ text: String) throws {
    try withDesk { desk in
      let path = try desk.file("a.log", text)
      let once = try desk.kubelog.ingest(path)
      let before = try desk.answers()
      let twice = try desk.kubelog.ingest(path)
      let after = try desk.answers()
      #expect(before["timeline"]?.rows.isEmpty == false)
      #expect(after == before)
      #expect(once.newEvents == once.events)
      #expect(twice.newEvents == 0)
      #expect(twice.events == once.events)
    }
  }

  @Test(arguments: [3, 9, 17, 24])
  func prefixAndThenTheWholeIsTheWhole(_ count: Int) throws {
    let (one, other) = (initLog + journal, "a.log")
    let head = one.split(separator: "\n", omittingEmptySubsequences: false).prefix(count).map { $0 + "\n" }.joined()
    try withDesk { desk in
      let path = try desk.file(other, one)
      _ = try desk.kubelog.ingest(path)
      let alone = try desk.answers()
      let second = Desk(
        folder: desk.folder,
        kubelog: Kubelog(storePath: desk.folder + "/two.db", now: desk.kubelog.now, zone: .utc, sealing: .fixed))
      _ = try second.kubelog.ingest(try second.file(other, head))
      let early = try second.answers()
      _ = try second.kubelog.ingest(try second.file(other, one))
      let late = try second.answers()
      #expect(early["timeline"] != alone["timeline"])
      #expect(late == alone)
    }
  }

  @Test func whatWasReadIsSaid() throws {
    try withDesk { desk in
      let path = try desk.file("a.log", everything + "\u{FFFD}ok\n")
      let summary = try desk.kubelog.ingest(path)
      #expect(summary.path == path)
      #expect(summary.format == "mixed")
      #expect(summary.bytes == everything.utf8.count + 6)
      #expect(summary.lines == everything.utf8.count { $0 == 0x0A } + 1)
      #expect(summary.sessions == 3)
      // A token, a key and four certificates.
      #expect(summary.secrets == 6)
      #expect(summary.truncatedLines == 0)
      #expect(summary.badUTF8Lines == 0)
    }
  }

  @Test(arguments: [
    (initLog, "kubeadm"), (nodes, "kubectl"), (journal, "journal-short"), ("hello\n", "unknown"), ("", "unknown"),
  ])
  func formatIsKnown(_ text: String, _ format: String) throws {
    try withDesk { desk in
      let path = try desk.file("a.log", text)
      #expect(try desk.kubelog.ingest(path).format == format)
      #expect(try desk.kubelog.answer("sources").rows.first?.dropFirst().first == .text(format))
    }
  }

  @Test func whatIsSaidOutsideOfTheInputIsKept() throws {
    try withDesk { desk in
      var options = IngestOptions()
      (options.node, options.cluster, options.at) = ("w7", "lab", begin)
      _ = try desk.kubelog.ingest(try desk.file("a.log", joinLog), options)
      let table = try desk.kubelog.answer("sessions")
      let row = try #require(table.rows.first)
      #expect(table.text("node", row) == "w7")
      #expect(table.text("cluster", row) == "lab")
      #expect(table.number("started_at", row) == Double(begin))
      #expect(table.text("outcome", row) == "succeeded")
      #expect(table.text("command", row) == "join")
    }
  }

  @Test func missingFileAndFolderAreSaid() throws {
    try withDesk { desk in
      #expect(throws: Input.Failure.missing(desk.folder + "/no.log")) {
        try desk.kubelog.ingest(desk.folder + "/no.log")
      }
      #expect(throws: Input.Failure.folder(desk.folder)) { try desk.kubelog.ingest(desk.folder) }
      #expect(Input.Failure.missing("x").exitStatus == 66)
      #expect(Input.Failure.folder("x").exitStatus == 66)
    }
  }

  @Test func progressTellsWhatWasFound() throws {
    try withDesk { desk in
      let path = try desk.file("a.log", everything)
      var (events, bytes) = (0, 0)
      let summary = try desk.kubelog.ingest(path) { progress in
        switch progress {
        case .found(let batch): events += batch.events.count + batch.repeats.count
        case .read(let read, let size):
          bytes = read
          #expect(size == Int64(everything.utf8.count))
        case .quiet: break
        }
      }
      #expect(events == summary.events)
      #expect(bytes == everything.utf8.count)
    }
  }
}
