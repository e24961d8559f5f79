public import KubelogScan

/// What the user says about a source that the source does not say itself.
public struct SourceOptions: Sendable {
  /// The node it comes from (`--node`), nil if not said.
  public var node: String?
  /// What is known of its times.
  public var clock: ClockOptions
  /// The one envelope that is looked for (`--as`), nil to find out.
  public var form: SourceForm?
  /// Whether further occurrences of what a batch tells already are given as ``Batch/repeats``.
  public var foldsRepeats = false

  /// Options of a source.
  public init(node: String? = nil, clock: ClockOptions, form: SourceForm? = nil, foldsRepeats: Bool = false) {
    self.foldsRepeats = foldsRepeats
    self.node = node
    self.clock = clock
    self.form = form
  }
}

/// Turns the lines of one source into events, in one pass.
///
/// Every line goes terminal → envelopes → klog header or plain text → the one reader that knows it. A line that nobody
/// knows costs a look at its head and leaves nothing behind.
public struct Parser {
  private var output: Output
  private var terminal = Terminal()
  private var mayHoldControls = true
  private var opener = EnvelopeOpener()
  private var fields = JournalFields()
  private var objectEntry = JournalEntry()
  private var ansible = Ansible()
  /// The stream in which Ansible's result stands, and where its head does.
  private var ansiblePlace = (stream: Record.Stream(), position: LinePosition())
  private var pasted = Pasted()
  private var lastJournal: Record?
  /// A line that was `{` and nothing else: what it begins is seen on the next.
  private var heldBrace: LinePosition?
  private var parts: [Record.Stream: [UInt8]] = [:]
  private var readers = StreamReaders()
  private var steps = HostSteps()
  private var ruleEvents = RuleEvents()
  private var klog = KlogReader()
  private var certificates = ListedCertificates()
  private let rules: RuleSet
  private var census = Census()
  private var skimmer = Skimmer()
  /// The kubelet's line that was just read, where its envelope stood alone around it.
  private var readLine: (header: KlogHeader, record: Record)?
  private let form: SourceForm?
  /// The command whose output is read, where kubelog started it.
  private var command: CommandRun?

  /// The longest line that is put together from parts.
  private static let longestLine = LineSplitter.longestLine
  /// The most streams whose lines are put together at once.
  private static let mostParts = 64

  /// A parser at the start of a source.
  ///
  /// It goes by the rules of `book`; without one by the built-in rules. Throws ``RuleError``, only where a built-in rule
  /// pack is broken.
  public init(_ options: SourceOptions, rules book: RuleBook? = nil) throws {
    self.init(options, RuleSet(try book?.packs ?? RulePack.builtIn()))
  }

  init(_ options: SourceOptions, _ rules: RuleSet) {
    self.rules = rules
    output = Output(
      clock: SourceClock(options.clock), givenNode: options.node, rules: rules, foldsRepeats: options.foldsRepeats)
    form = options.form
    opener.only = options.form?.envelope
    opener.isOff = options.form != nil && options.form?.envelope == nil
  }

  /// The rules at whose limits PCRE2 gave up on a line, and how often.
  public var ruleLimits: [(rule: String, count: Int)] { rules.limits }

  /// How many klog lines of each letter were read.
  public var letters: KlogLetters { census.letters }

  /// The lines that nobody knew, by their shape, the most frequent first.
  public var unknown: [UnknownShape] { output.unknown.all }

  /// So many unknown lines were counted before: further ones of their shapes are theirs. To be said before the first line.
  public mutating func resumeUnknown(_ known: [UnknownShape]) { output.unknown.resume(known) }

  /// The unknown lines up to now count nowhere: they were read before.
  public mutating func dropUnknown() { output.unknown.dropAll() }

  /// The unknown lines since this was called last, by their shape.
  public mutating func takeUnknown() -> [UnknownShape] { output.unknown.takeNew() }

  /// What the source holds, judged by what was read so far.
  public var format: String { census.format(opener) }

  /// Whether something of the form that `--as` named was there; true where nothing was named.
  public var isAsSaid: Bool { form.map { census.holds($0, opener) } ?? true }

  /// Whether arrival is known to be the time of what is read.
  public var isLive: Bool { output.clock.isLive }

