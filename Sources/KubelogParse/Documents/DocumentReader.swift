internal import KubelogScan

/// Finds the JSON, KYAML and YAML documents among the plain lines of one stream, and reads the objects in them.
///
/// What kubectl and kubeadm print with `-o json|yaml|kyaml`, also many one after another (`-w`, `kubeadm token list`),
/// and the lines of a raw watch. A document begins where its first name is one that Kubernetes begins with, and is over
/// with the first line that does not fit: that line is for others. Of a list only the element that is being read is held.
struct DocumentReader {
  private enum State {
    case outside
    /// A line of nothing but brackets, the last an opening brace: the next line tells whether a document begins there.
    case opened(LinePosition)
    case inJSON, inYAML
  }

  private var state = State.outside
  private var json = JSONFrame(at: LinePosition())
  private var yaml = YAMLFrame(at: LinePosition(), isList: false)
  private var parts: [DocumentPart] = []
  /// The list's own members that elements without a kind go by, read when they were so many bytes.
  private var list: (bytes: Int, document: Document?) = (0, nil)
  private var objects = KubernetesObjects()
  private var run = AnswerRun()
  /// What stands before every line of a YAML document that is indented as a whole.
  private var margin: [UInt8] = []
  /// The time of the last line that was taken: what ends without a line of its own ended then.
  private var lastTime: (time: EventTime, moment: Int64?) = (.none, nil)

  /// Takes a line of a document, and makes of `record` what is left of it.
  ///
  /// False where it is none, or something else stands behind the end of a document: that is for the other readers.
  mutating func take(_ line: Bytes, _ record: inout Record, _ out: inout Output) -> Bool {
    if !margin.isEmpty {
      var inner = record
      inner.body = min(record.body.lowerBound + margin.count, record.body.upperBound)..<record.body.upperBound
      if line.has(margin, at: record.body.lowerBound), takeNext(line, &inner, &out) == true { return true }
      end(isWhole: false, &out)
    }
    var taken = takeNext(line, &record, &out)
    // Another document may stand behind one that is over.
    while taken == nil { taken = begin(line, &record, &out) }
    return taken ?? false
  }

  /// As ``take(_:_:_:)`` up to the end of a document; nil where something stands behind it.
  private mutating func takeNext(_ line: Bytes, _ record: inout Record, _ out: inout Output) -> Bool? {
    switch state {
    case .outside: return begin(line, &record, &out)
    case .opened(let position):
      let body = line.trimmed(record.body)
      guard let first = body.first, line[first] != 0x23 else { return false }
      state = .outside
      guard isSigned(line, body) else { return begin(line, &record, &out) }
      openJSON(at: position)
      return takeJSON(line, body, &record, &out)
    case .inJSON: return takeJSON(line, line.trimmed(record.body), &record, &out)
    case .inYAML: return takeYAML(line, &record, &out)
    }
  }

  /// Something else begins in the stream.
  mutating func interrupted(_ out: inout Output) {
    // A line that only may open a document is nobody's: others were offered it, too.
    if case .opened = state {} else { end(isWhole: false, &out) }
    run.tell(isOver: true, &out)
    objects.forget()
  }

  /// Tells the store the lines so far.
  mutating func tell(_ out: inout Output) { run.tell(isOver: false, &out) }

  // MARK: Beginnings

  private mutating func begin(_ line: Bytes, _ record: inout Record, _ out: inout Output) -> Bool? {
    let first = line.end(of: { $0 == 0x20 }, from: record.body.lowerBound, to: record.body.upperBound)
    guard first < record.body.upperBound else { return false }
    if beginIndented(line, &record, at: out.position) {
      state = .inYAML
      return takeYAML(line, &record, &out, isFirst: true)
    }
    switch line[first] {
    case 0x09, 0x5B, 0x5D, 0x7B, 0x7D: return beginJSON(line, &record, &out)
    case 0x2D where line.has("- apiVersion:", at: first): yaml = YAMLFrame(at: out.position, isList: true)
    case 0x2D: return run.isOpen && line.fills(line.trimmed(record.body), "---")
    case _ where first > record.body.lowerBound: return false
    case 0x61 where line.has("apiVersion:", at: first), 0x6B where line.has("kind:", at: first),
      0x6F where line.fills(line.trimmed(record.body), "object:"):
      yaml = YAMLFrame(at: out.position, isList: false)
    default: return false
    }
    state = .inYAML
    return takeYAML(line, &record, &out, isFirst: true)
  }

  /// A document of kubeadm's that is indented as a whole, or one that a dry run shows behind a tab.
  private mutating func beginIndented(_ line: Bytes, _ record: inout Record, at position: LinePosition) -> Bool {
    let start = record.body.lowerBound
    guard isBlank(line[start]), margin.isEmpty else { return false }
    let first = line.end(of: isBlank, from: start, to: record.body.upperBound)
    guard
      line.has("apiVersion: kubeadm.k8s.io/", at: first)
        || (line[start] == 0x09 && line.has("apiVersion: v1", at: first))
    else { return false }
    margin = (start..<first).map { line[$0] }
    record.body = first..<record.body.upperBound
    yaml = YAMLFrame(at: position, isList: false)
    return true
  }

