import KubelogKit
import TestSamples
import Testing

/// Who had a vote, and how many could be lost.
@Suite struct QuorumTests {
  /// A table of nodes as `date; kubectl get nodes` prints it; each row "name status roles".
  private static func table(_ time: String, _ rows: [String], age: String = "10d") -> String {
    var text = "Mon Nov 23 \(time) UTC 2026\nNAME   STATUS   ROLES   AGE   VERSION\n"
    for row in rows {
      let cells = row.split(separator: " ")
      text += "\(cells[0])   \(cells[1])   \(cells.count > 2 ? cells[2] : "control-plane")   \(age)   v1.30.0\n"
    }
    return text
  }

  /// The rows as "members ready needed tolerates state not_ready", with `-` for what is not known.
  private func rows(_ texts: [String]) throws -> [String] {
    try withDesk(now: begin + 24 * hour) { desk in
      for (index, text) in texts.enumerated() {
        _ = try desk.kubelog.ingest(try desk.file("\(index).log", text))
      }
      return Self.lines(try desk.kubelog.answer("quorum"))
    }
  }

  private static func lines(_ table: ResultTable) -> [String] {
    table.rows.map { row in
      let numbers = ["members", "ready", "needed", "tolerates"].map { name in
        table.number(name, row).map { "\(Int($0))" } ?? "-"
      }
      return (numbers + [table.text("state", row) ?? "-", table.text("not_ready", row) ?? "-"]).joined(separator: " ")
    }
  }

