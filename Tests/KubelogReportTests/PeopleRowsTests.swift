import KubelogQuery
import Testing

@testable import KubelogReport

/// Answers of more rows than are laid out together.
@Suite struct PeopleRowsTests {
  private let names = ResultTable(columns: [
    Column(name: "name", type: .text, title: "NAME"), Column(name: "time", type: .time, title: "TIME"),
    Column(name: "count", type: .integer, title: "COUNT"),
  ])

  /// As many rows as fill a page and one more, which is wider and of the winter.
  private var table: ResultTable {
    var table = names
    let summer = moment - 60 * 86_400_000_000
    table.rows = (0..<PeopleRows.pageSize).map { [.text("n\($0)"), .integer(summer), .integer(1)] }
    table.rows.append([.text("a-name-that-is-longer"), .integer(moment), .integer(1)])
    return table
  }

  @Test func rowsComeAPageAtATime() {
    var rows = Renderer(Presentation()).rows(under: names.columns)
    let printed = table.rows.map { rows.text(of: $0) }
    let end = rows.end()
    #expect(printed.dropLast().joined() == "")
    #expect(printed.last?.split(separator: "\n").count == 1 + PeopleRows.pageSize)
    #expect(end.split(separator: "\n").count == 1)
  }

  @Test func laterPagesGoOnBelowOneHeading() {
    let text = Renderer(Presentation(zone: berlin, now: moment)).render(table)
    let lines = text.split(separator: "\n")
    #expect(lines.count == 2 + PeopleRows.pageSize)
    #expect(lines[0] == "NAME   TIME (CEST)          COUNT")
    #expect(lines[1] == "n0     2026-09-24 16:09:38      1")
    // What the heading does not say of it stands in the cell.
    #expect(lines.last == "a-name-that-is-longer  2026-11-23 15:09:38 CET      1")
    // A narrow row below a wide one stands as that does.
    var narrow = table
    narrow.rows[0][0] = .text("a-name-that-is-longer")
    narrow.rows[narrow.rows.count - 1] = [.text("n"), .integer(moment - 60 * 86_400_000_000), .integer(2)]
    #expect(
      Renderer(Presentation(zone: berlin, now: moment)).render(narrow).hasSuffix(
        "\nn                      2026-09-24 16:09:38      2\n"))
  }

  @Test func markdownHasOneHeadingAndRecordsStayApart() {
    let markdown = Renderer(Presentation(format: .markdown)).render(table)
    #expect(markdown.hasPrefix("| NAME | TIME (UTC) | COUNT |\n| --- | --- | ---: |\n| n0 | "))
    #expect(markdown.split(separator: "\n").count == 3 + PeopleRows.pageSize)
    #expect(markdown.hasSuffix("\n| a-name-that-is-longer | 2026-11-23 14:09:38 | 1 |\n"))
    let records = Renderer(Presentation(width: 20)).render(table)
    #expect(records.hasSuffix("COUNT: 1\n\nNAME: a-name-that-is-longer\nTIME (UTC): 2026-11-23 14:09:38\nCOUNT: 1\n"))
  }
}
