internal import KubelogScan

/// Reads the steps around kubeadm from a terminal's or a provisioner's log: what was typed, and what commands answered.
///
/// Lines without a clock are known by the steps before them in the same input.
struct HostSteps {
  private var run: Run?
  private var startTime: EventTime?
  /// The host of the last prompt among the lines that no envelope tells apart: what commands answer is answered there.
  private var promptHost: String?
  /// The typed commands that go on after a backslash.
  private var typing: [Record.Stream: Typing] = [:]

  /// The most streams in which commands may be open at once.
  private static let mostTyping = 64

  /// A typed command, and where it began.
  private struct Typing {
    var typed: TypedLine
    var position: LinePosition
    var time: EventTime
    var moment: Int64?
  }

  /// Takes a line without klog header and journal prefix; false when it is no step. `host` is what an envelope names.
  mutating func take(
    _ line: Bytes, _ record: Record, host: @autoclosure () -> String?, _ rules: RuleSet, _ out: inout Output
  ) -> Bool {
    let body = line.trimmed(record.body)
    if !typing.isEmpty, let before = typing.removeValue(forKey: record.stream) {
      return goOn(before, line, body, record, host(), rules, &out)
    }
    guard body.count > 7 else { return false }
    if let match = rules.match(.plain, line, body) {
      pass(line, body, record, &out)
      emit(
        match, host() ?? (record.stream == Record.Stream() ? promptHost : nil), record.time ?? out.clock.unstamped,
        moment(record, out), line.text(body), out.position, &out)
      return true
    }
    guard let typed = TypedLine(line, body) else { return false }
    if record.stream == Record.Stream() { promptHost = typed.host }
    let time = record.time ?? out.clock.unstamped
    if typed.isContinued {
      if typing.count < Self.mostTyping {
        typing[record.stream] = Typing(
          typed: typed, position: out.position, time: time, moment: moment(record, out))
      }
      return false
    }
    let found = matches(typed, rules)
    guard !found.isEmpty else { return false }
    pass(line, body, record, &out)
    emit(found, typed, host(), time, moment(record, out), out.position, &out)
    return true
  }

  /// Goes on with a typed command; a shell puts `> ` before its further lines.
  private mutating func goOn(
    _ begun: Typing, _ line: Bytes,
    _ body: Range<Int>, _ record: Record, _ host: String?, _ rules: RuleSet, _ out: inout Output
  ) -> Bool {
    var before = begun
    let start = body.count > 2 && line.has("> ", at: body.lowerBound) ? body.lowerBound + 2 : body.lowerBound
    let rest = Masker.text(line, start..<body.upperBound, keysAnywhere: true, limit: 4_000)
    before.typed.text = before.typed.text.dropLast() + " " + rest
    if before.typed.isContinued, before.typed.text.utf8.count < 4_096 {
      typing[record.stream] = before
      return false
    }
    let found = matches(before.typed, rules)
    guard !found.isEmpty else { return false }
    if before.moment == nil {
      let whole = Array(before.typed.text.utf8)
      begin(out.clock.unstamped, &out)
      run?.pass(whole.span, 0..<whole.count, isWhole: out.isWhole)
    }
    emit(found, before.typed, host, before.time, before.moment, before.position, &out)
    return true
  }

  private func matches(_ typed: TypedLine, _ rules: RuleSet) -> [(RuleSet.Match, String)] {
    typed.commands.compactMap { command in
      let bytes = Array(command.utf8)
      return rules.match(.typed, bytes.span, 0..<bytes.count).map { ($0, command) }
    }
  }

  // MARK: Runs

  /// The store is about to be told what was found; `isOver` at the end of the input.
  mutating func tell(isOver: Bool, _ out: inout Output) {
    guard var told = run else { return }
    out.tell(&told, node: nil, time: startTime, isOver: isOver)
    run = isOver ? nil : told
  }

  private mutating func begin(_ time: EventTime, _ out: inout Output) {
    guard run == nil else { return }
    run = out.beginRun()
    startTime = time
  }

  private mutating func pass(_ line: Bytes, _ body: Range<Int>, _ record: Record, _ out: inout Output) {
    guard moment(record, out) == nil else { return }
    begin(out.clock.unstamped, &out)
    run?.pass(line, body, isWhole: out.isWhole)
  }

  /// When a line was printed, where a stamped envelope says so; nil for lines known only by their run.
  private func moment(_ record: Record, _ out: Output) -> Int64? {
    record.time.flatMap { $0.source <= .derived ? $0.microseconds : nil }
  }

  // MARK: Events

  private func emit(
    _ found: [(RuleSet.Match, String)], _ typed: TypedLine, _ host: String?, _ time: EventTime, _ moment: Int64?,
    _ position: LinePosition, _ out: inout Output
  ) {
    for (match, command) in found {
      match.attributes.append(Attribute("command", .text(command)))
      emit(match, typed.host ?? host, time, moment, command, position, &out)
    }
  }

  private func emit(
    _ match: RuleSet.Match, _ host: String?, _ time: EventTime, _ moment: Int64?, _ text: String,
    _ position: LinePosition, _ out: inout Output
  ) {
    let node = match.node ?? out.givenNode ?? host
    let identity: Identity
    if let moment {
      var digester = Digester()
      digester.add(match.rule.kind)
      digester.add(node ?? "")
      digester.add(moment)
      digester.add(text)
      identity = .dated(digester.digest())
    } else {
      identity = run?.identity(match.rule.kind, text) ?? .dated(Digester().digest())
    }
    out.batch.events.append(
      Event(
        identity: identity, time: time, kind: match.rule.kind, severity: match.severity ?? .info, node: node,
        message: match.message, attributes: match.told, position: position, secrets: [], observation: nil,
        isTentative: !out.isWhole))
  }
}
