import KubelogScan
import Testing

@testable import KubelogParse

/// A node as kubectl prints it, in each form.
private enum Printed {
  static func node(_ name: String, ready: String = "True", at: String = "2026-11-23T14:36:09Z") -> String {
    """
    {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "creationTimestamp": "2026-11-23T14:32:49Z",
            "name": "\(name)",
            "resourceVersion": "1152",
            "uid": "u-\(name)"
        },
        "status": {
            "conditions": [
                {
                    "lastTransitionTime": "\(at)",
                    "reason": "KubeletReady",
                    "status": "\(ready)",
                    "type": "Ready"
                }
            ],
            "nodeInfo": {
                "kubeletVersion": "v1.22.4"
            }
        }
    }
    """
  }

  static func list(_ names: String...) -> String {
    let items = names.map { node($0).split(separator: "\n").map { "        \($0)" }.joined(separator: "\n") }
    return """
      {
          "apiVersion": "v1",
          "items": [
      \(items.joined(separator: ",\n"))
          ],
          "kind": "List",
          "metadata": {
              "resourceVersion": ""
          }
      }

      """
  }

  static func oneLine(_ name: String, change: String = "ADDED") -> String {
    let object = node(name).split(separator: "\n").map { $0.drop { $0 == " " } }.joined()
    return #"{"type":"\#(change)","object":\#(object)}"# + "\n"
  }

  static func yamlItem(_ name: String) -> String {
    """
    - apiVersion: v1
      kind: Node
      metadata:
        creationTimestamp: "2026-11-23T14:32:49Z"
        name: \(name)
      status:
        conditions:
        - lastTransitionTime: "2026-11-23T14:36:09Z"
          reason: KubeletReady
          status: "True"
          type: Ready
        nodeInfo:
          kubeletVersion: v1.22.4

    """
  }

  static func kyaml(_ names: String...) -> String {
    let items = names.map { name in
      """
      {
          apiVersion: "v1",
          kind: "Node",
          metadata: {
            name: "\(name)",
            uid: "u-\(name)",
          },
          status: {
            conditions: [{
              lastTransitionTime: "2026-11-23T14:36:09Z",
              reason: "KubeletReady",
              status: "True",
              type: "Ready",
            }],
          },
        }
      """
    }
    return "---\n{\n  apiVersion: \"v1\",\n  items: [\(items.joined(separator: ", "))],\n  kind: \"List\",\n}\n"
  }
}

private func observed(_ parsed: Parsed) -> [String] {
  parsed.events("node.observed").map {
    "\($0.node ?? "") \($0.observation?.status ?? "") \($0.observation?.observer.rawValue ?? "")"
  }
}

@Suite struct DocumentReaderTests {
  private static let yaml =
    "apiVersion: v1\nitems:\n" + Printed.yamlItem("cp1") + Printed.yamlItem("w1") + "kind: List\nmetadata:\n  a: \"\"\n"
  private static let forms = [
    Printed.list("cp1", "w1"), Printed.kyaml("cp1", "w1"), yaml,
    yaml.split(separator: "\n").map { $0.hasPrefix("-") || $0.hasPrefix(" ") ? "  \($0)" : "\($0)" }
      .joined(separator: "\n") + "\n",
    "[\n" + Printed.node("cp1") + ",\n" + Printed.node("w1") + "\n]\n",
    #"{"kind":"NodeList","apiVersion":"v1","metadata":{},"items":["#
      + ["cp1", "w1"].map {
        #"{"metadata":{"name":"\#($0)","uid":"\#($0)"},"status":{"conditions":[{"type":"Ready","status":"True"}]}}"#
      }.joined(separator: ",") + "]}\n",
  ]

  @Test(arguments: forms)
  func `Every form of a list gives its nodes, however it comes in`(text: String) throws {
    let whole = try parse(text)
    #expect(whole.events("node.observed").compactMap(\.node) == ["cp1", "w1"])
    #expect(whole.events("node.observed").allSatisfy { $0.observation?.status == "Ready" })
    #expect(whole.format == "kubernetes-objects")
    #expect(try parse(text, chunk: 7).events == whole.events)
    let crlf = try parse(text.replacing("\n", with: "\r\n"))
    #expect(crlf.events.map(\.identity) == whole.events.map(\.identity))
  }

  @Test(arguments: forms.dropLast())
  func `A list that is cut gives the nodes that were whole`(text: String) throws {
    let place = try #require(text.firstRange(of: "w1")?.upperBound)
    let whole = try parse(text)
    let cut = try parse(String(text[..<place]))
    #expect(cut.events("node.observed").compactMap(\.node) == ["cp1"])
    #expect(cut.events("node.observed").map(\.identity) == whole.events("node.observed").prefix(1).map(\.identity))
  }

  @Test(arguments: forms)
  func `What follows a document is for the others`(text: String) throws {
    let row = "w9    NotReady   <none>   3m   v1.22.4\n"
    let parsed = try parse(text + row)
    #expect(observed(parsed).last == "w9 NotReady snapshot")
    #expect(parsed.events("node.observed").count == 3)
  }

  @Test(arguments: forms.dropLast())
  func `A row in the middle of a document costs one object at most`(text: String) throws {
    let place = try #require(text.firstRange(of: "KubeletReady")?.lowerBound)
    let start = text[..<place].lastIndex(of: "\n") ?? text.startIndex
    let parsed = try parse(text[..<start] + "\nNAME   STATUS   ROLES   AGE   VERSION" + text[start...])
    let nodes = parsed.events("node.observed").compactMap(\.node)
    #expect(nodes == ["w1"])
  }

