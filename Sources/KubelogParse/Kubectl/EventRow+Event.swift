internal import KubelogScan

extension EventRow {
  /// The event that the row tells of, at its own time: when the row was printed less the age it names.
  ///
  /// A row says when an event was last seen to the second only for its first minutes; later two changes of one node may
  /// bear the same age. So a node's state follows from rows of that kind only, and only where it is known when they
  /// were printed.
  ///
  /// `described` is the node whose description the row ends.
  func event(
    of described: String? = nil, _ line: Bytes, _ body: Range<Int>, _ record: Record, _ run: inout AnswerRun,
    _ out: Output
  ) -> Event {
    let printed = record.time ?? out.clock.unstamped
    let node = self.node.map { line.text($0) } ?? described ?? ""
    let reason = line.text(self.reason)
    let message = Masker.text(line, self.message, keysAnywhere: false, limit: 1000)
    var attributes = [
      Attribute("reason", .text(reason)), Attribute("type", .text(isWarning ? "Warning" : "Normal")),
      Attribute("object", .text("node/\(node)")),
    ]
    if !message.isEmpty { attributes.append(Attribute("message", .text(message))) }
    if let count { attributes.append(Attribute("count", .integer(count))) }
    var seen: NodeObservation?
    let isSure = record.time.map { $0.source <= .derived } ?? out.clock.knowsPresent
    if isSure, age.span == 1 { seen = NodeObservation(node: node, event: reason, observer: .event) }
    return Event(
      identity: identity(of: described, line, body, record, &run, out), time: time(printed), kind: "kubernetes.event",
      severity: isWarning || reason == "NodeNotReady" ? .warning : .info, node: node,
      message: message.isEmpty ? reason : message, attributes: attributes, position: out.position, secrets: [],
      observation: seen, isTentative: !out.isWhole)
  }

  private func time(_ printed: EventTime) -> EventTime {
    guard age.span > 0, let moment = printed.microseconds else { return .none }
    let (least, span) = (Int64(age.seconds) * 1_000_000, Int64(age.span) * 1_000_000)
    return EventTime(
      moment - least, max(printed.source, .derived), earliest: printed.earliest.map { $0 - least - span },
      latest: printed.latest.map { $0 - least })
  }

  /// Wide rows name the event: then it is the same in every answer until it is seen again.
  private func identity(
    of described: String?, _ line: Bytes, _ body: Range<Int>, _ record: Record, _ run: inout AnswerRun, _ out: Output
  ) -> Identity {
    guard let name, let count, AnswerRun.moment(record, out) != nil else {
      return run.identity("kubernetes.event", line, body, record, out, part: described ?? "")
    }
    var digester = Digester()
    digester.add("kubernetes.event")
    digester.add(line, in: name)
    digester.add(Int64(count))
    return .dated(digester.digest())
  }
}
