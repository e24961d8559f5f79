import KubelogScan
import Testing

private func decoded(_ text: String) -> String {
  var out: [UInt8] = []
  let bytes = Array(text.utf8)
  bytes.span.decodeJSONText(0..<bytes.count, into: &out)
  return String(decoding: out, as: UTF8.self)
}

private func members(_ text: String) -> (members: [String], end: Int?) {
  let bytes = Array(text.utf8)
  guard var walk = JSONMembers(bytes.span, in: 0..<bytes.count) else { return (["no object"], nil) }
  var found: [String] = []
  while let member = walk.next(bytes.span) {
    found.append("\(bytes.span.text(member.name)) \(member.value.kind) \(bytes.span.text(member.value.range))")
  }
  return (found, walk.end)
}

@Suite struct JSONScannerTests {
  @Test func `Members come in their order, each with its kind and place`() {
    let line = #" { "a" : "x" , "b":-1.5e3,"c":true,"d":null,"e":{"f":["}",{}]},"g":[1, 2],"a":"again" } rest"#
    let (found, end) = members(line)
    #expect(
      found == [
        "a text x", "b number -1.5e3", "c bool true", "d null null", #"e object {"f":["}",{}]}"#, "g list [1, 2]",
        "a text again",
      ])
    #expect(end == line.utf8.count - 5)
  }

  @Test(
    arguments: [
      (#"{}"#, 0, 2), (#"{"a":1"#, 1, nil), (#"{"a":1,"b":"cu"#, 1, nil), (#"{"a":1,"b":"cut\"#, 1, nil),
      (#"{"a":1,"b":{"c":[1]"#, 1, nil), (#"{"a" 1}"#, 0, nil), (#"{a:1}"#, 0, nil), (#"{"a":1 "b":2}"#, 1, nil),
      (#"{"a":}"#, 0, nil), (#"{"a":1,"b""#, 1, nil), (#"{"a\"":1}"#, 1, 9), (#"{"a":"\\"}"#, 1, 10),
    ] as [(String, Int, Int?)])
  func `What is cut or wrong ends the walk, and what was whole before it stays`(text: String, count: Int, end: Int?) {
    let found = members(text)
    #expect(found.members.count == count)
    #expect(found.end == end)
  }

  @Test(arguments: ["", "  ", "[1]", "x{}"])
  func `Only an object has members`(text: String) {
    #expect(members(text).members == ["no object"])
  }

  @Test(arguments: [
    (#"plain"#, "plain"), (#"a\nb\t\"c\"\\\/"#, "a\nb\t\"c\"\\/"), (#"\u00e9\u2028"#, "é\u{2028}"),
    (#"\ud83d\ude00!"#, "😀!"), (#"\ud83d!"#, "\u{FFFD}!"), (#"\ude00\ud83d"#, "\u{FFFD}\u{FFFD}"),
    (#"\ud83d\u0041"#, "\u{FFFD}A"), (#"\u12"#, #"\u12"#), (#"\q"#, #"\q"#), (#"end\"#, #"end\"#),
    (#"\x41\e[0m\U0001F600"#, "A\u{1B}[0m😀"), ("\\\n   one\\n\\\r\n \ttwo\\\n", "one\ntwo"), (#"\ two"#, " two"),
    (#"\U00110000"#, "\u{FFFD}"),
  ])
  func `A string's escapes are JSON's and KYAML's`(text: String, meaning: String) {
    #expect(decoded(text) == meaning)
  }

  @Test func `Bytes that are no UTF-8 are passed on`() {
    var out: [UInt8] = []
    let bytes: [UInt8] = [0x61, 0xFF, 0x5C, 0x6E, 0xC3]
    bytes.span.decodeJSONText(0..<5, into: &out)
    #expect(out == [0x61, 0xFF, 0x0A, 0xC3])
  }

  @Test(arguments: [
    ("[]", [] as [UInt8]?), ("[27, 91,255]", [27, 91, 255]), ("[1,256]", nil), ("[1,-1]", nil), ("[1,\"a\"]", nil),
    ("[1,2", nil), ("[1 2]", nil), ("{}", nil),
  ])
  func `A list of byte numbers is read whole or not at all`(text: String, bytes: [UInt8]?) {
    let text = Array(text.utf8)
    var out: [UInt8] = [7]
    #expect(text.span.decodeJSONBytes(0..<text.count, into: &out) == (bytes != nil))
    #expect(out == [7] + (bytes ?? []))
  }

  @Test func `A quote after an even number of backslashes closes a string`() {
    let text = Array(#"a\\\"b\\"c""#.utf8)
    #expect(text.span.jsonTextEnd(from: 0, to: text.count) == 8)
  }
}
