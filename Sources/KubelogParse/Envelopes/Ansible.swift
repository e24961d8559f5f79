internal import KubelogScan

/// What Ansible prints of a task's result on one host.
///
///     changed: [m1] => {"changed": true, "cmd": "kubeadm init", "stdout": "[init] …\n…", "stdout_lines": [...]}    -v
///     ok: [m1] => {
///         "kubeadm_init.stdout_lines": [
///             "[init] Using Kubernetes version: v1.31.0",                                          debug, default callback
///     ok: [m1] => changed=true
///       stdout: |-
///         [init] Using Kubernetes version: v1.31.0                                                          YAML callback
///     m1 | CHANGED | rc=0 >>                                                        ad hoc: the output follows as it is
///
/// Output that was edited and is no JSON any more is read line by line just the same. What a task prints is taken once,
/// from its lines or from its text; standard output comes before standard error.
struct Ansible {
  /// What came out of a block.
  struct Result {
    /// The host in brackets.
    var host: [UInt8]
    /// The command that ran, nil where it is not said.
    var command: [UInt8]?
    /// The lines of standard output, then those of standard error.
    var lines: [[UInt8]]
  }

  private var block: Block?

  /// The most lines and bytes of one result; no kubeadm prints as many.
  private static let most = (lines: 20_000, bytes: 8 << 20)

  /// Whether a line could be a head: `ok: [`, `changed: [` …
  static func mayBegin(_ line: Bytes, _ body: Range<Int>) -> Bool {
    guard body.count > 8 else { return false }
    return switch line[body.lowerBound] {
    case 0x6F, 0x63, 0x66, 0x75, 0x73:
      line.first(": [", in: body.lowerBound..<min(body.upperBound, body.lowerBound + 16)) != nil
    default: false
    }
  }

  /// Whether a block is being read.
  var isInside: Bool { block != nil }

  /// A block between its head and its end.
  private struct Block {
    var host: [UInt8]
    var isYAML: Bool
    var output: [Member: [[UInt8]]] = [:]
    var command: [UInt8]?
    /// The list or text that lines are being added to.
    var member: Member?
    var indent = 0
    /// Lines since its head, and bytes that are kept of them.
    var count = 0
    var size = 0
  }

  private enum Member: CaseIterable { case lines, text, errorLines, errorText, message }

  /// Takes a line's words: nil where they are none of Ansible's, else the result that is whole with it, if any.
  ///
  /// `again`: the line only ended a block and is to be read as any other.
  mutating func take(_ line: Bytes, _ body: Range<Int>) -> (result: Result?, again: Bool)? {
    if block != nil { return takeInside(line, body) }
    guard let head = Head(line, body) else { return nil }
    return begin(head, line)
  }

  /// The input is over.
  mutating func finish() -> Result? { close() }

  // MARK: Heads

  /// `changed: [m1] => …`, `fatal: [m1]: FAILED! => …`, `ok: [m1] => (item=x) => …`.
  private struct Head {
    var host: Range<Int>
    var rest: Range<Int>

    init?(_ line: Bytes, _ body: Range<Int>) {
      let end = line.end(of: { $0 &- 0x61 < 26 }, from: body.lowerBound, to: body.upperBound)
      guard end - body.lowerBound >= 2, line.has(": [", at: end), end + 3 < body.upperBound else { return nil }
      let words: [StaticString] = ["ok", "changed", "fatal", "failed", "unreachable", "skipping"]
      guard words.contains(where: { line.fills(body.lowerBound..<end, $0) }),
        let close = line.first(0x5D, in: end + 3..<body.upperBound), close > end + 3
      else { return nil }
      var name = end + 3..<close
      // A task that was delegated: `[m1 -> m2(10.0.0.2)]` ran on the second.
      if let arrow = line.first(" -> ", in: name) {
        let to = line.end(of: { $0 != 0x28 && $0 != 0x20 && $0 != 0x7B }, from: arrow + 4, to: close)
        name = to > arrow + 4 ? arrow + 4..<to : name.lowerBound..<arrow
      }
      host = name
      var from = close + 1
      while let arrow = line.first(" => ", in: from..<body.upperBound), !line.has(" => {\"", at: from) {
        from = arrow + 4
        guard from < body.upperBound, line[from] == 0x28 else { break }
      }
      if line.has(" => ", at: from) { from += 4 }
      guard from > close + 1 else { return nil }
      rest = from..<body.upperBound
    }
  }

