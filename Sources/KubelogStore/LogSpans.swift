internal import KubelogParse
internal import KubelogScan

/// From when to when what an input tells of each node goes, outside of runs, as far as a transaction read it.
struct LogSpans {
  /// Of one node.
  struct Span {
    /// Microseconds since 1970 UTC.
    var began: Int64
    var ended: Int64
    /// Where in the input the last of it stands.
    var byte: Int
  }

  private var byNode: [String: Span] = [:]

  /// Goes on by what an event tells that went from `began` to `ended`, microseconds since 1970 UTC.
  mutating func extend(by event: Event, _ began: Int64, _ ended: Int64) {
    let node = event.node ?? ""
    var span = byNode[node] ?? Span(began: began, ended: ended, byte: event.position.byte)
    span.began = min(span.began, began)
    span.ended = max(span.ended, ended)
    span.byte = max(span.byte, event.position.byte)
    byNode[node] = span
  }

  /// Takes all of them, "" for no node; what comes is another transaction's.
  mutating func takeAll() -> [String: Span] {
    defer { byNode.removeAll(keepingCapacity: true) }
    return byNode
  }
}
