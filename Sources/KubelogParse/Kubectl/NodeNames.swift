internal import KubelogScan

/// Reads `kubectl get nodes -o name`: one `node/cp1` a line (`nodes/cp1` until 1.8), which tells no more than that the
/// node exists.
///
/// One such line alone may be anything; two in a row, or one below the typed command, are an answer.
struct NodeNames {
  /// The event of the line before, where that was the first of its kind.
  private var first: Event?
  private var isSure = false

  /// The name in `node/cp1`, nil for any other line.
  static func name(_ line: Bytes, _ body: Range<Int>) -> Range<Int>? {
    let start = body.lowerBound + (line.has("nodes/", at: body.lowerBound) ? 6 : 5)
    guard start < body.upperBound, line[start - 1] == 0x2F, NodeRow.isName(line, start..<body.upperBound) else {
      return nil
    }
    return start..<body.upperBound
  }

  /// A line of another kind stands between; it may be the command.
  mutating func pass(_ line: Bytes, _ body: Range<Int>) {
    first = nil
    isSure = false
    guard body.count > 12, line.has("name", at: body.upperBound - 4), line.first("kubectl get no", in: body) != nil
    else {
      return
    }
    isSure =
      ["-o name", "-oname", "-o=name", "--output name", "--output=name"].contains {
        line.text(body).hasSuffix(" " + $0)
      }
  }

  /// Takes a line that is a node's name; the run has passed it.
  mutating func take(
    _ name: Range<Int>, _ line: Bytes, _ body: Range<Int>, _ record: Record, _ run: inout AnswerRun, _ out: inout Output
  ) {
    let seen = NodeObservation(
      node: line.text(name), status: nil, schedulable: nil, observer: .snapshot, reason: nil, age: nil, roles: nil)
    let event = Event(
      identity: run.identity("node.observed", line, body, record, out), time: record.time ?? out.clock.unstamped,
      kind: "node.observed", severity: .info, node: seen.node, message: seen.sentence, attributes: [],
      position: out.position, secrets: [], observation: seen, isTentative: !out.isWhole)
    if isSure {
      out.batch.events.append(event)
    } else if let before = first {
      out.batch.events += [before, event]
      isSure = true
    } else {
      first = event
      return
    }
    first = nil
  }
}
