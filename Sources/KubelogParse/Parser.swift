public import KubelogScan

/// What the user says about a source that the source does not say itself.
public struct SourceOptions: Sendable {
  /// The node it comes from (`--node`), nil if not said.
  public var node: String?
  /// What is known of its times.
  public var clock: ClockOptions

  /// Options of a source.
  public init(node: String? = nil, clock: ClockOptions) {
    self.node = node
    self.clock = clock
  }
}

/// What a source turned out to hold.
public enum SourceFormat: String, Sendable {
  /// kubeadm's own output.
  case kubeadm
  /// A journal in journalctl's default form.
  case journal = "journal-short"
  /// klog lines without a journal around them.
  case klog
  /// Tables of `kubectl get nodes`.
  case nodes = "kubectl-nodes"
  /// Several of them: a terminal's log.
  case mixed
  /// Nothing that is known.
  case unknown
}

/// Turns the lines of one source into events, in one pass.
///
/// Every line goes envelopes → klog header or plain text → the one reader that knows it. A line that nobody knows costs
/// a look at its head and leaves nothing behind.
public struct Parser {
  private var output: Output
  private var envelopes = EnvelopeOpener()
  private var kubeadm = SessionMachine()
  private var table = NodeTable()
  private var steps = HostSteps()
  /// kubeadm inside a journal (cloud-init, a service): one machine for each stream.
  private var inner: [Digest: SessionMachine] = [:]
  private let rules: RuleSet
  private var counts = (kubeadm: 0, journal: 0, klog: 0, nodes: 0)
  /// How often a line of the current second was seen: two alike are two events.
  private var sameSecond: (second: Int64, seen: [Digest: Int]) = (0, [:])

  /// The most streams of one source that may be inside a kubeadm session at once.
  private static let mostInnerStreams = 1024

  /// A parser at the start of a source.
  ///
  /// It goes by the rules of `book`; without one by the built-in rules. Throws ``RuleError``, only where a built-in rule
  /// pack is broken.
  public init(_ options: SourceOptions, rules book: RuleBook? = nil) throws {
    output = Output(clock: SourceClock(options.clock), givenNode: options.node)
    rules = RuleSet(try book?.packs ?? RulePack.builtIn())
  }

  /// The rules at whose limits PCRE2 gave up on a line, and how often.
  public var ruleLimits: [(rule: String, count: Int)] { rules.limits }

  /// What the source holds, judged by what was read so far.
  public var format: SourceFormat {
    let found: [(Int, SourceFormat)] = [
      (counts.kubeadm, .kubeadm), (counts.journal, .journal), (counts.nodes, .nodes),
    ].filter { $0.0 > 0 }
    if found.count > 1 { return .mixed }
    return found.first?.1 ?? (counts.klog > 0 ? .klog : .unknown)
  }

  /// Whether arrival is known to be the time of what is read.
  public var isLive: Bool { output.clock.isLive }

  /// Bytes came in at `moment` (microseconds since 1970 UTC), before the lines that they end are given.
  public mutating func received(bytes: Int, at moment: Int64) {
    if output.clock.received(bytes: bytes, at: moment) { output.batch.provedLive = true }
  }

  /// Takes the next line, without its line end; `isWhole` is false for a last line that had none.
  public mutating func take(_ line: Bytes, at position: LinePosition, isWhole: Bool = true) {
    output.isWhole = isWhole
    guard line.count > 0 else {
      output.position = position
      _ = kubeadm.take(line, Record(body: 0..<0), &output)
      return
    }
    output.position = position
    let record = envelopes.open(line, &output.clock)
    if let header = KlogHeader(line, record.body) {
      takeKlog(line, header, record)
    } else if let identifier = record.identifier {
      counts.journal += 1
      if line.has("systemd", at: identifier.lowerBound), identifier.count == 7 {
        if let match = rules.match(systemd: record.body, line) { emit(match, line, record, nil, record.time) }
      } else if !takeProgram(line, record), !takeAnswer(line, record) {
        takeInner(line, record)
      }
    } else {
      takePlain(line, record)
    }
  }

  /// The source is over: what waits for more is finished as it is.
  public mutating func finish() {
    kubeadm.finish(&output)
    table.interrupted(&output)
    steps.tell(isOver: true, &output)
    for key in inner.keys.sorted() { inner[key]?.finish(&output) }
    inner = [:]
  }

  /// What was found since the last call.
  public mutating func drain() -> Batch {
    kubeadm.tell(&output)
    table.tell(isOver: false, &output)
    steps.tell(isOver: false, &output)
    for key in inner.keys.sorted() { inner[key]?.tell(&output) }
    defer { output.batch = Batch() }
    return output.batch
  }

  // MARK: Kinds of line

  private mutating func takeKlog(_ line: Bytes, _ header: KlogHeader, _ record: Record) {
    let time = output.clock.time(of: header, envelope: record.time)
    if record.identifier == nil {
      counts.klog += 1
      kubeadm.takeKlog(line, header, time, record, &output)
    } else {
      counts.journal += 1
    }
    if let match = rules.match(klog: header, line) { emit(match, line, record, header, time) }
  }