  private mutating func begin(_ head: Head, _ line: Bytes) -> (Result?, Bool) {
    let rest = line.trimmed(head.rest)
    var begun = Block(host: head.host.map { line[$0] }, isYAML: true)
    if !rest.isEmpty, line[rest.lowerBound] == 0x7B {
      begun.isYAML = false
      if rest.count > 1 {
        block = begun
        takeObject(line, rest)
        return (close(), false)
      }
    }
    block = begun
    return (nil, false)
  }

  // MARK: One line of JSON

  private mutating func takeObject(_ line: Bytes, _ range: Range<Int>, isInner: Bool = false) {
    guard var members = JSONMembers(line, in: range) else { return }
    while let member = members.next(line) {
      if line.fills(member.name, "cmd") {
        block?.command = Self.command(line, member.value)
      } else if let kind = Self.member(line, member.name) {
        add(kind, line, member.value)
      } else if member.value.kind == .object, !isInner {
        // A registered result, shown by debug.
        takeObject(line, member.value.range, isInner: true)
      }
    }
  }

  private mutating func add(_ member: Member, _ line: Bytes, _ value: JSONValue) {
    switch value.kind {
    case .text:
      var text: [UInt8] = []
      line.decodeJSONText(value.range, into: &text)
      for piece in text.split(separator: 0x0A, omittingEmptySubsequences: false) { append(member, Array(piece)) }
    case .list:
      guard var elements = JSONElements(line, in: value.range) else { return }
      while let element = elements.next(line) {
        guard element.kind == .text else { continue }
        var text: [UInt8] = []
        line.decodeJSONText(element.range, into: &text)
        append(member, text)
      }
    default: break
    }
  }

  /// A command, given as a text or as a list of words.
  private static func command(_ line: Bytes, _ value: JSONValue) -> [UInt8]? {
    var text: [UInt8] = []
    if value.kind == .text {
      line.decodeJSONText(value.range, into: &text)
    } else if var elements = JSONElements(line, in: value.range) {
      while let element = elements.next(line) {
        if !text.isEmpty { text.append(0x20) }
        line.decodeJSONText(element.range, into: &text)
      }
    }
    return text.isEmpty ? nil : text
  }

  /// What a name's last part says about its value: `kubeadm_init.stdout_lines`.
  private static func member(_ line: Bytes, _ name: Range<Int>) -> Member? {
    var start = name.lowerBound
    while let dot = line.first(0x2E, in: start..<name.upperBound) { start = dot + 1 }
    let last = start..<name.upperBound
    if line.fills(last, "stdout_lines") { return .lines }
    if line.fills(last, "stdout") { return .text }
    if line.fills(last, "stderr_lines") { return .errorLines }
    if line.fills(last, "stderr") { return .errorText }
    if line.fills(last, "msg") { return .message }
    return nil
  }

  // MARK: Blocks of several lines

  private mutating func takeInside(_ line: Bytes, _ body: Range<Int>) -> (Result?, Bool)? {
    guard let isYAML = block?.isYAML, let count = block?.count else { return nil }
    block?.count = count + 1
    let words = line.trimmed(body)
    let indent = words.lowerBound - body.lowerBound
    let isBlank = words.isEmpty
    if !isBlank, indent == 0 || count >= Self.most.lines {
      // The brace that closes the object belongs to it; anything else does not.
      return (close(), line[words.lowerBound] != 0x7D)
    }
    if isBlank {
      guard isYAML else { return (nil, false) }
      guard let member = block?.member else { return (close(), true) }
      append(member, [])
      return (nil, false)
    }
    if isYAML { takeYAML(line, words, indent, body) } else { takeJSON(line, words) }
    return (nil, false)
  }

  /// `"stdout_lines": [`, `"[init] …",`, `],`, `"stdout": "…\n…",`
  private mutating func takeJSON(_ line: Bytes, _ words: Range<Int>) {
    if line[words.lowerBound] == 0x5D || line[words.lowerBound] == 0x7D {
      block?.member = nil
      return
    }
    guard let text = Self.quoted(line, words) else {
      block?.member = nil
      return
    }
    let rest = line.trimmed(text.end..<words.upperBound)
    if rest.isEmpty || (rest.count == 1 && line[rest.lowerBound] == 0x2C) {
      guard let member = block?.member else { return }
      append(member, Self.decoded(line, text))
      return
    }
    guard line[rest.lowerBound] == 0x3A else { return }
    let value = line.trimmed(rest.lowerBound + 1..<rest.upperBound)
    let member = Self.member(line, text.range)
    if value.count == 1, line[value.lowerBound] == 0x5B {
      block?.member = member
    } else if let inner = Self.quoted(line, value) {
      block?.member = nil
      if line.fills(text.range, "cmd") {
        block?.command = Self.decoded(line, inner)
      } else if let member {
        let decoded = Self.decoded(line, inner)
        for piece in decoded.split(separator: 0x0A, omittingEmptySubsequences: false) { append(member, Array(piece)) }
      }
    } else {
      block?.member = nil
    }
  }

