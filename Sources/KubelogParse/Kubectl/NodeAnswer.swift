internal import KubelogScan

/// What kubectl says after it changed a node: `node/w1 cordoned`, until 1.10 `node "w1" cordoned`.
///
/// Format: cli-runtime `pkg/printers/name.go` with the words of kubectl `pkg/cmd/drain`, `delete`, `label` and `taint`. A
/// dry run ends in `(dry run)` or `(server dry run)` and changes nothing.
struct NodeAnswer {
  var node: Range<Int>
  var change: Change
  /// `already cordoned`: it was so before.
  var isOld = false

  /// The event kind is `node.` with the raw value behind it.
  enum Change: String {
    case cordoned, uncordoned, drained, removed, labeled, unlabeled, annotated, tainted, untainted
  }

  init?(_ line: Bytes, _ range: Range<Int>) {
    // `nodes "w1" deleted` is 1.5's.
    guard line.has("node", at: range.lowerBound), range.count > 8 else { return nil }
    let start = range.lowerBound + (line[range.lowerBound + 4] == 0x73 ? 5 : 4)
    let verb: Int
    if line[start] == 0x2F {
      guard let blank = line.first(0x20, in: start..<range.upperBound) else { return nil }
      (node, verb) = (start + 1..<blank, blank + 1)
    } else {
      guard line.has(" \"", at: start), start + 2 < range.upperBound,
        let quote = line.first(0x22, in: start + 2..<range.upperBound), line.has("\" ", at: quote)
      else { return nil }
      (node, verb) = (start + 2..<quote, quote + 2)
    }
    guard !node.isEmpty, NodeRow.isName(line, node), verb < range.upperBound else { return nil }
    var word = verb..<range.upperBound
    if let rest = line.rest(after: "already ", in: word) { (word, isOld) = (rest, true) }
    switch line.text(word) {
    case "deleted" where !isOld: change = .removed
    case let text:
      guard let known = Change(rawValue: text), known != .removed,
        !isOld || known == .cordoned || known == .uncordoned
      else { return nil }
      change = known
    }
  }

  /// The event of the change; only cordoning says something about the node's state.
  func event(_ line: Bytes, _ body: Range<Int>, _ record: Record, _ run: inout AnswerRun, _ out: Output) -> Event {
    let node = line.text(self.node)
    var seen: NodeObservation?
    if change == .cordoned || change == .uncordoned {
      seen = NodeObservation(
        node: node, status: nil, schedulable: change == .uncordoned, observer: .snapshot, reason: nil, age: nil,
        roles: nil)
    }
    return Event(
      identity: run.identity("node.\(change.rawValue)", line, body, record, out),
      time: record.time ?? out.clock.unstamped, kind: "node.\(change.rawValue)", severity: .info, node: node,
      message: "\(node) \(isOld ? "was already" : "was") \(change.rawValue)",
      attributes: isOld ? [Attribute("already", .boolean(true))] : [], position: out.position, secrets: [],
      observation: seen, isTentative: !out.isWhole)
  }
}