  /// It turned out whether the source is live, before anything of it was given.
  public mutating func decide(_ liveness: ClockOptions.Liveness) { output.clock.decide(liveness) }

  /// Bytes came in at `moment` (microseconds since 1970 UTC), before the lines that they end are given; `endsInLine` tells
  /// whether the last of them is no line end.
  public mutating func received(bytes: Int, endsInLine: Bool = false, at moment: Int64) {
    if output.clock.received(bytes: bytes, endsInLine: endsInLine, at: moment) { output.provedLive() }
  }

  /// No stamp without a year lies after `moment`, microseconds since 1970 UTC. To be said before the first line.
  public mutating func mayReach(_ moment: Int64) { output.clock.journalEnds(at: moment) }

  /// Stamps that name no zone are of the one `seconds` east of UTC. To be said before the first line.
  public mutating func learnZone(_ seconds: Int) { output.clock.learnZone(seconds) }

  /// The lines that come next end in `chunk`; `isPlain` tells whether all of it is (``isPlain(_:)``), `holdsPart` whether a
  /// part of the first came before.
  ///
  /// Most inputs hold no control characters at all: then no line has to be searched for them.
  public mutating func expect(_ chunk: Bytes, isPlain: Bool, holdsPart: Bool) {
    mayHoldControls = (holdsPart && mayHoldControls) || (!isPlain && Terminal.concerns(chunk))
  }

  /// Goes over lines of `chunk` from the beginning of one at `start` on that tell nothing: gives the offset after them, and
  /// how many they are.
  ///
  /// Of what reading them would leave behind only the last one matters, as that in which the next may go on.
  public mutating func passOver(_ chunk: Bytes, from start: Int, isASCII: Bool) -> (end: Int, lines: Int) {
    guard isBetween else { return (start, 0) }
    if let entries, start < chunk.count, chunk[start] == (entries.isExport ? 0x5F : 0x7B) {
      let passage = entrySkimmer.passOver(chunk, from: start, entries: entries, rules, &output.unknown)
      census.count(passed: passage.letters, lines: passage.entries)
      census.count(entries.isExport ? .journalExport : .journalJSON, passage.entries)
      return (passage.end, passage.lines)
    }
    guard let envelope = skimmed else { return (start, 0) }
    let passage = skimmer.passOver(
      chunk, from: start, isASCII: isASCII, mayHoldControls: mayHoldControls, rules, &output.unknown)
    guard let last = passage.last else { return (start, 0) }
    census.count(passed: passage.letters, lines: passage.lines)
    opener.pass(passage.lines, in: envelope)
    if !passage.leads {
      let line = chunk.extracting(last)
      var record = Record(body: 0..<line.count)
      opener.open(line, &record, &output)
      opener.pass(-1, in: envelope)
      lastJournal = record
    }
    return (passage.end, passage.lines)
  }

  /// The envelope of the lines that are gone over.
  private var skimmed: Envelope?
  /// The shape of the entries that are gone over, and what is known of their messages.
  private var entries: EntryShape?
  private var entrySkimmer = Skimmer()
  /// The message of an entry that was just read: of one in the export form, or in JSON where it fills its line.
  private var readMessage: [UInt8] = []
  private var hasReadMessage = false
  /// The lines of the entry in the export form that is being read.
  private var entryLines: [UInt8] = []
  /// False in tests, to hold what is gone over against what reading all of it gives.
  package var skims = true

  /// Whether nothing that was begun goes on in the next line.
  private var isBetween: Bool {
    !fields.isInside && heldBrace == nil && !terminal.isActive && !ansible.isInside && parts.isEmpty && !klog.isOpen
  }

  /// Takes a line whose head and shape are known; false where they are not.
  private mutating func takeKnown(_ line: Bytes) -> Bool {
    guard let envelope = skimmed, isBetween, let (header, record) = skimmer.read(line) else { return false }
    opener.pass(1, in: envelope)
    lastJournal = record
    takeKlog(line, header, record)
    return true
  }

