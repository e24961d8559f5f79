internal import CYaml
internal import KubelogScan

/// Reads one YAML document by libyaml, as far as it goes.
///
/// kubectl and kubeadm write block style without anchors: an alias is null here, so that no document grows by reading.
/// Words without quotes are JSON's words and numbers, or null for nothing and `~`; anything else is text.
enum YAMLReader {
  /// The first document of `text`; nil where there is none. `isWhole` is false where it is wrong somewhere: then it
  /// holds what stood before that.
  static func read(_ text: [UInt8]) -> (document: Document, isWhole: Bool)? {
    let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    defer { parser.deallocate() }
    guard yaml_parser_initialize(parser) == 1 else { return nil }
    defer { yaml_parser_delete(parser) }
    return text.withUnsafeBufferPointer { bytes in
      yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
      return read(parser)
    }
  }

  private static func read(_ parser: UnsafeMutablePointer<yaml_parser_t>) -> (document: Document, isWhole: Bool)? {
    var tree = Tree()
    while true {
      var event = yaml_event_t()
      guard yaml_parser_parse(parser, &event) == 1 else { return tree.cut().map { ($0, false) } }
      defer { yaml_event_delete(&event) }
      switch event.type {
      case YAML_MAPPING_START_EVENT: tree.open(isList: false)
      case YAML_SEQUENCE_START_EVENT: tree.open(isList: true)
      case YAML_MAPPING_END_EVENT, YAML_SEQUENCE_END_EVENT: tree.close()
      case YAML_SCALAR_EVENT: tree.add(value(event))
      case YAML_ALIAS_EVENT: tree.add(.null)
      case YAML_DOCUMENT_END_EVENT, YAML_STREAM_END_EVENT: return tree.root.map { ($0, true) }
      default: break
      }
      if tree.isHopeless { return tree.cut().map { ($0, false) } }
    }
  }

  private static func value(_ event: yaml_event_t) -> Document {
    let scalar = event.data.scalar
    let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
    if scalar.style == YAML_PLAIN_SCALAR_STYLE {
      if bytes.isEmpty || bytes.elementsEqual([0x7E]) { return .null }
      let word = Bytes(_unsafeElements: bytes)
      if let value = Document(plain: word, 0..<word.count) { return value }
    }
    return .text(String(decoding: bytes, as: UTF8.self))
  }

  /// The tree so far: containers that are open lie on a stack.
  private struct Tree {
    private(set) var root: Document?
    private var open: [Container] = []
    /// How many containers are open beyond the deepest nesting.
    private var beyond = 0

    /// Whether it goes deeper than anything that is meant to be read: for each token libyaml looks at all levels that are open.
    var isHopeless: Bool { beyond > 1_000 }

    private struct Container {
      let isList: Bool
      var elements: [Document] = []
      var members: [Document.Member] = []
      /// The name that waits for its value.
      var name: String?
    }

    mutating func open(isList: Bool) {
      if beyond == 0, open.count < Document.deepest {
        open.append(Container(isList: isList))
      } else {
        beyond += 1
      }
    }

    mutating func close() {
      if beyond > 0 {
        beyond -= 1
        if beyond == 0 { add(.null) }
      } else if let done = open.popLast() {
        add(done.isList ? .list(done.elements) : .object(done.members))
      }
    }

    mutating func add(_ value: Document) {
      guard beyond == 0 else { return }
      let top = open.count - 1
      if top < 0 {
        if root == nil { root = value }
      } else if open[top].isList {
        open[top].elements.append(value)
      } else if let name = open[top].name {
        open[top].members.append(Document.Member(name: name, value: value))
        open[top].name = nil
      } else {
        open[top].name = value.text ?? ""
      }
    }

    /// What there is where the text ends too early.
    mutating func cut() -> Document? {
      beyond = 0
      while !open.isEmpty { close() }
      return root
    }
  }
}
