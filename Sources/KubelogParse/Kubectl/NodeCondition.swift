internal import KubelogScan

/// One condition of a node as the API server keeps it, whoever prints it.
///
///     Ready   True   Mon, 23 Nov 2026 14:41:20 +0000   Mon, 23 Nov 2026 14:36:10 +0000   KubeletReady   kubelet is posting ready status
///
/// is a row of `kubectl describe node` (kubectl `pkg/describe/describe.go` describeNode).
struct NodeCondition {
  var node: String
  /// `Ready`, `MemoryPressure` …
  var type: String
  /// `True`, `False` or `Unknown`.
  var status: String
  var reason: String
  var message: String
  /// When the status changed, microseconds since 1970 UTC: the API keeps whole seconds.
  var transition: Int64
  /// When the kubelet last said so, where that is known.
  var heartbeat: Int64?

  /// The STATUS of `kubectl get nodes` for this condition; only that of Ready has one.
  var nodeStatus: String? { type == "Ready" ? (status == "True" ? "Ready" : "NotReady") : nil }

  /// Known by what the API server says of it: the same in every answer until the status changes again.
  var identity: Identity {
    var digester = Digester()
    digester.add("node.condition")
    digester.add(node)
    digester.add(type)
    digester.add(transition)
    digester.add(status)
    return .dated(digester.digest())
  }

  /// The event of its last change.
  func event(at position: LinePosition, isWhole: Bool) -> Event {
    let isGood = status == (type == "Ready" ? "True" : "False")
    let seen = nodeStatus.map {
      NodeObservation(
        node: node, status: $0, schedulable: nil, observer: .condition, reason: reason, age: nil, roles: nil)
    }
    return Event(
      identity: identity, time: EventTime(transition, .stamped, uncertainty: 1_000_000), kind: "node.condition",
      severity: isGood ? .info : .warning, node: node, message: "\(node): \(type) is \(status), \(reason)",
      attributes: [
        Attribute("condition", .text(type)), Attribute("status", .text(status)), Attribute("reason", .text(reason)),
        Attribute("message", .text(message)),
      ], position: position, secrets: [], observation: seen, isTentative: !isWhole)
  }
}

extension NodeCondition {
  /// The condition that a row of a description tells; nil where it is none or has no time.
  init?(describing node: String, _ line: Bytes, _ range: Range<Int>) {
    var cells = Cells(line, range)
    guard cells.isWide, let type = cells.next(line), line[type.lowerBound] &- 0x41 < 26, let status = cells.next(line),
      ["True", "False", "Unknown"].contains(line.text(status)), let heartbeat = cells.next(line),
      let time = cells.next(line), let transition = line.mailStamp(time), let reason = cells.next(line)
    else { return nil }
    self.node = node
    self.type = line.text(type)
    self.status = line.text(status)
    self.reason = line.text(reason)
    message = Masker.text(line, cells.rest(line), keysAnywhere: false, limit: 1000)
    self.transition = transition
    self.heartbeat = line.mailStamp(heartbeat)
  }
}

extension Span where Element == UInt8 {
  /// Reads `Mon, 23 Nov 2026 14:36:10 +0000` (Go's RFC1123Z) that fills `range`, in microseconds since 1970 UTC; nil for
  /// Go's zero time of the year 1.
  func mailStamp(_ range: Range<Int>) -> Int64? {
    let start = range.lowerBound
    guard range.count == 31, has(", ", at: start + 3), let day = twoDigits(at: start + 5), day >= 1,
      let month = englishMonth(at: start + 8), let year = decimal(start + 12..<start + 16), year >= 1970,
      day <= daysIn(month, of: year), let time = clock(at: start + 17), time.digits == 0,
      self[start + 26] == 0x2B || self[start + 26] == 0x2D, let hours = twoDigits(at: start + 27),
      let minutes = twoDigits(at: start + 29)
    else { return nil }
    let civil = CivilTime(
      year: year, month: month, day: day, hour: time.hour, minute: time.minute, second: time.second)
    let offset = Int64(hours * 60 + minutes) * (self[start + 26] == 0x2D ? -60 : 60)
    return civil.microsecondsAsUTC - offset * 1_000_000
  }
}