  @Test func `A document without a line end is whole where its brace closes, and a prompt behind it is no part`() throws
  {
    let line = String(Printed.oneLine("cp1").dropLast())
    #expect(observed(try parse(line)) == ["cp1 Ready watch"])
    let row = "w9    NotReady   <none>   3m   v1.22.4"
    #expect(observed(try parse(line + row + "\n")) == ["cp1 Ready watch", "w9 NotReady snapshot"])
    #expect(observed(try parse(line + line + "\n")) == ["cp1 Ready watch", "cp1 Ready watch"])
  }

  @Test(arguments: [
    "{\n", "---\n", "f() {\n  \"kind\": 1\n", "{\n  level: \"info\",\n", "[\n", #"{"level":"info","msg":"x"}"# + "\n",
    "&v1.Node{TypeMeta:v1.TypeMeta{Kind:\"\", APIVersion:\"\"},\n", #"{"type":"log","x":1}"# + "\n", "{{\n",
    #"{"kind":"#, #"{"kind":"Node","apiVersion":"v1","metadata":{"name":"x"#, "- item\n", "object:\n", "kind: x\n",
    "apiVersion:\n", "items: [\n",
  ])
  func `What is no document swallows nothing`(text: String) throws {
    let table = "NAME   STATUS   ROLES    AGE   VERSION\nw1     Ready    <none>   3m    v1.22.4\n"
    let parsed = try parse((text.hasSuffix("\n") ? text : text + "\n") + table)
    #expect(observed(parsed) == ["w1 Ready snapshot"])
  }

  @Test func `A session of kubeadm goes on after a document in it`() throws {
    let parsed = try parse(
      "[init] Using Kubernetes version: v1.22.4\n" + Printed.oneLine("cp1")
        + "[certs] Using certificateDir folder \"/x\"\n")
    #expect(parsed.sessions.count == 1)
    #expect(observed(parsed) == ["cp1 Ready watch"])
    #expect(parsed.events("kubeadm.phase.started").count == 2)
  }

  @Test func `One huge object is passed over, its neighbours are not`() throws {
    let huge = Printed.node("huge").replacing(
      "\"status\": {",
      with: (0..<5000).map { "\"k\($0)\": \"\(String(repeating: "x", count: 1000))\",\n" }.joined() + "\"status\": {")
    let items = [Printed.node("cp1"), huge, Printed.node("w1")].joined(separator: ",\n")
    let parsed = try parse("{\n\"apiVersion\": \"v1\",\n\"items\": [\n\(items)\n],\n\"kind\": \"List\"\n}\n")
    #expect(parsed.events("node.observed").compactMap(\.node) == ["cp1", "w1"])
  }

  @Test func `Reading again gives the same events, and a list printed twice gives two sightings`() throws {
    let text = Printed.list("cp1") + Printed.list("cp1")
    let parsed = try parse(text)
    #expect(try parse(text).events == parsed.events)
    let seen = parsed.events("node.observed")
    #expect(seen.count == 2)
    #expect(seen.first?.identity != seen.last?.identity)
    let changes = parsed.events("node.condition")
    #expect(changes.first?.identity == changes.last?.identity)
  }

  @Test func `Objects one after another are a watch from the second time on`() throws {
    let text = Printed.node("cp1") + "\n" + Printed.node("w1") + "\n" + Printed.node("cp1", ready: "Unknown") + "\n"
    #expect(observed(try parse(text)) == ["cp1 Ready snapshot", "w1 Ready snapshot", "cp1 NotReady watch"])
  }

  @Test func `A date before a list dates what was seen`() throws {
    let parsed = try parse("Mon Nov 23 14:42:00 UTC 2026\n" + Printed.list("cp1"))
    let seen = try #require(parsed.events("node.observed").first)
    #expect(seen.time.microseconds == moment("2026-11-23T14:42:00Z"))
    guard case .dated = seen.identity else {
      Issue.record("\(seen.identity)")
      return
    }
  }

  /// What the reader alone makes of a text, without the rest of the parser.
  private func read(_ text: some StringProtocol) -> [Event] {
    var out = Output(clock: SourceClock(ClockOptions(now: present)), givenNode: nil, rules: RuleSet([]))
    var reader = DocumentReader()
    var lines = LineSplitter()
    func take(_ line: Bytes, _ position: LinePosition) {
      var record = Record(body: 0..<line.count)
      out.position = position
      if line.count > 0 { _ = reader.take(line, &record, &out) }
    }
    lines.feed(Array(text.utf8).span, take)
    out.isWhole = false
    lines.finish(take)
    reader.interrupted(&out)
    return out.batch.events
  }

  @Test(arguments: forms)
  func `Cut at any byte, a document says nothing that the whole does not say`(text: String) {
    let whole = Set(
      read(text).map { "\($0.kind) \($0.node ?? "") \($0.time.microseconds ?? 0) \($0.observation?.status ?? "")" })
    #expect(whole.count >= 2)
    for place in text.indices {
      for part in [text[..<place], text[place...]] {
        for event in read(part) {
          let said =
            "\(event.kind) \(event.node ?? "") \(event.time.microseconds ?? 0) \(event.observation?.status ?? "")"
          #expect(whole.contains(said), "\(said), cut at \(text.distance(from: text.startIndex, to: place))")
        }
      }
    }
  }
}
