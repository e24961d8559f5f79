import KubelogScan
import Testing

@testable import KubelogParse

@Suite struct KlogHeaderTests {
  private func header(_ text: String) -> (header: KlogHeader, file: String, body: String)? {
    text.bytes { line in
      KlogHeader(line, 0..<line.count).map { ($0, line.text($0.file), line.text($0.body)) }
    }
  }

  @Test func readsAllParts() throws {
    let found = try #require(
      header(#"W1123 14:36:16.123456     506 kubelet_node_status.go:71] "Attempting" node="cp3""#))
    #expect(
      found.header.civil
        == CivilTime(month: 11, day: 23, hour: 14, minute: 36, second: 16, microsecond: 123_456))
    #expect(found.header.process == 506)
    #expect(found.file == "kubelet_node_status.go")
    #expect(found.body == #""Attempting" node="cp3""#)
    #expect(found.header.severity == .warning)
  }

  @Test(
    arguments: [
      ("I0101 00:00:00.000000       1 main.go:1] x", 1, "x"),
      ("I1231 23:59:59.999999 4194304 main.go:1] x", 4_194_304, "x"),
      ("I1231 23:59:59.999999 12345678 a.go:12345] x", 12_345_678, "x"),
      ("I0101 00:00:00.000000       1 _testmain.go:1]  two blanks", 1, " two blanks"),
      ("I0101 00:00:00.000000       1 server.go:77] ", 1, ""),
      ("I0101 00:00:00.000000       1 server.go:77]", 1, ""),
      ("I0101 00:00:00.000000       1 server.go:77]x", 1, "x"),
    ])
  func valid(text: String, process: Int, body: String) throws {
    let found = try #require(header(text))
    #expect(found.header.process == process)
    #expect(found.body == body)
  }

  @Test(arguments: [("I", Severity.info), ("W", .warning), ("E", .error), ("F", .error)])
  func letters(letter: String, severity: Severity) {
    #expect(header("\(letter)0101 00:00:00.000000       1 main.go:1] x")?.header.severity == severity)
  }

  @Test(
    arguments: [
      "", "I", "D0101 00:00:00.000000       1 main.go:1] x", "i0101 00:00:00.000000       1 main.go:1] x",
      "I1301 00:00:00.000000       1 main.go:1] x", "I0100 00:00:00.000000       1 main.go:1] x",
      "I0132 00:00:00.000000       1 main.go:1] x", "I0101 24:00:00.000000       1 main.go:1] x",
      "I0101 00:60:00.000000       1 main.go:1] x", "I0101 00:00:00.00000       1 main.go:1] xx",
      "I0101 00:00:00.0000000      1 main.go:1] x", "I0101 00:00:00             1 main.go:1] x",
      "I0101 00:00:00.000000         main.go:1] x", "I0101 00:00:00.000000      1x main.go:1] x",
      "I0101 00:00:00.000000       1 main.go] xxxxxx", "I0101 00:00:00.000000       1 main.go:] xxxxx",
      "I0101 00:00:00.000000       1 :1] xxxxxxxxxxx", "I0101 00:00:00.000000       1 main.go:1 xxxxxx",
      "I0101 00:00:00.000000       1 main .go:1] x", "I0101  00:00:00.000000      1 main.go:1] x",
      " I0101 00:00:00.000000       1 main.go:1] x", "I0101 00:00:00.000000       1 m",
      "[init] Using Kubernetes version: v1.22.4",
    ])
  func refused(text: String) {
    #expect(header(text) == nil)
  }

  @Test func standsWhereTheRangeBegins() throws {
    let text = "Nov 23 14:36:16 cp3 kubelet[506]: E1123 14:36:16.123456     506 kubelet.go:74] broken"
    let found = text.bytes { line in KlogHeader(line, 34..<line.count).map { line.text($0.body) } }
    #expect(found == "broken")
    #expect(text.bytes { KlogHeader($0, 0..<$0.count) } == nil)
    // Its parts may not lie behind the range.
    #expect(text.bytes { KlogHeader($0, 34..<70) } == nil)
  }
}
