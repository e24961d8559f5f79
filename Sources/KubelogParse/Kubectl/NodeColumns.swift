internal import KubelogScan

/// The heading of `kubectl get nodes`, as far as it changes how rows are read.
///
/// Format: kubernetes `pkg/printers/internalversion/printers.go` (`pkg/kubectl/resource_printer.go` before 1.6):
/// `NAME STATUS AGE VERSION`, since 1.8 with `ROLES`; `-o wide` adds `EXTERNAL-IP OS-IMAGE KERNEL-VERSION` and
/// `CONTAINER-RUNTIME`, since 1.11 `INTERNAL-IP` before them; `--show-labels` and `-L` add theirs at the end.
struct NodeColumns: Equatable {
  /// Whether ROLES stands before AGE.
  var hasRoles: Bool
  /// How far from the start of the heading STATUS stands.
  var status: Int
  /// The columns after VERSION.
  var further: [String]

  /// The columns that `range` names; nil where it is no heading of nodes. The heading may be cut at the terminal's width,
  /// but not so short that it could be another.
  init?(_ line: Bytes, _ range: Range<Int>) {
    var cells = Cells(line, range)
    guard var name = cells.next(line) else { return nil }
    if NodeColumns.word(line, name, "EVENT"), let second = cells.next(line) { name = second }
    guard NodeColumns.word(line, name, "NAME"), let status = cells.next(line), NodeColumns.word(line, status, "STATUS"),
      var age = cells.next(line)
    else { return nil }
    self.status = status.lowerBound - range.lowerBound
    hasRoles = NodeColumns.word(line, age, "ROLES")
    further = []
    if hasRoles {
      guard let next = cells.next(line) else { return }
      age = next
      guard NodeColumns.word(line, age, "AGE", end: range.upperBound) else { return nil }
    } else {
      guard NodeColumns.word(line, age, "AGE") else { return nil }
    }
    guard let version = cells.next(line) else {
      if !hasRoles { return nil }
      return
    }
    guard NodeColumns.word(line, version, "VERSION", end: range.upperBound) else { return nil }
    while let cell = cells.next(line) { further.append(line.text(cell)) }
  }

  /// Whether `cell` is `word`; where `end` is given, a cell that ends there may be its beginning.
  private static func word(_ line: Bytes, _ cell: Range<Int>, _ word: StaticString, end: Int? = nil) -> Bool {
    let length = word.utf8CodeUnitCount
    if cell.count == length { return line.has(word, at: cell.lowerBound) }
    guard cell.count < length, cell.upperBound == end else { return false }
    return "\(word)".hasPrefix(line.text(cell))
  }
}

/// The heading of `-o custom-columns=…` where it has what tells a node's readiness.
///
/// `NAME   READY   REASON            SINCE` over `cp1    False   KubeletNotReady   2026-11-23T14:32:45Z`. STATUS and
/// READY may stand over anything: `.status.conditions[-1].type` prints `Ready` for nodes that are not. Only the words of
/// the condition's own status are taken, and only beside a reason that no other object has.
struct NodeConditionColumns {
  private var columns: Int
  private var ready: Int
  private var reason: Int
  private var version: Int?

  init?(_ line: Bytes, _ range: Range<Int>) {
    guard line.has("NAME", at: range.lowerBound) || line.has("NODE", at: range.lowerBound),
      line.first("REASON", in: range) != nil
    else { return nil }
    let names = Cells.all(line, range).map { line.text($0) }
    guard names.first == "NAME" || names.first == "NODE",
      let ready = names.firstIndex(where: { $0 == "READY" || $0 == "STATUS" }),
      let reason = names.firstIndex(of: "REASON")
    else { return nil }
    (columns, self.ready, self.reason) = (names.count, ready, reason)
    version = names.firstIndex { $0 == "VERSION" || $0 == "KUBELET" || $0 == "KUBELET-VERSION" }
  }

  /// The node, its status as `get nodes` would print it, the reason and the version; nil where a row is not sure.
  func read(
    _ line: Bytes, _ range: Range<Int>
  ) -> (name: Range<Int>, status: NodeRow.Status, reason: Range<Int>, version: Range<Int>?)? {
    let cells = Cells.all(line, range)
    guard cells.count == columns, NodeRow.isName(line, cells[0]) else { return nil }
    let status: NodeRow.Status
    switch line.text(cells[ready]) {
    case "True": status = .ready
    case "False", "Unknown": status = .notReady
    default: return nil
    }
    guard NodeConditionColumns.reasons.contains(line.text(cells[reason])) else { return nil }
    let version = version.map { cells[$0] }.flatMap { NodeRow.isVersion(line, $0) ? $0 : nil }
    return (cells[0], status, cells[reason], version)
  }

  /// The reasons of the condition Ready: kubelet `pkg/kubelet/nodestatus/setters.go`, and the node controller.
  private static let reasons: Set = ["KubeletReady", "KubeletNotReady", "NodeStatusUnknown", "NodeStatusNeverUpdated"]
}