  /// Learns from the line that was just read which lines like it can be gone over.
  private mutating func learn(_ line: Bytes) {
    defer { (readLine, hasReadMessage) = (nil, false) }
    guard skims, let (header, record) = readLine else { return }
    if hasReadMessage { return learn(line, readMessage, header, record, isExport: false) }
    guard let envelope = opener.single,
      envelope == .journalShort || envelope == .journalISO || envelope == .journalFull,
      !klog.isOpen, KlogHeader(line, record.body) == header, let moment = record.time?.microseconds
    else { return }
    if skimmed != envelope { (skimmed, skimmer) = (envelope, Skimmer()) }
    skimmer.learn(
      line, header, record, rules, output.unknown, shown: line, isSteady: output.clock.isSteady(at: moment))
  }

  /// Learns from an entry whose message is a line of klog.
  private mutating func learn(
    _ entry: Bytes, _ message: [UInt8], _ header: KlogHeader, _ record: Record, isExport: Bool
  ) {
    guard !klog.isOpen, isExport ? isPlain(entry) : isASCII(entry),
      KlogHeader(message.span, 0..<message.count) == header,
      message.span.first(0x0A, in: 0..<message.count) == nil, let place = place(ofMessage: entry, isExport: isExport)
    else { return }
    entrySkimmer.learn(
      message.span, header, record, rules, output.unknown, shown: entry.extracting(place), isBare: true,
      isEscaped: !isExport, isSteady: true)
  }

  /// Where the message stands in an entry; the entries that come next are thought to have its shape.
  private mutating func place(ofMessage entry: Bytes, isExport: Bool) -> Range<Int>? {
    if entries?.isExport != isExport { (entries, entrySkimmer) = (nil, Skimmer()) }
    let known = entry.withUnsafeBufferPointer { entries?.place(UnsafeRawBufferPointer($0), at: 0) }
    if let known, known.end == entry.count { return known.message }
    guard let (shape, message) = isExport ? EntryShape.read(export: entry) : EntryShape.read(entry, from: 0) else {
      return nil
    }
    entries = shape
    return message
  }

  /// Takes a line of an entry of several; false where it is still to be read as any other.
  private mutating func takeInside(_ line: Bytes, at position: LinePosition) -> Bool {
    (readLine, hasReadMessage) = (nil, false)
    guard !takeField(line, at: position) else { return false }
    if fields.form == .export {
      keep(line, at: position)
    } else if skims, line.isEmpty, hasReadMessage, let (header, record) = readLine {
      let entry = entryLines
      learn(entry.span, readMessage, header, record, isExport: true)
    }
    return true
  }

  /// Keeps a line of an entry in the export form, to learn from the whole of it.
  private mutating func keep(_ line: Bytes, at position: LinePosition) {
    guard entryLines.count < Self.longestLearned else { return }
    line.append(0..<line.count, to: &entryLines)
    // What the splitter took off stands for itself: it is no line to learn from.
    entryLines.append(position.length == line.count + 1 ? 0x0A : 0x0D)
  }

  /// The longest entry that is learned from, in bytes.
  private static let longestLearned = 1 << 16

  /// Takes the next line, without its line end; `isWhole` is false for a last line that had none.
  public mutating func take(_ line: Bytes, at position: LinePosition, isWhole: Bool = true) {
    output.isWhole = isWhole
    output.position = LinePosition(line: position.line, byte: position.byte)
    if fields.isInside, takeInside(line, at: position) { return }
    defer {
      if fields.form == .export {
        entryLines.removeAll(keepingCapacity: true)
        keep(line, at: position)
      }
    }
    if mayHoldControls || terminal.isActive, terminal.isActive || Terminal.concerns(line) {
      for shown in terminal.take(line, isReturned: position.length > line.count + 1) { takeLine(shown.span) }
    } else {
      if takeKnown(line) { return }
      (readLine, hasReadMessage) = (nil, false)
      takeLine(line)
      learn(line)
    }
  }

  /// The source is over: what waits for more is finished as it is.
  public mutating func finish() {
    for shown in terminal.finish() { takeLine(shown.span) }
    replayBrace()
    if let result = ansible.finish() { take(result) }
    // What nothing but the end of the input ends may have gone on where that was cut.
    output.isWhole = false
    if fields.finish() { takeEntry() }
    for stream in parts.keys.sorted() {
      guard let part = parts[stream] else { continue }
      takeWords(part.span, Record(body: 0..<part.count, stream))
    }
    parts = [:]
    klog.finish(rules, &ruleEvents, &output)
    readers.finish(&output)
    ruleEvents.tell(isOver: true, &output)
    steps.tell(isOver: true, &output)
  }