  private mutating func beginJSON(_ line: Bytes, _ record: inout Record, _ out: inout Output) -> Bool? {
    let body = line.trimmed(record.body)
    let inside = line.end(of: isBracket, from: body.lowerBound, to: body.upperBound)
    guard inside > body.lowerBound else { return false }
    guard inside < body.upperBound else {
      guard line[inside - 1] == 0x7B else { return false }
      state = .opened(out.position)
      return run.isOpen
    }
    guard line[inside - 1] == 0x7B, isSigned(line, inside..<body.upperBound) else { return false }
    openJSON(at: out.position)
    return takeJSON(line, inside..<body.upperBound, &record, &out, isFirst: true)
  }

  /// Whether the first member of an object is one that an object of Kubernetes begins with.
  private func isSigned(_ line: Bytes, _ range: Range<Int>) -> Bool {
    let (start, end) = (range.lowerBound, range.upperBound)
    let quote = start < end && line[start] == 0x22 ? 1 : 0
    let nameEnd = line.end(of: isBareJSONByte, from: start + quote, to: end)
    guard nameEnd + quote < end, quote == 0 || line[nameEnd] == 0x22 else { return false }
    let colon = line.end(of: isBlank, from: nameEnd + quote, to: end)
    guard colon < end, line[colon] == 0x3A else { return false }
    let name = start + quote..<nameEnd
    if line.fills(name, "type") {
      let value = line.end(of: isBlank, from: colon + 1, to: end) + 1
      return KubernetesObjects.Change.allCases.contains { line.has($0.literal, at: value) }
    }
    return line.fills(name, "apiVersion") || line.fills(name, "kind") || line.fills(name, "object")
      || line.fills(name, "items")
  }

  private mutating func openJSON(at position: LinePosition) {
    json = JSONFrame(at: position)
    list = (0, nil)
    let brace: [UInt8] = [0x7B]
    _ = json.take(brace.span, 0..<1, at: position, into: &parts)
    state = .inJSON
  }

  // MARK: Lines

  /// `isFirst`: a document begins with this line; where it does not fit, it is none.
  private mutating func takeJSON(
    _ line: Bytes, _ range: Range<Int>, _ record: inout Record, _ out: inout Output, isFirst: Bool = false
  ) -> Bool? {
    guard let end = json.take(line, range, at: out.position, into: &parts) else {
      hand(&out)
      self.end(isWhole: false, &out)
      return isFirst ? false : nil
    }
    pass(line, record.body.lowerBound..<end, record, &out)
    hand(&out)
    guard json.isDone else { return true }
    state = .outside
    let rest = line.end(of: { isBlank($0) || $0 == 0x2C }, from: end, to: record.body.upperBound)
    if rest == record.body.upperBound { return true }
    record.body = rest..<record.body.upperBound
    return nil
  }

  private mutating func takeYAML(
    _ line: Bytes, _ record: inout Record, _ out: inout Output, isFirst: Bool = false
  ) -> Bool? {
    let fits = yaml.take(line, record.body, at: out.position, into: &parts)
    // What this line ends was known before it: the identity is that of the lines before.
    hand(&out)
    guard fits else {
      let trimmed = line.trimmed(record.body)
      end(isWhole: line.fills(trimmed, "---") || line.fills(trimmed, "..."), &out)
      return isFirst ? false : nil
    }
    pass(line, line.trimmed(record.body), record, &out)
    return true
  }

  private mutating func pass(_ line: Bytes, _ body: Range<Int>, _ record: Record, _ out: inout Output) {
    lastTime = (record.time ?? out.clock.unstamped, AnswerRun.moment(record, out))
    run.pass(line, body, record, &out)
  }

  /// The document is over, as far as it came.
  private mutating func end(isWhole: Bool, _ out: inout Output) {
    switch state {
    case .outside, .opened: break
    case .inJSON: parts.append(json.cut())
    case .inYAML: yaml.finish(isWhole: isWhole, into: &parts)
    }
    hand(&out)
    (state, margin) = (.outside, [])
  }

  /// What the configuration documents so far said.
  var configuration: Configuration? { objects.configuration }

  /// Reads the parts that became whole.
  private mutating func hand(_ out: inout Output) {
    guard !parts.isEmpty else { return }
    let isYAML = if case .inYAML = state { true } else { false }
    for part in parts where !part.text.isEmpty {
      guard let read = isYAML ? YAMLReader.read(part.text) : JSONReader.read(part.text.span, in: 0..<part.text.count)
      else { continue }
      let isNameless = part.isItem && !isYAML && read.document["kind"] == nil
      let place = ObjectPlace(
        time: lastTime.time, moment: lastTime.moment, run: run.run, position: part.position, givenNode: out.givenNode,
        isTentative: !out.isWhole || !part.isWhole)
      objects.read(
        read.document, isItem: part.isItem, isWhole: part.isWhole && read.isWhole,
        list: isNameless ? ownMembers() : nil, at: place,
        into: &out.batch.events)
    }
    parts.removeAll(keepingCapacity: true)
  }

  /// What the list that is being read says of itself so far; it only grows.
  private mutating func ownMembers() -> Document? {
    let head = json.head
    if list.bytes != head.count { list = (head.count, JSONReader.read(head.span, in: 0..<head.count)?.document) }
    return list.document
  }
}

private func isBracket(_ byte: UInt8) -> Bool {
  isBlank(byte) || byte == 0x2C || byte == 0x5B || byte == 0x5D || byte == 0x7B || byte == 0x7D
}