  @Test(
    arguments: [
      (["a Ready"], "1 1 1 0 single []"),
      (["a NotReady"], #"1 0 1 0 lost ["a"]"#),
      (["a Ready", "b Ready"], "2 2 2 0 at-risk []"),
      (["a Ready", "b NotReady"], #"2 1 2 0 lost ["b"]"#),
      (["a Ready", "b Ready", "c Ready"], "3 3 2 1 healthy []"),
      (["a Ready", "b Ready", "c NotReady"], #"3 2 2 0 at-risk ["c"]"#),
      (["a Ready", "b NotReady", "c NotReady"], #"3 1 2 0 lost ["b","c"]"#),
      (["a Ready", "b Ready", "c Ready", "d Ready"], "4 4 3 1 healthy []"),
      (["a Ready", "b Ready", "c Ready", "d NotReady"], #"4 3 3 0 at-risk ["d"]"#),
      (["a Ready", "b Ready", "c Ready", "d NotReady", "e NotReady"], #"5 3 3 0 at-risk ["d","e"]"#),
      (["a Ready master", "b NotReady,SchedulingDisabled control-plane,master"], #"2 1 2 0 lost ["b"]"#),
      (["a Ready", "w NotReady <none>"], "1 1 1 0 single []"),
    ] as [([String], String)])
  func ofOneTable(_ nodes: [String], _ row: String) throws {
    #expect(try rows([Self.table("14:00:00", nodes)]) == [row])
  }

  /// Without a network no node is Ready, though etcd works.
  @Test func youngNodesMayWork() throws {
    #expect(
      try rows([Self.table("14:00:00", ["a Ready", "b NotReady", "c NotReady"], age: "90s")])
        == [#"3 1 2 - unknown ["b","c"]"#])
    #expect(try rows([Self.table("14:00:00", ["a NotReady"], age: "90s")]) == [#"1 0 1 0 single ["a"]"#])
  }

  @Test func membersComeAndGo() throws {
    let texts = [
      Self.table("14:00:00", ["a Ready", "b Ready", "c Ready"]),
      Self.table("14:01:00", ["a Ready", "b Ready", "c NotReady"]),
      Self.table("14:02:00", ["a Ready", "b NotReady", "c NotReady"]),
      Self.table("14:03:00", ["a Ready", "b Ready", "c NotReady"]),
      "2026-11-23T14:04:00Z node \"c\" deleted\n",
      Self.table("14:05:00", ["a Ready", "b Ready"]),
      Self.table("14:06:00", ["a Ready", "b Ready", "c NotReady <none>"], age: "3s"),
      Self.table("14:07:00", ["a Ready", "b Ready", "c Ready"], age: "63s"),
    ]
    #expect(
      try rows(texts) == [
        "3 3 2 1 healthy []", #"3 2 2 0 at-risk ["c"]"#, #"3 1 2 0 lost ["b","c"]"#, #"3 2 2 0 at-risk ["c"]"#,
        "2 2 2 0 at-risk []", "3 3 2 1 healthy []",
      ])
    #expect(try rows(texts.reversed()) == rows(texts))
  }

  /// A watch without a clock tells that a node was deleted, not when: not before it was last seen.
  @Test func deletionOfAnUndatedWatch() throws {
    let table = try withDesk(now: begin + hour) { desk in
      var options = IngestOptions()
      options.at = begin + second
      let watch = """
        EVENT      NAME   STATUS   ROLES           AGE   VERSION
        ADDED      c      Ready    control-plane   10d   v1.30.0
        DELETED    c      Ready    control-plane   10d   v1.30.0

        """
      _ = try desk.kubelog.ingest(try desk.file("watch.log", watch), options)
      let texts = ["14:00:00", "14:05:00"].map { Self.stamped($0, ["a Ready", "b Ready", "c Ready"]) }
      _ = try desk.kubelog.ingest(
        try desk.file("a.log", texts.joined() + Self.stamped("14:06:00", ["a Ready", "b Ready"])))
      return try desk.kubelog.answer("quorum")
    }
    #expect(Self.lines(table) == ["3 3 2 1 healthy []", "2 2 2 0 at-risk []"])
    #expect(table.number("to", table.rows[0]) == Double(begin + 5 * minute))
  }

  /// The same as rows with stamps of their own.
  private static func stamped(_ time: String, _ rows: [String]) -> String {
    table(time, rows).split(separator: "\n").dropFirst().map { "2026-11-23T\(time).000000Z \($0)\n" }.joined()
  }

  @Test func spansMeet() throws {
    let table = try withDesk { desk in
      _ = try desk.kubelog.ingest(
        try desk.file(
          "a.log", Self.table("14:00:00", ["a Ready", "b Ready"]) + Self.table("14:01:00", ["a Ready", "b NotReady"])))
      return try desk.kubelog.answer("quorum")
    }
    #expect(table.rows.map { table.number("from", $0) } == [Double(begin), Double(begin + minute)])
    #expect(table.rows.map { table.number("to", $0) } == [Double(begin + minute), nil])
  }

  /// Who polls learns of a change any time after the poll before.
  @Test func changesHaveBounds() throws {
    let table = try withDesk { desk in
      let looks = [("14:00:00", "Ready"), ("14:01:00", "Ready"), ("14:05:00", "NotReady")]
      let text = looks.map { Self.table($0, ["a Ready", "b \($1)"]) }
      _ = try desk.kubelog.ingest(try desk.file("a.log", text.joined()))
      return try desk.kubelog.answer("quorum")
    }
    #expect(table.rows.map { table.number("from", $0) } == [Double(begin), Double(begin + 5 * minute)])
    #expect(table.rows.last.flatMap { table.number("_not_before", $0) } == Double(begin + minute))
    #expect(table.rows.map { table.texts("_members", $0) } == [["a", "b"], ["a", "b"]])
  }

  /// What is not dated counts from the beginning.
  @Test func undatedTable() throws {
    let text = Self.table("14:00:00", ["a Ready", "b Ready", "c NotReady"]).split(separator: "\n").dropFirst()
    #expect(try rows([text.joined(separator: "\n") + "\n"]) == [#"3 2 2 0 at-risk ["c"]"#])
  }

  @Test func workerSessionsMakeNoMember() throws {
    #expect(
      try rows([
        "root@w1:~# kubeadm join 10.0.0.1:6443 --token \(token)\n[preflight] Running pre-flight checks\n"
          + "[kubelet-start] Starting the kubelet\nThis node has joined the cluster:\n"
      ]) == [])
  }

  private static func joining(_ lines: [String]) -> String {
    """
    root@b:~# kubeadm join 10.0.0.1:6443 --token \(token) --control-plane
    [preflight] Running pre-flight checks
    \(lines.joined(separator: "\n"))

    """
  }
  private static let announced = "[etcd] Announced new etcd member joining to the existing etcd cluster"

  /// What was announced has a vote at once; from 1.29 on it is a learner first.
  @Test(
    arguments: [
      ("v1.22.4", ["14:00:00 2 2 2 0 at-risk []", #"14:01:02 3 2 2 - unknown ["b"]"#]),
      ("v1.30.0", ["14:00:00 2 2 2 0 at-risk []"]),
    ] as [(String, [String])])
  func announcedMember(_ version: String, _ expected: [String]) throws {
    try withDesk(now: begin + hour) { desk in
      let table = Self.table("14:00:00", ["a Ready", "c Ready"]).replacing("v1.30.0", with: version)
      _ = try desk.kubelog.ingest(try desk.file("nodes.log", table))
      let text = Self.joining([Self.announced, "error execution phase control-plane-join/etcd: timeout"])
      let stamped = text.split(separator: "\n").enumerated().map { index, line in
        "2026-11-23T14:01:0\(index).000000Z \(line)\n"
      }
      _ = try desk.kubelog.ingest(try desk.file("join.log", stamped.joined()))
      let answer = try desk.kubelog.answer("quorum")
      let times = answer.rows.map { row in
        answer.number("from", row).map { String(rfc3339(Int64($0)).dropFirst(11).prefix(8)) } ?? "-"
      }
      #expect(zip(times, Self.lines(answer)).map { "\($0) \($1)" } == expected)
    }
  }

  @Test func externalEtcdHasItsOwnMajority() throws {
    try withDesk { desk in
      let text = Self.joining([
        "[check-etcd] Skipping etcd check in external mode", "[kubelet-start] Starting the kubelet",
        "[control-plane-join] using external etcd - no local stacked instance added",
        "[mark-control-plane] Marking the node b as control-plane by adding the labels",
        "This node has joined the cluster and a new control plane instance was created:",
      ])
      _ = try desk.kubelog.ingest(try desk.file("join.log", text))
      _ = try desk.kubelog.ingest(
        try desk.file("nodes.log", Self.table("14:00:00", ["a Ready", "b NotReady"])))
      let table = try desk.kubelog.answer("quorum")
      #expect(Self.lines(table).last == #"2 1 1 0 at-risk ["b"]"#)
      #expect(try desk.kubelog.notes(onQuorum: table).contains { $0.contains("etcd is external") })
    }
  }

  @Test func evenAndSingleGetANote() throws {
    for (nodes, words) in [
      (["a Ready"], "no redundancy"), (["a Ready", "b Ready"], "2 members stand no more losses than 1"),
      (["a Ready", "b Ready", "c Ready"], nil),
    ] {
      try withDesk { desk in
        _ = try desk.kubelog.ingest(try desk.file("a.log", Self.table("14:00:00", nodes)))
        let notes = try desk.kubelog.notes(onQuorum: try desk.kubelog.answer("quorum"))
        #expect(notes.count == (words == nil ? 0 : 1))
        if let words { #expect(notes.first?.contains(words) == true) }
      }
    }
  }

  @Test func etcdIsAWitness() throws {
    try withDesk { desk in
      let line =
        #"{"level":"info","ts":"2026-11-23T14:36:16.123Z","logger":"raft","caller":"etcdserver/zap_raft.go:77","msg":"raft.node: b46624837acedac9 lost leader aa1bc2d3e4f56789 at term 6"}"#
      _ = try desk.kubelog.ingest(try desk.file("etcd.log", line + "\n"))
      _ = try desk.kubelog.ingest(
        try desk.file("a.log", Self.table("14:00:00", ["a Ready", "b Ready", "c Ready"])))
      #expect(
        try desk.kubelog.notes(onQuorum: try desk.kubelog.answer("quorum")) == [
          "etcd said at 2026-11-23 14:36:16: member b46624837acedac9 lost its leader aa1bc2d3e4f56789 at term 6"
        ])
    }
  }

  @Test func clustersAreCountedApart() throws {
    try withDesk { desk in
      for (name, nodes) in [("x", ["a Ready"]), ("y", ["b Ready", "c NotReady"])] {
        var options = IngestOptions()
        options.cluster = name
        _ = try desk.kubelog.ingest(
          try desk.file("\(name).log", Self.table("14:00:00", nodes)), options)
      }
      let table = try desk.kubelog.answer("quorum")
      #expect(table.rows.map { table.text("cluster", $0) } == ["x", "y"])
      #expect(Self.lines(table) == ["1 1 1 0 single []", #"2 1 2 0 lost ["c"]"#])
    }
  }
}