  /// `stdout: |-` with the text below it, `stdout_lines:` with `- …` below it, `cmd: kubeadm init`.
  private mutating func takeYAML(_ line: Bytes, _ words: Range<Int>, _ indent: Int, _ body: Range<Int>) {
    if let member = block?.member, let inner = block?.indent, indent >= inner {
      if line.has("- ", at: words.lowerBound), member != .text, member != .errorText {
        append(member, Self.unquotedYAML(line, words.lowerBound + 2..<words.upperBound))
      } else {
        append(member, (body.lowerBound + inner..<words.upperBound).map { line[$0] })
      }
      return
    }
    block?.member = nil
    guard let colon = line.first(0x3A, in: words) else { return }
    let value = line.trimmed(colon + 1..<words.upperBound)
    if line.fills(words.lowerBound..<colon, "cmd") {
      block?.command = value.isEmpty || line[value.lowerBound] == 0x7C ? nil : Self.unquotedYAML(line, value)
      return
    }
    guard let member = Self.member(line, words.lowerBound..<colon) else { return }
    if value.isEmpty {
      open(member, indent)
    } else if line[value.lowerBound] == 0x7C || line[value.lowerBound] == 0x3E {
      open(member, indent + 2)
    } else if line[value.lowerBound] != 0x3C {
      append(member, Self.unquotedYAML(line, value))
    }
  }

  private mutating func open(_ member: Member, _ indent: Int) {
    block?.member = member
    block?.indent = indent
  }

  private mutating func append(_ member: Member, _ text: [UInt8]) {
    guard let size = block?.size, size + text.count <= Self.most.bytes,
      block?.output[member]?.count ?? 0 < Self.most.lines
    else { return }
    block?.size = size + text.count
    block?.output[member, default: []].append(text)
  }

  private mutating func close() -> Result? {
    guard let done = block else { return nil }
    block = nil
    let part = { (first: Member, second: Member) in
      let (lines, text) = (done.output[first] ?? [], done.output[second] ?? [])
      return lines.contains { !$0.isEmpty } ? lines : text
    }
    var lines = part(.lines, .text) + part(.errorLines, .errorText)
    if !lines.contains(where: { !$0.isEmpty }) { lines = done.output[.message] ?? [] }
    guard done.command != nil || lines.contains(where: { !$0.isEmpty }) else { return nil }
    return Result(host: done.host, command: done.command, lines: lines)
  }

  // MARK: Texts

  private struct Quoted {
    var range: Range<Int>
    var end: Int
    var isDouble: Bool
  }

  /// The text in quotes that `range` begins with: `"…"`, `'…'`, Python's `u'…'`.
  private static func quoted(_ line: Bytes, _ range: Range<Int>) -> Quoted? {
    guard !range.isEmpty else { return nil }
    var start = range.lowerBound
    if line[start] == 0x75, range.count > 1 { start += 1 }
    let quote = line[start]
    guard quote == 0x22 || quote == 0x27 else { return nil }
    var index = start + 1
    while index < range.upperBound, line[index] != quote { index += line[index] == 0x5C ? 2 : 1 }
    guard index < range.upperBound else { return nil }
    return Quoted(range: start + 1..<index, end: index + 1, isDouble: quote == 0x22)
  }

  private static func decoded(_ line: Bytes, _ text: Quoted) -> [UInt8] {
    var out: [UInt8] = []
    line.decodeJSONText(text.range, into: &out)
    guard !text.isDouble else { return out }
    // Python escapes its own quote as well, which JSON does not know.
    return out.indices.filter { out[$0] != 0x5C || $0 + 1 == out.count || out[$0 + 1] != 0x27 }.map { out[$0] }
  }

  private static func unquotedYAML(_ line: Bytes, _ range: Range<Int>) -> [UInt8] {
    let value = line.trimmed(range)
    if let text = quoted(line, value), text.end == value.upperBound {
      if text.isDouble { return decoded(line, text) }
      var out: [UInt8] = []
      var index = text.range.lowerBound
      while index < text.range.upperBound {
        out.append(line[index])
        index += line[index] == 0x27 ? 2 : 1
      }
      return out
    }
    return value.map { line[$0] }
  }
}
