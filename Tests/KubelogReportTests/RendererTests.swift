import KubelogQuery
import KubelogReport
import Testing

@Suite struct RendererTests {
  @Test(arguments: [
    (OutputFormat.table, ""),
    (.json, "[]\n"),
    (.ndjson, ""),
    (.csv, "command,outcome,started_at,duration_s,warnings,dry_run,arguments\n"),
    (
      .markdown,
      "| COMMAND | OUTCOME | STARTED (UTC) | TOOK | WARNINGS |\n| --- | --- | --- | ---: | ---: |\n"
    ),
  ])
  func withoutRows(format: OutputFormat, expected: String) {
    #expect(render(ResultTable(columns: sessions.columns), format) == expected)
  }

  @Test(arguments: [OutputFormat.table, .markdown])
  func withoutTitledColumnsThereIsNothingToShow(format: OutputFormat) {
    let untitled = ResultTable(columns: [Column(name: "id", type: .text, title: nil)], rows: [[.text("a")]])
    #expect(render(untitled, format) == "")
  }

  @Test func formatsAreCalledAsTheOptionCallsThem() {
    #expect(OutputFormat.allCases.map(\.rawValue) == ["table", "json", "ndjson", "csv", "markdown"])
  }
}