  /// What comes is the output of a command that kubelog started: its words tell what they tell behind a prompt, and when.
  ///
  /// To be said before the first line; the source is live.
  public mutating func begin(_ command: CommandRun) {
    self.command = command
    received(bytes: 0, at: command.began)
    output.batch.events.append(command.started(node: output.givenNode))
    let line = command.typed
    takeWords(line.span, Record(body: 0..<line.count))
    readers.commandBegan()
  }

  /// The command ended at `moment` with an exit status; to be said after its last line and before ``finish()``.
  public mutating func end(status: Int, at moment: Int64) {
    guard let command else { return }
    received(bytes: 0, at: moment)
    readers.commandEnded(status)
    output.batch.events.append(command.ended(status, node: output.givenNode, at: moment))
  }

  /// The most events that are kept back for a clock that may follow them.
  private static let mostHeld = 4_096

  /// How many occurrences were found since ``drain(isQuiet:)`` was last called.
  public var found: Int { output.batch.events.count + output.batch.repeats.count }

  /// What was found since the last call.
  ///
  /// As long as more comes at once (`isQuiet` is false), what has no clock of its own is kept back: a clock may follow that
  /// says by when it had happened.
  public mutating func drain(isQuiet: Bool = true) -> Batch {
    if !isQuiet, !isLive, output.batch.events.count < Self.mostHeld, output.hasOpenTimes { return Batch() }
    readers.tell(&output)
    ruleEvents.tell(isOver: false, &output)
    steps.tell(isOver: false, &output)
    output.batch.events.nameProblems(rules)
    for index in output.batch.events.indices {
      // Behind all others: the runs of the batch count the events before them.
      if let ended = certificates.pass(&output.batch.events[index]) { output.batch.events.append(ended) }
    }
    return output.takeBatch()
  }

  // MARK: Envelopes

  private mutating func takeLine(_ line: Bytes) {
    if heldBrace != nil {
      if fields.beginPretty(line, at: output.position) {
        heldBrace = nil
        return
      }
      replayBrace()
    }
    if line.count == 1, line[0] == 0x7B, !ansible.isInside {
      heldBrace = output.position
      return
    }
    var record = Record(body: 0..<line.count)
    guard line.count > 0 else {
      if klog.isOpen, klog.takeFurther(line, record, rules, &ruleEvents, &output) { return }
      if ansible.isInside { _ = takeAnsible(line, record) }
      readers.takeBlank(&output)
      return
    }
    opener.open(line, &record, &output)
    if record.body.count == line.count {
      if opener.only == nil, !takeField(line, at: output.position) { return }
      if takeMark(line) { return }
      if let before = lastJournal, isContinuation(line) { record = before.with(line.trimmed(record.body)) }
    } else if record.identifier != nil {
      lastJournal = record
    }
    if takeAnsible(line, record) { return }
    if record.isPart || !parts.isEmpty {
      takePart(line, record)
    } else {
      takeWords(line, record)
    }
  }

  private mutating func replayBrace() {
    guard let position = heldBrace else { return }
    heldBrace = nil
    let (here, brace) = (output.position, [UInt8(0x7B)])
    output.position = position
    takeWords(brace.span, Record(body: 0..<1))
    output.position = here
  }

  /// Takes a line of the forms that give an entry several lines; true where it is still to be read as any other.
  private mutating func takeField(_ line: Bytes, at position: LinePosition) -> Bool {
    switch fields.take(line, at: position) {
    case .no: return true
    case .part: return false
    case .ends, .noEnds:
      census.count(fields.lastForm)
      takeEntry()
      return !fields.isInside && fields.wasNo
    }
  }

