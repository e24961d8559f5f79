import KubelogQuery
import KubelogReport
import Testing

@Suite struct CSVTextTests {
  @Test func allColumnsWithHeading() {
    #expect(
      render(sessions, .csv) == """
        command,outcome,started_at,duration_s,warnings,dry_run,arguments
        init,succeeded,2026-11-23T14:09:38.847794Z,48.2,1,false,"[""--upload-certs""]"
        join,failed,,6720,12,true,

        """)
  }

  @Test(arguments: [
    ("a,b", #""a,b""#),
    (#"say "hi""#, #""say ""hi""""#),
    ("a\nb", "\"a\nb\""),
    ("a\r\nb", "\"a\r\nb\""),
    ("한국 |x", "한국 |x"),
  ])
  func textIsQuotedWhereItMustBe(text: String, expected: String) {
    #expect(render(column("t", .text, .text(text)), .csv) == "t\n\(expected)\n")
  }

  @Test(arguments: [
    ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@SUM(A1)", "'@SUM(A1)"), ("\tx", "'\tx"), ("\rx", "\"'\rx\""),
    ("\r\nx", "\"'\r\nx\""), ("=\"a\"", #""'=""a""""#), ("a=1", "a=1"),
  ])
  func formulasAreDisarmed(text: String, expected: String) {
    #expect(render(column("t", .text, .text(text)), .csv) == "t\n\(expected)\n")
  }

  @Test func numbersAreNoFormulas() {
    #expect(render(column("n", .integer, .integer(-5), .real(-0.5)), .csv) == "n\n-5\n-0.5\n")
  }

  @Test func headingsAreDisarmedToo() {
    #expect(render(column("=1+1", .text), .csv) == "'=1+1\n")
  }

  @Test func loneMissingValueIsNoEmptyLine() {
    #expect(render(column("n", .integer, .null, .real(.nan)), .csv) == "n\n\"\"\n\"\"\n")
  }

  @Test func documentsAreAlwaysQuoted() {
    #expect(render(column("d", .json, .text("[1]")), .csv) == "d\n\"[1]\"\n")
  }
}
