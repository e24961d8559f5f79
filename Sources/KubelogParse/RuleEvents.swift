internal import KubelogScan

/// Makes events of what the rules found.
struct RuleEvents {
  /// How often a line of its stream's current second was seen: two alike are two events.
  private var sameSecond = Ordinals()
  /// The same of what repeats, whose moments are kept.
  private var sameMoment = Ordinals()
  /// What identifies the lines that are remembered, but for the minute.
  private var repeated: [Repeated] = []
  /// The run of rules' lines that have no time at all.
  private var undated: Run?

  private struct Repeated {
    var serial = 0
    var stream = Record.Stream()
    var digester = Digester()
    /// The row of its last event, and the batch in which that is.
    var row: Digest?
    var batch = 0
  }

  /// Adds the event of a match; `time` is that of the klog header or the envelope, nil where there is none.
  mutating func emit(
    _ match: RuleSet.Match, _ line: Bytes, _ record: Record, _ header: KlogHeader?, _ time: EventTime?,
    _ out: inout Output
  ) {
    let identity =
      if let time { self.identity(match, line, record, header, time, out) } else { undated(match, line, record, &out) }
    if case .occurrence(let row, let offset) = identity, out.foldsRepeats, isRepeat(row, match, out.batches) {
      out.batch.repeats.append(Repeat(row: row, offset: offset, isTentative: !out.isWhole))
      return
    }
    let node = match.node ?? out.givenNode ?? out.host(of: record)
    out.batch.events.append(
      Event(
        identity: identity, time: time ?? out.clock.unstamped, kind: match.rule.kind,
        severity: header?.severity ?? match.severity ?? .info, node: node, message: match.message,
        attributes: match.told, position: out.position,
        secrets: Self.certificate(match, node: node).map { [$0] } ?? [],
        observation: Self.observation(match, node: node), isTentative: !out.isWhole))
    // What comes again is written once.
    if match.repetition != nil {
      out.batch.events[out.batch.events.count - 1].written = Written(text: match.toldText)
    }
  }

  /// The store is about to be told what was found.
  mutating func tell(isOver: Bool, _ out: inout Output) {
    guard var run = undated else { return }
    out.tell(&run, node: nil, time: nil, isOver: isOver)
    undated = run
  }

  /// The certificate that a line shows: as good as a listing of it.
  private static func certificate(_ match: RuleSet.Match, node: String?) -> SecretSighting? {
    match.certificate.map { certificate in
      SecretSighting(
        kind: .certificate, value: node.map { "\(certificate.name)@\($0)" } ?? certificate.name, role: .listed,
        expires: certificate.expires)
    }
  }

  /// What a line says about a node's state.
  ///
  /// The kubelet writes that its node became ready only since 1.26; before, and beside it, it writes the event that it
  /// records (at `-v=2`), as the node controller does for nodes that it no longer hears of.
  private static func observation(_ match: RuleSet.Match, node: String?) -> NodeObservation? {
    guard let node else { return nil }
    func text(_ name: String) -> String? {
      guard case .text(let value)? = match.attributes.first(where: { $0.name == name })?.value else { return nil }
      return value
    }
    func seen(_ status: String?, _ reason: String?, _ observer: NodeObservation.Observer = .kubelet) -> NodeObservation
    {
      NodeObservation(
        node: node, status: status, schedulable: nil, observer: observer, reason: reason, age: nil, roles: nil)
    }
    switch match.rule.nodeWord {
    case .notReady?: return seen("NotReady", text("reason"))
    case .ready?: return seen("Ready", text("reason"))
    case .registered?: return seen(nil, text("reason"))
    case .condition?: return seen(text("status") == "True" ? "Ready" : "NotReady", nil, .condition)
    case .kubeletEvent?: return text("event").flatMap { NodeObservation(node: node, event: $0, observer: .kubelet) }
    case .event?: return text("event").flatMap { NodeObservation(node: node, event: $0, observer: .event) }
    case nil: return nil
    }
  }