  private mutating func takeEntry() {
    // Not copied, so that its memory is used again.
    var entry = JournalEntry()
    swap(&entry, &fields.entry)
    let here = output.position
    output.position = entry.position
    take(&entry)
    output.position = here
    if skims, fields.lastForm == .journalExport {
      swap(&readMessage, &entry.message)
      hasReadMessage = true
    }
    swap(&entry, &fields.entry)
    fields.wasRead()
  }

  /// Reads an entry of the journal: its message may have several lines.
  private mutating func take(_ entry: inout JournalEntry) {
    guard entry.hasMessage else { return }
    let record = entry.record(&output)
    let message = entry.message.span
    var start = 0
    while start < message.count {
      let end = message.first(0x0A, in: start..<message.count) ?? message.count
      let body = message.withoutReturns(start..<end)
      if Terminal.concerns(message.extracting(body)) {
        for shown in Terminal.plain(message.extracting(body)) {
          takeWords(shown.span, record.with(0..<shown.count))
        }
      } else if !body.isEmpty {
        takeWords(message, record.with(body))
      }
      start = end + 1
    }
  }

  /// journalctl's own lines between those of the journal, and those of `script` around what it records.
  private mutating func takeMark(_ line: Bytes) -> Bool {
    if line.has("-- ", at: 0) {
      guard let mark = JournalMark(line) else { return false }
      if let end = mark.end { output.clock.journalEnds(at: end) }
      return true
    }
    // `Script done on 2026-11-23 14:36:35+00:00 [COMMAND_EXIT_CODE="0"]`: all of it had happened by then.
    if line.has("Script done on ", at: 0), let stamp = Stamp.iso(line, at: 15),
      let moment = stamp.time(&output.clock)?.microseconds
    {
      output.recordingEnded(at: moment)
      return true
    }
    guard line.has("Script started on ", at: 0) else { return false }
    if let stamp = Stamp.iso(line, at: 18), let time = stamp.time(&output.clock), let moment = time.microseconds {
      output.clock.recordingBegan(at: moment)
    }
    let head = ScriptHead(line)
    if let width = head.columns { terminal.learn(width: width) }
    for command in head.commands { takeWords(command.span, Record(body: 0..<command.count)) }
    return true
  }

  /// Further lines of a message stand below its first, in journalctl's text forms.
  private func isContinuation(_ line: Bytes) -> Bool {
    line.count > 10 && line.end(of: { $0 == 0x20 }, from: 0, to: 10) == 10
  }

  private mutating func takeAnsible(_ line: Bytes, _ record: Record) -> Bool {
    let wasInside = ansible.isInside
    guard wasInside ? record.stream == ansiblePlace.stream : Ansible.mayBegin(line, record.body),
      let taken = ansible.take(line, record.body)
    else { return false }
    if !wasInside { ansiblePlace = (record.stream, output.position) }
    census.count(.ansible)
    if let result = taken.result { take(result) }
    return !taken.again
  }

  private mutating func take(_ result: Ansible.Result) {
    let here = output.position
    output.position = ansiblePlace.position
    defer { output.position = here }
    var record = Record(body: 0..<0)
    record.host = output.names.host(result.host.span, 0..<result.host.count)
    if var command = result.command {
      command = Array("$ ".utf8) + command.split(separator: 0x0A).joined(separator: [0x3B, 0x20])
      takeWords(command.span, record.with(0..<command.count))
    }
    for text in result.lines {
      for shown in Terminal.plain(text.span) {
        if shown.isEmpty {
          readers.takeBlank(&output, in: record.stream)
        } else {
          takeWords(shown.span, record.with(0..<shown.count))
        }
      }
    }
  }

  /// Joins the parts that a container runtime made of a long line.
  private mutating func takePart(_ line: Bytes, _ record: Record) {
    let stream = record.stream
    guard record.isPart || parts[stream] != nil else { return takeWords(line, record) }
    var whole = parts.removeValue(forKey: stream) ?? []
    line.append(record.body.prefix(Self.longestLine - whole.count), to: &whole)
    if record.isPart, parts.count < Self.mostParts {
      parts[stream] = whole
    } else {
      takeWords(whole.span, record.with(0..<whole.count))
    }
  }

  // MARK: Words

