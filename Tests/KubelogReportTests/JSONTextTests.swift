import KubelogQuery
import KubelogReport
import Testing

@Suite struct JSONTextTests {
  static let first =
    #"{"command":"init","outcome":"succeeded","started_at":"2026-11-23T14:09:38.847794Z","duration_s":48.2,"#
    + #""warnings":1,"dry_run":false,"arguments":["--upload-certs"]}"#
  static let second =
    #"{"command":"join","outcome":"failed","started_at":null,"duration_s":6720,"#
    + #""warnings":12,"dry_run":true,"arguments":null}"#

  @Test func arrayHasOneObjectALine() {
    #expect(render(sessions, .json) == "[\n  \(Self.first),\n  \(Self.second)\n]\n")
  }

  @Test func linesHaveOneObjectEach() {
    #expect(render(sessions, .ndjson) == "\(Self.first)\n\(Self.second)\n")
  }

  @Test(arguments: [(0, "null\n"), (1, "\(first)\n"), (2, "[\n  \(first),\n  \(second)\n]\n")])
  func oneThingIsOneObject(rows: Int, expected: String) {
    let table = ResultTable(columns: sessions.columns, rows: Array(sessions.rows.prefix(rows)))
    #expect(Renderer(Presentation(format: .json, single: true)).render(table) == expected)
  }

  @Test(arguments: [
    ("plain", #""plain""#),
    ("", #""""#),
    (#"say "hi" \ bye"#, #""say \"hi\" \\ bye""#),
    ("a\nb\tc\rd", #""a\nb\tc\rd""#),
    ("a\r\nb", #""a\r\nb""#),
    ("\u{1B}[31m\u{0}\u{7F}\u{9B}", #""\u001B[31m\u0000\u007F\u009B""#),
    ("\u{202E}", #""\u202E""#),
    ("한국 🚀 é", #""한국 🚀 é""#),
  ])
  func textIsEscaped(text: String, expected: String) {
    #expect(render(column("t", .text, .text(text)), .ndjson) == "{\"t\":\(expected)}\n")
  }

  @Test func keysAreEscapedToo() {
    #expect(render(column("a\"b", .text, .null), .ndjson) == "{\"a\\\"b\":null}\n")
  }

  @Test(arguments: [
    (ColumnType.number, Value.real(0.1), "0.1"),
    (.number, .real(3), "3"),
    (.number, .real(-0.0), "0"),
    (.number, .real(1e300), "1e+300"),
    (.number, .real(.nan), "null"),
    (.number, .real(.infinity), "null"),
    (.duration, .real(86400), "86400"),
    (.duration, .integer(86400), "86400"),
    (.duration, .real(0.1 + 0.2), "0.3"),
    (.duration, .real(-1.5), "-1.5"),
    (.duration, .real(.nan), "null"),
    (.integer, .integer(.min), "-9223372036854775808"),
    (.text, .integer(7), "7"),
    (.boolean, .null, "null"),
    (.time, .real(0.4), #""1970-01-01T00:00:00.000000Z""#),
    (.time, .real(1e300), "null"),
    (.time, .text("soon"), #""soon""#),
  ])
  func valuesAsNumbers(type: ColumnType, value: Value, expected: String) {
    #expect(render(column("v", type, value), .ndjson) == "{\"v\":\(expected)}\n")
  }

  @Test(arguments: [
    ("", "null"),
    (" \n", "null"),
    (#"{"a": [1, "ü"]}"#, #"{"a": [1, "ü"]}"#),
    ("{\n\t\"a\": 1\r\n}", #"{  "a": 1  }"#),
    ("\"\u{9B}31m\"", #""\u009B31m""#),
  ])
  func documentsStayOnOneLine(document: String, expected: String) {
    #expect(render(column("d", .json, .text(document)), .ndjson) == "{\"d\":\(expected)}\n")
  }

  @Test func shortRowsKeepTheirKeys() {
    let table = ResultTable(columns: Array(sessions.columns.prefix(2)), rows: [[.text("init")]])
    #expect(render(table, .ndjson) == "{\"command\":\"init\",\"outcome\":null}\n")
  }
}
