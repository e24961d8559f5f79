import KubelogQuery
import KubelogReport

/// 2026-11-23T14:09:38.847794Z, a Monday in the evening in Seoul.
let moment: Int64 = 1_795_442_978_847_794

let seoul = LocalZone { _ in (9 * 3600, "KST") }

/// Berlin in the autumn of 2026: summer time ends on 25 October at 01:00 UTC.
let berlin = LocalZone { time in time < 1_792_890_000_000_000 ? (7200, "CEST") : (3600, "CET") }

/// Two sessions with every type of column, and one column that has no title.
let sessions = ResultTable(
  columns: [
    Column(name: "command", type: .text, title: "COMMAND"),
    Column(name: "outcome", type: .text, title: "OUTCOME"),
    Column(name: "started_at", type: .time, title: "STARTED"),
    Column(name: "duration_s", type: .duration, title: "TOOK"),
    Column(name: "warnings", type: .integer, title: "WARNINGS"),
    Column(name: "dry_run", type: .boolean, title: nil),
    Column(name: "arguments", type: .json, title: nil),
  ],
  rows: [
    [
      .text("init"), .text("succeeded"), .integer(moment), .real(48.2), .integer(1), .integer(0),
      .text(#"["--upload-certs"]"#),
    ],
    [.text("join"), .text("failed"), .null, .real(6720), .integer(12), .integer(1), .null],
  ])

/// A table of one column, a row for each value.
func column(_ name: String, _ type: ColumnType, title: String? = nil, _ values: Value...) -> ResultTable {
  ResultTable(
    columns: [Column(name: name, type: type, title: title ?? name.uppercased())], rows: values.map { [$0] })
}

/// Renders with everything but the format at its default.
func render(_ table: ResultTable, _ format: OutputFormat) -> String {
  Renderer(Presentation(format: format)).render(table)
}
