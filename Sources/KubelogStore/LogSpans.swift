/// From when to when what an input tells of each node goes, outside of runs, as far as a transaction read it.
struct LogSpans {
  /// Of one node.
  struct Span {
    /// Microseconds since 1970 UTC.
    var began: Int64
    var ended: Int64
    /// Where in the input the last of it stands.
    var byte: Int

    func extended(_ began: Int64, _ ended: Int64, _ byte: Int) -> Span {
      Span(began: min(self.began, began), ended: max(self.ended, ended), byte: max(self.byte, byte))
    }
  }

  private var byNode: [String: Span] = [:]

  /// Goes on by what was told of `node` from `began` to `ended`, microseconds since 1970 UTC, last at `byte`.
  mutating func extend(_ node: String?, _ began: Int64, _ ended: Int64, byte: Int) {
    let node = node ?? ""
    // Nearly all is of one node.
    guard node == lastNode, last != nil else {
      keepLast()
      (lastNode, last) = (node, byNode[node])
      last = (last ?? Span(began: began, ended: ended, byte: byte)).extended(began, ended, byte)
      return
    }
    last = last?.extended(began, ended, byte)
  }

  private var lastNode = ""
  private var last: Span?

  private mutating func keepLast() {
    if let last { byNode[lastNode] = last }
  }

  /// Takes all of them, "" for no node; what comes is another transaction's.
  mutating func takeAll() -> [String: Span] {
    keepLast()
    defer { (byNode, last) = ([:], nil) }
    return byNode
  }
}
