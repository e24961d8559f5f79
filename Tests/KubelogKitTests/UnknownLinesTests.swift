import KubelogKit
import Testing

/// What nobody knew is counted by what its lines have in common, and nothing else of it is kept.
@Suite struct UnknownLinesTests {
  private static let journal = """
    Nov 23 14:36:16 w1 kubelet[506]: I1123 14:36:16.123456     506 kubelet.go:2456] "SyncLoop UPDATE" source="api" pods=[a]
    Nov 23 14:36:17 w1 kubelet[506]: I1123 14:36:17.123456     506 kubelet.go:2456] "SyncLoop UPDATE" source="file" pods=[b]
    Nov 23 14:36:18 w1 kubelet[506]: I1123 14:36:18.123456     506 kubelet.go:2456] "SyncLoop DELETE" source="api" pods=[b]
    Nov 23 14:36:19 w1 kubelet[506]: W1123 14:36:19.123456     506 manager.go:949] Error getting perf cgroup path 0x17
    Nov 23 14:36:20 w1 kubelet[506]: W1123 14:36:20.123456     506 manager.go:949] Error getting perf cgroup path 0x18
    Nov 23 14:36:21 w1 kubelet[506]: I1123 14:36:21.123456     506 kubelet_node_status.go:74] "Successfully registered node" node="w1"

    """

  private func shapes(_ text: String) throws -> [String] {
    try withDesk { desk in
      let kubelog = desk.kubelog
      let path = try desk.file("input.log", text)
      let summary = try kubelog.ingest(path)
      let table = try kubelog.answer("unknown-lines")
      let kept = table.rows.map { "\(Int(table.number("count", $0) ?? 0)) \(table.text("shape", $0) ?? "")" }
      #expect(kept.sorted() == summary.unknown.map { "\($0.count) \($0.shape)" }.sorted())
      _ = try kubelog.ingest(path)
      #expect(try kubelog.answer("unknown-lines").rows == table.rows)
      return kept
    }
  }

  @Test func klogMessagesAreCountedByShape() throws {
    #expect(
      try shapes(Self.journal) == [
        "2 kubelet.go \"SyncLoop UPDATE\"", "2 manager.go Error getting perf cgroup path …",
        "1 kubelet.go \"SyncLoop DELETE\"",
      ])
  }

  /// Of a log that is followed they are those of all its files, by the first line of each shape, also where that is gone by now.
  @Test func aLogThatIsFollowedGoesOnCounting() throws {
    let text = { (volume: String, letter: String) in
      "Nov 23 14:36:16 w1 kubelet[506]: \(letter)1123 14:36:16.123456     506 log.go:17] "
        + #""MountVolume.SetUp succeeded for volume \"\#(volume)\" (UniqueName)" pod="a""# + "\n"
        + "Nov 23 14:36:16 w1 kubelet[506]: \(letter)1123 14:36:16.123456     506 log.go:23] Volume 7\n"
    }
    try withDesk { desk in
      let kubelog = desk.kubelog
      var options = IngestOptions()
      options.isLive = false
      var path = ""
      for (volume, letter) in [("one", "I"), ("two", "W"), ("three", "E")] {
        path = try desk.file("a.log", text(volume, letter))
        _ = try kubelog.follow([path], options) { $0 }
        // Nothing new: nothing is counted twice.
        _ = try kubelog.follow([path], options) { $0 }
      }
      // Read again without being followed it is what it was.
      _ = try kubelog.ingest(path)
      let table = try kubelog.answer("unknown-lines")
      let kept = table.rows.map {
        "\(Int(table.number("count", $0) ?? 0)) \(Int(table.number("line", $0) ?? 0)) \(table.text("shape", $0) ?? "")"
      }
      #expect(
        kept == [
          #"3 1 log.go "MountVolume.SetUp succeeded for volume \"one\" (UniqueName)""#, "3 2 log.go Volume …",
        ])
    }
  }

  @Test func tagsThatNobodyKnowsAreCountedInASession() throws {
    let text = """
      [init] Using Kubernetes version: v1.41.0
      [preflight] Running pre-flight checks
      [quantum-start] Entangling the control plane
      [quantum-start] Measuring
      [certs] Using certificateDir folder "/etc/kubernetes/pki"

      """
    #expect(try shapes(text) == ["2 [quantum-start]"])
    #expect(try shapes("[quantum-start] Entangling\n").isEmpty)
  }

  @Test func samplesHoldNoSecret() throws {
    let secret = "4sfwioowappz2qre"
    let line =
      "Nov 23 14:36:16 w1 kubelet[5]: I1123 14:36:16.123456     506 x.go:1] token m4449q.\(secret) given\n"
    try withDesk { desk in
      let kubelog = desk.kubelog
      let summary = try kubelog.ingest(try desk.file("input.log", line))
      #expect(summary.unknown.count == 1)
      #expect(!summary.unknown.description.contains(secret))
      #expect(!Kubelog.unknownLines(in: [summary]).joined().contains(secret))
    }
  }

  @Test func whatIsUnderstoodIsNoneOfThem() {
    #expect(Kubelog.unknownLines(in: []) == ["every klog line and every tag was understood"])
  }
}
