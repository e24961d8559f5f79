import KubelogQuery
import Testing

@testable import KubelogKit

/// What a report keeps of an answer without end.
@Suite struct LastRowsTests {
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
}
