import KubelogQuery
import KubelogReport
import Testing

@Suite struct MarkdownTextTests {
  @Test func titledColumnsAsPeopleReadThem() {
    #expect(
      Renderer(Presentation(format: .markdown, color: true, zone: seoul)).render(sessions) == """
        | COMMAND | OUTCOME | STARTED (KST) | TOOK | WARNINGS |
        | --- | --- | --- | ---: | ---: |
        | init | succeeded | 2026-11-23 23:09:38 | 48.2s | 1 |
        | join | failed | - | 1h 52m | 12 |

        """)
  }

  @Test(arguments: [
    ("a|b", #"a\|b"#),
    (#"a\|b"#, #"a&#92;\|b"#),
    ("a\nb\r\nc\rd", "a b c d"),
    ("a\n\nb", "a  b"),
    ("<script> & `code`", "&lt;script&gt; &amp; `code`"),
    ("\u{1B}[31m\u{202E}", #"\e[31m\u{202E}"#),
    ("![x](http://e/x.png) [ERROR a]: (b)", #"![x]\(http://e/x.png) [ERROR a]: (b)"#),
  ])
  func cellsAreEscaped(text: String, expected: String) {
    #expect(render(column("t", .text, .text(text)), .markdown) == "| T |\n| --- |\n| \(expected) |\n")
  }

  @Test func headingsAreEscaped() {
    #expect(render(column("t", .text, title: "A|<B>"), .markdown) == "| A\\|&lt;B&gt; |\n| --- |\n")
  }
}