  private mutating func takePlain(_ line: Bytes, _ record: Record) {
    if !kubeadm.isOpen || isTableLike(line, record.body), let part = NodeTable.Part(line, line.trimmed(record.body)) {
      kubeadm.interrupted(&output)
      table.take(part, line, record, &output)
      counts.nodes += 1
    } else if kubeadm.take(line, record, &output) {
      counts.kubeadm += 1
      table.interrupted(&output)
    } else if !takeProgram(line, record) {
      _ = steps.take(line, record, host: record.host.map { line.text($0) }, rules, &output)
    }
  }

  /// A line of etcd, a container runtime or a load balancer; false when it is none or no rule knows it.
  private mutating func takeProgram(_ line: Bytes, _ record: Record) -> Bool {
    guard let program = ProgramLine(line, record.body), let match = rules.match(program, line) else { return false }
    var told = record
    told.body = program.body
    emit(match, line, told, nil, program.time(record.time, &output.clock))
    return true
  }

  /// What a command answered in a journal: a provisioner such as cloud-init runs there.
  private mutating func takeAnswer(_ line: Bytes, _ record: Record) -> Bool {
    guard let match = rules.match(.plain, line, line.trimmed(record.body)) else { return false }
    emit(match, line, record, nil, record.time)
    return true
  }

  /// kubeadm never prints a node table, but a session that was broken off may be followed by one.
  private func isTableLike(_ line: Bytes, _ body: Range<Int>) -> Bool {
    guard let first = body.first else { return false }
    return !isBlank(line[first]) && line[first] != 0x5B
  }

  /// A line of a journal that is neither klog nor systemd's: kubeadm, run by something that logs there.
  private mutating func takeInner(_ line: Bytes, _ record: Record) {
    guard let first = record.body.first, let identifier = record.identifier,
      !inner.isEmpty || line[first] == 0x5B
    else { return }
    var digester = Digester()
    if let host = record.host { digester.add(line, in: host) }
    digester.add(line, in: identifier)
    digester.add(Int64(record.process))
    let stream = digester.digest()
    if inner[stream] == nil {
      guard Tag(line, line.trimmed(record.body), inSession: false) != nil, inner.count < Self.mostInnerStreams else {
        return
      }
      inner[stream] = SessionMachine()
    }
    if inner[stream]?.take(line, record, &output) == true { counts.kubeadm += 1 }
  }

  // MARK: Events of rules

  private mutating func emit(
    _ match: RuleSet.Match, _ line: Bytes, _ record: Record, _ header: KlogHeader?, _ time: EventTime?
  ) {
    let time = time ?? output.clock.unstamped
    let node = match.node ?? output.givenNode ?? record.host.map { line.text($0) }
    output.batch.events.append(
      Event(
        identity: identity(match, line, record, header, time), time: time, kind: match.rule.kind,
        severity: header?.severity ?? match.severity ?? .info, node: node, message: match.message,
        attributes: match.attributes.filter { $0.name != "node" }, position: output.position, secrets: [],
        observation: Self.observation(match, node: node), isTentative: !output.isWhole))
  }

  /// What a kubelet's line says about its node's state.
  private static func observation(_ match: RuleSet.Match, node: String?) -> NodeObservation? {
    guard let node else { return nil }
    let reason = match.attributes.first { $0.name == "reason" }
    func seen(_ status: String?) -> NodeObservation {
      var text: String?
      if case .text(let value)? = reason?.value { text = value }
      return NodeObservation(
        node: node, status: status, schedulable: nil, observer: .kubelet, reason: text, age: nil, roles: nil)
    }
    return switch match.rule.kind {
    case "kubelet.node.not-ready": seen("NotReady")
    case "kubelet.node.ready": seen("Ready")
    case "kubelet.node.registered": seen(nil)
    default: nil
    }
  }

  /// klog lines are known by their own stamp, process and words, in whatever envelope; others by second and order.
  private mutating func identity(
    _ match: RuleSet.Match, _ line: Bytes, _ record: Record, _ header: KlogHeader?, _ time: EventTime
  ) -> Identity {
    var digester = Digester()
    digester.add(match.rule.kind)
    if let host = record.host { digester.add(line, in: host) } else { digester.add(output.givenNode ?? "") }
    digester.add(Int64(header?.process ?? record.process))
    digester.add(line, in: header?.body ?? record.body)
    let moment = time.microseconds ?? 0
    let second = moment.dividedDown(by: 1_000_000)
    if match.rule.repeats {
      let minute = moment.dividedDown(by: 60_000_000)
      digester.add(minute)
      let row = digester.digest()
      let offset = Int(moment - minute * 60_000_000)
      return .occurrence(row: row, offset: offset + (header == nil ? ordinal(of: row, in: second) : 0))
    }
    if let header {
      let stamp = header.civil
      digester.add(Int64(stamp.month * 100 + stamp.day))
      digester.add(Int64((stamp.hour * 60 + stamp.minute) * 60 + stamp.second))
      digester.add(Int64(stamp.microsecond))
      return .dated(digester.digest())
    }
    digester.add(second)
    let text = digester.digest()
    digester.add(Int64(ordinal(of: text, in: second)))
    return .dated(digester.digest())
  }

  private mutating func ordinal(of digest: Digest, in second: Int64) -> Int {
    if sameSecond.second != second { sameSecond = (second, [:]) }
    defer { sameSecond.seen[digest, default: 0] += 1 }
    return sameSecond.seen[digest] ?? 0
  }
}

extension Int64 {
  /// Division that rounds down, also below zero.
  func dividedDown(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