  private mutating func takeWords(_ line: Bytes, _ record: Record) {
    if klog.isOpen, klog.takeFurther(line, record, rules, &ruleEvents, &output) { return }
    guard let first = record.body.first else { return readers.takeBlank(&output, in: record.stream) }
    if line[first] == 0x7B || line[first] == 0x64 || line[first] == 0x1E, takeObject(line, record) { return }
    if record.identifier == nil, let text = pasted.words(line, record.body) {
      return takeBare(text.span, record.with(0..<text.count))
    }
    takeBare(line, record)
  }

  private mutating func takeBare(_ line: Bytes, _ record: Record) {
    if let header = KlogHeader(line, record.body) {
      takeKlog(line, header, record)
    } else if let identifier = record.identifier {
      census.journal += 1
      if output.names.program(identifier) == .systemd {
        if let match = rules.match(systemd: record.body, line) {
          ruleEvents.emit(match, line, record, nil, record.time, &output)
        }
      } else if !takeProgram(line, record), !takeAnswer(line, record) {
        readers.takeInner(line, record, &census, &output)
      }
    } else {
      takePlain(line, record)
    }
  }

  /// An object that is a line of some log: of the journal, of Docker.
  private mutating func takeObject(_ line: Bytes, _ record: Record) -> Bool {
    if klog.takeJSON(line, record, rules, &ruleEvents, &output) {
      if record.identifier == nil { census.klog += 1 } else { census.journal += 1 }
      return true
    }
    if takeProgram(line, record) { return true }
    guard let start = JournalJSON.start(line, record.body) else { return false }
    let object = start..<record.body.upperBound
    var entry = JournalEntry()
    swap(&entry, &objectEntry)
    defer {
      entry.clear()
      swap(&entry, &objectEntry)
    }
    if JournalJSON.read(line, object, into: &entry, at: output.position) {
      census.count(.journalJSON)
      take(&entry)
      if skims, record.identifier == nil, object == 0..<line.count {
        // Not copied: the memory of both is used again.
        swap(&readMessage, &entry.message)
        hasReadMessage = true
      }
      return true
    }
    var (text, inner): ([UInt8], Record) = ([], record)
    guard Docker.read(line, object, into: &text, &inner, &output) else { return false }
    census.count(.docker)
    let shown = Terminal.concerns(text.span) ? Terminal.plain(text.span).first ?? [] : text
    takePart(shown.span, inner.with(0..<shown.count))
    return true
  }

  private mutating func takeKlog(_ line: Bytes, _ header: KlogHeader, _ record: Record) {
    let time = output.clock.time(of: header, envelope: record.time)
    census.count(header)
    if record.identifier == nil { census.klog += 1 } else { census.journal += 1 }
    readers.takeKlog(line, header, time, record, &output)
    if let identifier = record.identifier, output.names.program(identifier) == .kubelet { readLine = (header, record) }
    klog.take(line, header, record, time, rules, &ruleEvents, &output)
  }

  private mutating func takePlain(_ line: Bytes, _ record: Record) {
    if line.first(0x26, in: record.body) != nil, let text = Markup.decoded(line, record.body) {
      readers.take(text.span, record.with(0..<text.count), &census, &output)
      return
    }
    if readers.take(line, record, &census, &output) || takeProgram(line, record) { return }
    if let match = rules.match(systemd: record.body, line) {
      ruleEvents.emit(match, line, record, nil, record.time, &output)
    } else {
      let host = output.host(of: record)
      _ = steps.take(line, record, host: host, rules, &output)
    }
  }

  /// A line of etcd, a container runtime or a load balancer; false when it is none or no rule knows it.
  private mutating func takeProgram(_ line: Bytes, _ record: Record) -> Bool {
    guard let program = ProgramLine(line, record.body), let match = rules.match(program, line) else { return false }
    if record.identifier == nil { census.count(program.component) }
    ruleEvents.emit(
      match, line, record.with(program.body), nil, program.time(record.time, &output.clock), &output)
    return true
  }

  /// What a command answered in a journal: a provisioner such as cloud-init runs there.
  private mutating func takeAnswer(_ line: Bytes, _ record: Record) -> Bool {
    guard let match = rules.match(.plain, line, line.trimmed(record.body)) else { return false }
    ruleEvents.emit(match, line, record, nil, record.time, &output)
    return true
  }
}
