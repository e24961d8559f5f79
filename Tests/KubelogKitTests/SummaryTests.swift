import KubelogKit
import Testing
import TestSamples

@Suite struct SummaryTests {
  @Test func sessionAndSecretsAreSummedUp() throws {
    try withDesk { desk in
      let source = try live(initLog, desk)
      let text = try desk.at(begin + hour).summary(of: [source])
      let key = try #require(try keyID(desk))
      #expect(
        text == [
          "\(source.lines) lines, \(source.events) events, all new",
          "last session: init v1.22.4 on cp1 succeeded in 0s",
          "certificate key \(key) expires 2026-11-23 16:00:00, in 1h",
          "token m4449q expires 2026-11-24 14:00:00, in 23h",
          "the join commands are kept: kubelog join worker, kubelog join control-plane",
        ])
    }
  }

  @Test func failureSaysWhy() throws {
    try withDesk { desk in
      let text = try desk.kubelog.summary(of: [try desk.kubelog.ingest(try desk.file("a.log", failedJoinLog))])
      #expect(text.contains("last session: join failed"))
      #expect(text.last?.hasPrefix("  error execution phase preflight: ") == true)
    }
  }

  @Test func secondReadingBringsNothingNew() throws {
    try withDesk { desk in
      let path = try desk.file("a.log", joinLog)
      _ = try desk.kubelog.ingest(path)
      let source = try desk.kubelog.ingest(path)
      #expect(try desk.kubelog.summary(of: [source]).first == "\(source.lines) lines, \(source.events) events, 0 new")
    }
  }

  @Test func unknownInputIsNamed() throws {
    try withDesk { desk in
      let path = try desk.file("poem.txt", "Tyger\n")
      #expect(
        try desk.kubelog.summary(of: [try desk.kubelog.ingest(path)]) == [
          "1 line, 0 events, all new",
          "nothing known in \(path): kubelog reads kubeadm, kubelet journals and kubectl get nodes",
        ])
    }
  }

  /// What is kept of a log is not nothing.
  @Test func logOfEtcdIsKnown() throws {
    try withDesk { desk in
      let line =
        #"{"level":"info","ts":"2026-11-23T14:36:16.123Z","logger":"raft","caller":"etcdserver/zap_raft.go:77","msg":"raft.node: b46624837acedac9 lost leader aa1bc2d3e4f56789 at term 6"}"#
      let source = try desk.kubelog.ingest(try desk.file("etcd.log", line + "\n"))
      #expect(source.format == "etcd")
      #expect(
        try desk.kubelog.summary(of: [source]) == [
          "1 line, 1 event, all new", "see it with: kubelog timeline, kubelog nodes",
        ])
    }
  }

  @Test func undatedSecretAsksForATime() throws {
    try withDesk(now: begin + minute) { desk in
      let text = try desk.kubelog.summary(of: [try desk.kubelog.ingest(try desk.file("a.log", initLog))])
      #expect(text.contains("when token m4449q expires is not known: say when the session began with --at TIME"))
    }
  }

  @Test func journalPointsToTheTimeline() throws {
    try withDesk { desk in
      let text = try desk.kubelog.summary(of: [try desk.kubelog.ingest(try desk.file("a.log", journal))])
      #expect(text == ["5 lines, 5 events, all new", "see it with: kubelog timeline, kubelog nodes"])
    }
  }

  @Test(arguments: [initLog, joinLog, failedJoinLog, everything])
  func noSentenceHoldsASecret(_ text: String) throws {
    try withDesk { desk in
      var lines = try desk.kubelog.summary(of: [try desk.kubelog.ingest(try desk.file("a.log", text))])
      lines += try desk.at(begin + hour).summary(of: [try live(text, desk)])
      #expect(lines.count > 2)
      for line in lines {
        #expect(!line.contains(token.dropFirst(7)))
        #expect(!line.contains(certificateKey.prefix(8)))
      }
    }
  }

  /// A source whose lines turned out to have come in live at `begin`.
  private func live(_ text: String, _ desk: Desk) throws -> SourceSummary {
    let summary = try desk.kubelog.ingest(try desk.file("a.log", text))
    try watch(text, at: begin, into: desk.kubelog)
    return summary
  }

  private func keyID(_ desk: Desk) throws -> String? {
    let table = try desk.kubelog.answer("secrets")
    return table.rows.first { table.text("kind", $0) == "certificate-key" }.flatMap { table.text("id", $0) }
  }
}
