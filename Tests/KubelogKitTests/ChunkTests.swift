import KubelogKit
import Testing
import TestSamples

@Suite struct ChunkTests {
  @Test(arguments: [1, 2, 7, 64 << 10])
  func chunksDoNotMatter(_ size: Int) throws {
    let whole = try parse(everything)
    let cut = try parse(everything, chunk: size)
    #expect(whole.events.count > 40)
    #expect(cut.events == whole.events)
    #expect(linesByRun(cut) == linesByRun(whole))
    #expect(last(cut.sessions) == last(whole.sessions))
    #expect(last(whole.sessions).map(\.command) == [.`init`, .join, .join])
    #expect(last(whole.sessions).map(\.outcome) == [.succeeded, .succeeded, .failed])
  }

  @Test(arguments: ["\r\n", "\r\r\n"])
  func lineEndsDoNotMatter(_ end: String) throws {
    let plain = try parse(everything)
    let other = try parse(everything.replacing("\n", with: end))
    #expect(other.events.map(\.identity) == plain.events.map(\.identity))
    #expect(other.events.map(\.message) == plain.events.map(\.message))
    #expect(other.events.map(\.position.line) == plain.events.map(\.position.line))
    #expect(other.events.map(\.secrets) == plain.events.map(\.secrets))
  }

  @Test func blanksAtLineEndsDoNotMatter() throws {
    let plain = try parse(initLog + joinLog)
    let other = try parse((initLog + joinLog).replacing("key\n", with: "key  \n"))
    #expect(other.events.map(\.identity) == plain.events.map(\.identity))
  }

  @Test(arguments: [initLog, joinLog, nodes, journal])
  func lastLineNeedsNoEnd(_ text: String) throws {
    var bare = text
    while bare.last == "\n" { bare.removeLast() }
    // Only that it may have been cut tells it from a whole line.
    let whole = { (batch: Batch) in
      batch.events.map { event in
        var event = event
        event.isTentative = false
        return event
      }
    }
    let expected = try whole(parse(text))
    #expect(try whole(parse(bare)) == expected)
    #expect(try whole(parse(bare, chunk: 3)) == expected)
  }

  @Test func secretsAreFoundWhereverTheChunksFall() throws {
    let found = Set(try parse(initLog, chunk: 5).events.flatMap { $0.secrets.map(\.value) })
    #expect(found == [token, certificateKey, "ca", "apiserver", "etcd-ca", "etcd-server"])
  }

  @Test func noMessageHoldsASecret() throws {
    for event in try parse(everything).events {
      let text = event.message + event.attributesJSON
      #expect(!text.contains(certificateKey))
      #expect(!text.contains(token.dropFirst(7)))
    }
  }

  @Test func parsedEventsAreTheTimelinesRows() throws {
    try withDesk { desk in
      let path = try desk.file("a.log", everything)
      var printed: [[Value]] = []
      try desk.kubelog.parse(path) { printed += $0.table.rows }
      _ = try desk.kubelog.ingest(path)
      let table = try desk.kubelog.answer("timeline", ["fold": .text("none")])
      let kinds = { (rows: [[Value]], index: Int) in
        rows.compactMap { row in if case .text(let text) = row[index] { text } else { nil } }
      }
      let kind = try #require(table.columns.firstIndex { $0.name == "kind" })
      let id = try #require(table.columns.firstIndex { $0.name == "id" })
      #expect(Set(kinds(printed, id)) == Set(kinds(table.rows, id)))
      #expect(Set(kinds(printed, kind)) == Set(kinds(table.rows, kind)))
    }
  }

  /// Each session as it was told last, in the order of the input.
  private func last(_ sessions: [SessionFacts]) -> [SessionFacts] {
    var byRun: [Int: SessionFacts] = [:]
    for facts in sessions { byRun[facts.run] = facts }
    return byRun.sorted { $0.key < $1.key }.map(\.value)
  }
}

/// The lines of each run, however they were told, and which runs are over.
private func linesByRun(_ batch: Batch) -> [Int: [Int64]] {
  batch.runs.reduce(into: [:]) { $0[$1.run, default: []] += $1.lines + ($1.isOver ? [0] : []) }
}
