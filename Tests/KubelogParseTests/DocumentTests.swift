import KubelogScan
import Testing

@testable import KubelogParse

private func json(_ text: String) -> (document: Document, isWhole: Bool)? {
  text.bytes { JSONReader.read($0, in: 0..<$0.count) }
}

private func yaml(_ text: String) -> (document: Document, isWhole: Bool)? { YAMLReader.read(Array(text.utf8)) }

private func object(_ members: [(String, Document)]) -> Document {
  .object(members.map { Document.Member(name: $0.0, value: $0.1) })
}

@Suite struct JSONReaderTests {
  @Test func `Values of every kind are read`() {
    let found = json(#"{"a":null,"b":[true,false,-1.5e2,0],"c":{"d":"x\u00e9\n"},"e":[],"f":{}}"#)
    let expected = object([
      ("a", .null), ("b", .list([.bool(true), .bool(false), .number(-150), .number(0)])),
      ("c", object([("d", .text("xé\n"))])), ("e", .list([])), ("f", object([])),
    ])
    #expect(found?.document == expected)
    #expect(found?.isWhole == true)
  }

  @Test func `KYAML is read: bare names, trailing commas, comments, texts over lines`() {
    let text = """
      # a comment
      {
        a: "one\\n\\
           two\\n\\
          \\  three\\
          ", # another
        node.kubernetes.io/x-y: [{
          n: 1,
        }, {
        },],
      }
      """
    let found = json(text)
    #expect(found?.document["a"]?.text == "one\ntwo\n  three")
    #expect(found?.document["node.kubernetes.io/x-y"] == .list([object([("n", .number(1))]), object([])]))
    #expect(found?.isWhole == true)
  }

  @Test(arguments: [
    (
      #"{"a":1,"b":[1,{"c":2,"d":"cu"#,
      object([("a", .number(1)), ("b", .list([.number(1), object([("c", .number(2))])]))])
    ),
    (#"{"a":1,"b":tru"#, object([("a", .number(1))])), (#"{"a":12"#, object([])),
    (#"{"a":1,"b" 2}"#, object([("a", .number(1))])),
    (#"{"a":1,"b":word}"#, object([("a", .number(1))])), (#"{"a":1,"b":01x}"#, object([("a", .number(1))])),
    ("[", .list([])),
  ])
  func `A text that is cut or wrong gives what stood before`(text: String, document: Document) {
    let found = json(text)
    #expect(found?.document == document)
    #expect(found?.isWhole == false)
  }

  @Test(arguments: ["", "  ", "word", "}", "\"cut"])
  func `A text that is no value gives nothing`(text: String) {
    #expect(json(text) == nil)
  }

  @Test func `Halves of surrogate pairs and bytes that are no UTF-8 do not lose the document`() {
    let bytes = Array(#"{"a":"\ud83d ","#.utf8) + Array(#""b":""#.utf8) + [0xFF, 0xC3] + Array(#"","c":1}"#.utf8)
    let found = JSONReader.read(bytes.span, in: 0..<bytes.count)
    #expect(found?.document["a"]?.text == "\u{FFFD} ")
    #expect(found?.document["b"]?.text == "\u{FFFD}\u{FFFD}")
    #expect(found?.document["c"]?.integer == 1)
  }

  @Test func `What is nested too deep is null, and what follows is read`() {
    let deep = String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000)
    let found = json(#"{"a":\#(deep),"b":1}"#)
    #expect(found?.document["b"]?.integer == 1)
    var (level, depth) = (found?.document["a"], 1)
    while let inner = level?.elements.first { (level, depth) = (inner, depth + 1) }
    #expect(level == .null)
    #expect(depth == Document.deepest)
  }

  @Test func `Of a name that stands twice the last holds`() {
    #expect(json(#"{"a":1,"a":2}"#)?.document["a"]?.integer == 2)
  }
}

@Suite struct YAMLReaderTests {
  @Test func `Block style as kubectl writes it`() {
    let text = """
      apiVersion: v1
      items:
      - kind: Node
        n: 10250
        t: "10250"
        b: true
        z: ~
        e:
        m: |
          one
          two
        f: >-
          folded
          words
        s: 'it''s'
        l: []
        o: {}
      kind: List
      """
    let item = object([
      ("kind", .text("Node")), ("n", .number(10250)), ("t", .text("10250")), ("b", .bool(true)), ("z", .null),
      ("e", .null), ("m", .text("one\ntwo\n")), ("f", .text("folded words")), ("s", .text("it's")), ("l", .list([])),
      ("o", object([])),
    ])
    let found = yaml(text)
    #expect(
      found?.document == object([("apiVersion", .text("v1")), ("items", .list([item])), ("kind", .text("List"))]))
    #expect(found?.isWhole == true)
  }

  @Test func `An alias is null, so that nothing grows`() {
    let found = yaml("a: &x [1]\nb: [*x, *x]\nc: 2\n")
    #expect(found?.document["b"] == .list([.null, .null]))
    #expect(found?.document["c"]?.integer == 2)
  }

  @Test func `A document that is wrong gives what stood before`() {
    let found = yaml("a: 1\nb:\n  c: 2\n  d: [1, 2\ne: 3\n")
    #expect(found?.isWhole == false)
    #expect(found?.document["a"]?.integer == 1)
    #expect(found?.document["b"]?["c"]?.integer == 2)
  }

  @Test func `What is nested too deep is null, and what follows is read`() {
    let deep = String(repeating: "[", count: 500) + String(repeating: "]", count: 500)
    let found = yaml("a: \(deep)\nb: 1\n")
    #expect(found?.document["b"]?.integer == 1)
    var (level, depth) = (found?.document["a"], 1)
    while let inner = level?.elements.first { (level, depth) = (inner, depth + 1) }
    #expect(level == .null)
    #expect(depth == Document.deepest)
  }

  @Test(arguments: ["", "# nothing\n"])
  func `Nothing is no document`(text: String) {
    #expect(yaml(text) == nil)
  }
}

@Suite struct Base64Tests {
  @Test(arguments: [
    ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob"), ("Zm9v\nYmE=", "fooba"),
    ("Zg", "f"),
    ("Zm9vYmFyIQ==", "foobar!"),
  ])
  func `Bytes come back`(text: String, bytes: String) {
    #expect(base64Decoded(text) == Array(bytes.utf8))
  }

  @Test(arguments: ["Z", "Zm9v-", "Zg==Zg==", "<none>"])
  func `What is no base64 is nothing`(text: String) {
    #expect(base64Decoded(text) == nil)
  }
}