  /// klog lines are known by their own stamp, process and words, in whatever envelope; others by second and order.
  private mutating func identity(
    _ match: RuleSet.Match, _ line: Bytes, _ record: Record, _ header: KlogHeader?, _ time: EventTime, _ out: Output
  ) -> Identity {
    var digester = digester(match, line, record, header, out)
    let moment = time.microseconds ?? 0
    let second = moment.dividedDown(by: 1_000_000)
    if match.rule.repeats {
      let minute = moment.dividedDown(by: 60_000_000)
      digester.add(minute)
      let row = digester.digest().led(by: minute)
      let offset = Int(moment - minute * 60_000_000)
      return .occurrence(
        row: row, offset: offset + (header == nil ? sameMoment.next(of: row, at: moment, record.stream) : 0))
    }
    if let header {
      let stamp = header.civil
      digester.add(Int64(stamp.month * 100 + stamp.day))
      digester.add(Int64((stamp.hour * 60 + stamp.minute) * 60 + stamp.second))
      digester.add(Int64(stamp.microsecond))
      return .dated(
        digester.digest().led(by: Int64(((stamp.month * 31 + stamp.day) * 24 + stamp.hour) * 60 + stamp.minute)))
    }
    digester.add(second)
    let text = digester.digest()
    digester.add(Int64(sameSecond.next(of: text, at: second, record.stream)))
    return .dated(digester.digest().led(by: second / 60))
  }

  /// What goes into an identity beside the time.
  private mutating func digester(
    _ match: RuleSet.Match, _ line: Bytes, _ record: Record, _ header: KlogHeader?, _ out: Output
  ) -> Digester {
    var stream = record.stream
    stream.process = header?.process ?? record.process
    if let repetition = match.repetition, repetition.place < repeated.count {
      let known = repeated[repetition.place]
      if known.serial == repetition.serial, known.stream == stream { return known.digester }
    }
    var digester = Digester()
    digester.add(match.rule.kind)
    if let host = record.host { digester.add(out.names.bytes(host).span) } else { digester.add(out.givenNode ?? "") }
    digester.add(Int64(stream.process))
    digester.addWithoutSecrets(line, in: (match.rule.repeats ? header?.body : header?.ownLine) ?? record.body)
    if let repetition = match.repetition {
      while repeated.count <= repetition.place { repeated.append(Repeated()) }
      repeated[repetition.place] = Repeated(serial: repetition.serial, stream: stream, digester: digester)
    }
    return digester
  }

  /// Whether the batch tells of the row already; from now on it does.
  private mutating func isRepeat(_ row: Digest, _ match: RuleSet.Match, _ batch: Int) -> Bool {
    guard let repetition = match.repetition, repetition.place < repeated.count else { return false }
    let before = repeated[repetition.place]
    if before.row == row, before.batch == batch { return true }
    (repeated[repetition.place].row, repeated[repetition.place].batch) = (row, batch)
    return false
  }

  /// A line without any time is known by the lines of its kind before it.
  private mutating func undated(
    _ match: RuleSet.Match, _ line: Bytes, _ record: Record, _ out: inout Output
  ) -> Identity {
    var run = undated ?? out.beginRun()
    run.pass(line, record.body, isWhole: out.isWhole)
    undated = run
    return run.identity(match.rule.kind)
  }
}

/// Tells lines apart that say the same at the same time, by their order in their stream.
private struct Ordinals {
  private var streams: [Record.Stream: (time: Int64, seen: [Digest: Int])] = [:]

  /// The most streams, and the most lines of one time, that are told apart from their like.
  private static let most = (streams: 256, lines: 10_000)

  /// How many lines of the digest its stream had before at `time`, as long as that goes on.
  mutating func next(of digest: Digest, at time: Int64, _ stream: Record.Stream) -> Int {
    if streams[stream]?.time != time {
      if streams.count >= Self.most.streams { streams = [:] }
      streams[stream] = (time, [:])
    }
    guard let before = streams[stream]?.seen[digest] else {
      if streams[stream]?.seen.count ?? 0 < Self.most.lines { streams[stream]?.seen[digest] = 1 }
      return 0
    }
    streams[stream]?.seen[digest] = before + 1
    return before
  }
}

extension Int64 {
  /// Division that rounds down, also below zero.
  func dividedDown(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
