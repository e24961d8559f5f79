import FoundationEssentials
import KubelogQuery
import KubelogReport
import Testing

@testable import KubelogKit

/// What is kept of answers without end.
@Suite struct BoundsTests {
  @Test(arguments: [0, 1, 9, 10, 11, 19, 20, 21, 1_000, 1_013])
  func theLastAreKept(_ count: Int) {
    var last = LastRows(most: 10)
    for number in 0..<count { last.add([.integer(Int64(number))]) }
    let expected: [[Value]] = (max(0, count - 10)..<count).map { [.integer(Int64($0))] }
    #expect(last.rows == expected)
    #expect(last.leftOut == max(0, count - 10))
  }

  @Test func whatLastsStays() {
    var last = LastRows(most: 10)
    for number in 0..<101 { last.add([.integer(Int64(number))], lasts: [3, 50, 99].contains(number)) }
    let expected: [[Value]] = ([3, 50] + Array(91..<101)).map { [.integer(Int64($0))] }
    #expect(last.rows == expected)
    #expect(last.leftOut == 89)
  }

  @Test func ofManyThatLastTheLastStay() {
    var last = LastRows(most: 10)
    for number in 0..<500 { last.add([.integer(Int64(number))], lasts: number < 100) }
    let expected: [[Value]] = (Array(90..<100) + Array(490..<500)).map { [.integer(Int64($0))] }
    #expect(last.rows == expected)
    #expect(last.leftOut == 480)
  }

  @Test func ofManyWaitsTheLastAreTold() {
    let table = ResultTable(
      columns: ["id", "waiting_for"].map { Column(name: $0, type: .text, title: nil) },
      rows: (1...23).map { [.text("s\($0)"), .text("etcd")] })
    var notes = SessionNotes()
    for row in table.rows.prefix(20) { notes.add(table, row) }
    #expect(notes.sentences.count == 20 && notes.sentences.first == "s1 was last seen waiting for etcd")
    notes.add(table, table.rows[20])
    #expect(notes.sentences.first == "1 earlier session was waiting, too: kubelog sessions -o json tells for what")
    for row in table.rows.dropFirst(21) { notes.add(table, row) }
    #expect(notes.sentences.first == "3 earlier sessions were waiting, too: kubelog sessions -o json tells for what")
    let told = notes.sentences.dropFirst().map { String($0.prefix(while: { $0 != " " })) }
    #expect(told == (4...23).map { "s\($0)" })
  }

  @Test func ofARunsFindingsTheFirstAreTold() throws {
    try withDesk { desk in
      let found = (1...1_201).map { "\t[ERROR Check-\($0)]: it is \($0)\n" }.joined()
      _ = try desk.kubelog.ingest(
        try desk.file(
          "join.log",
          "[preflight] Running pre-flight checks\nerror execution phase preflight: [preflight] Some fatal errors "
            + "occurred:\n\(found)[preflight] If you know what you are doing, you can make a check non-fatal\n"))
      let table = try desk.kubelog.answer("sessions")
      let row = try #require(table.rows.first)
      #expect(table.rows.count == 1)
      let told = table.text("preflight_errors", row) ?? ""
      #expect(told.hasPrefix(#"[{"check":"Check-1","message":"it is 1"},"#))
      #expect(told.hasSuffix(#"{"check":"Check-1000","message":"it is 1000"}]"#))
      #expect(table.text("preflight_warnings", row) == "[]")
      #expect(try desk.kubelog.answer("preflight-findings").rows.count == 1_201)
    }
  }

  /// A session that is left out takes its phases with it.
  @Test func ofManySessionsAReportTellsTheLast() throws {
    try withDesk { desk in
      let more = 3
      let runs = (1...(Report.most + more)).map { _ in "[init] Using Kubernetes version: v1.31.0\n" }.joined()
      _ = try desk.kubelog.ingest(try desk.file("init.log", runs))
      let text = try desk.kubelog.report().text(.json)
      #expect(text.contains("\"left_out\": {\"sessions\":\(more)}"), "\(text.prefix(400))")
      #expect(try desk.kubelog.answer("phases").rows.count == Report.most + more)
      let phases = text.components(separatedBy: "\"ordinal\"").count - 1
      #expect(phases == Report.most)
    }
  }

  /// Each row names all members: of so many that no etcd has them the last changes are told.
  @Test(arguments: [(40, 80), (101, 100)]) func ofManyMembersTheLastChangesAreTold(_ members: Int, _ rows: Int) throws {
    try withDesk { desk in
      let head = "NAME   STATUS   ROLES           AGE   VERSION\n"
      let lines = (0..<(2 * members)).map { number in
        let (hour, rest) = (14 + number / 3_600, number % 3_600)
        let clock = [hour, rest / 60, rest % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
        let status = number < members ? "Ready" : "NotReady"
        return "2026-11-23T\(clock)Z m\(number % members)   \(status)   control-plane   1d   v1.31.0\n"
      }
      _ = try desk.kubelog.ingest(try desk.file("nodes.txt", "2026-11-23T13:59:59Z " + head + lines.joined()))
      let table = try desk.kubelog.answer("quorum")
      #expect(table.rows.count == rows)
      let last = try #require(table.rows.last)
      #expect(table.number("members", last) == Double(members) && table.number("ready", last) == 0)
      #expect(table.number("to", last) == nil)
    }
  }

  /// Of hundreds that print the same and are open at once the one that goes on is itself again when it is read again.
  @Test func aRunThatGoesOnIsFoundBehindMany() throws {
    try withDesk { desk in
      let begun = "[init] Using Kubernetes version: v1.31.0\n"
      let open = (1...600).map { "null_resource.a\($0) (remote-exec): \(begun)" }.joined()
      let more = (1...20).map { "[certs] Generating \"c\($0)\" certificate and key\n" }.joined()
      let path = try desk.file("apply.log", open + begun + more)
      let first = try desk.kubelog.ingest(path)
      #expect(first.newEvents == first.events && first.sessions == 601)
      #expect(try desk.kubelog.ingest(path).newEvents == 0)
    }
  }
}
