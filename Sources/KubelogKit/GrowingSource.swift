/// A source that is read while it grows: what comes is parsed at once, and kept together with how far it was read.
///
/// Where reading went on before, what stands before that place is read again without keeping it, so that the parser knows
/// what was begun and not over there.
final class GrowingSource {
  let writer: Writer
  private(set) var lines: LineSplitter
  private(set) var showsProblems = false
  /// Whether what comes is read again.
  private(set) var isAgain = false
  private var parser: Parser
  /// klog lines before the first that the parser got.
  private var lettersBefore = KlogLetters()
  private var countsAtStart: SourceCounts
  private var mayLearnZone: Bool
  /// The zone that was learned from the source, seconds east of UTC.
  private(set) var zone: Int?
  private let path: String
  /// Whether nothing of it was kept with a position yet.
  private var isFirst: Bool

  /// Text that was taken since the last ``keep``, and since when it waits, microseconds.
  private(set) var unkept = (bytes: 0, since: Int64?.none)
  /// When the store was last found locked for longer than is waited for, microseconds since 1970 UTC; nil where it is not.
  private(set) var lockedAt: Int64?

  /// How long what was found may wait for more, and for a store that is locked for long to be asked again, microseconds.
  private static let patience: Int64 = 20_000
  /// How much text is read at most before what was found in it is committed, bytes.
  private static let mostUnkept = 16 << 20

  /// Whether what was found is to be committed before anything else is read.
  var isFull: Bool { unkept.bytes >= Self.mostUnkept }

  /// When what was found is to be committed at the latest, microseconds since 1970 UTC; nil where nothing waits.
  var dueAt: Int64? { unkept.since.map { max($0, lockedAt ?? 0) + Self.patience } }

  /// A source at `path` that goes on where `position` ends, reading from `first` of its parts on again; nil to read nothing
  /// again.
  init(
    _ path: String, _ kubelog: Kubelog, _ options: IngestOptions, modified: Int64?, liveness: ClockOptions.Liveness,
    writer: Writer, position: [PositionPart], from first: Int?
  ) throws {
    self.path = path
    self.writer = writer
    isFirst = position.isEmpty
    parser = try Parser(
      SourceOptions(
        node: options.node,
        clock: ClockOptions(
          year: options.year, zone: kubelog.zone, at: options.at, modified: modified, liveness: liveness,
          now: kubelog.now),
        form: options.form, foldsRepeats: true),
      rules: try Kubelog.ruleBook())
    if !isFirst { parser.resumeUnknown(try writer.unknown()) }
    let before = first.map { position[$0].before } ?? position.last?.before ?? SourceCounts()
    countsAtStart = position.last?.before ?? SourceCounts()
    lettersBefore = before.letters
    lines = LineSplitter(
      lines: before.lines, bytes: before.bytes, truncatedLines: before.truncatedLines,
      badUTF8Lines: before.badUTF8Lines)
    mayLearnZone = !kubelog.isZoneGiven && position.isEmpty
    zone = position.last?.zone
    if let zone, !kubelog.isZoneGiven { parser.learnZone(zone) }
  }

  /// What was counted up to the end of the last whole line.
  var counts: SourceCounts {
    var letters = lettersBefore
    letters.add(parser.letters)
    return SourceCounts(
      lines: lines.lines, bytes: lines.wholeBytes, truncatedLines: lines.truncatedLines,
      badUTF8Lines: lines.badUTF8Lines, letters: letters)
  }

  /// What the source holds.
  var format: String { parser.format }

  // MARK: Reading

  /// From now on what comes arrives as it is written, and that is its time.
  func becomeLive() { parser.decide(.live) }

  /// The first line comes at `moment`, microseconds since 1970 UTC: no stamp of it without a year lies after that.
  func begin(at moment: Int64) { parser.mayReach(moment) }

  /// What comes next was written by `moment`, microseconds since 1970 UTC.
  func came(_ bytes: Int, endsInLine: Bool, by moment: Int64) {
    parser.received(bytes: bytes, endsInLine: endsInLine, at: moment)
  }

  /// Takes the next text.
  func take(_ text: Bytes, now: Int64) {
    guard text.count > 0 else { return }
    if mayLearnZone, let seconds = ZoneEvidence.seconds(in: text) {
      zone = seconds
      parser.learnZone(seconds)
    }
    mayLearnZone = mayLearnZone && text.first(0x0A, in: 0..<text.count) == nil
    let isPlain = isPlain(text)
    parser.expect(text, isPlain: isPlain, holdsPart: lines.holdsPartialLine)
    lines.feed(
      text, isPlain: isPlain, passOver: { self.parser.passOver($0, from: $1, isASCII: $2) },
      { self.parser.take($0, at: $1) })
    unkept = (unkept.bytes + text.count, unkept.since ?? now)
  }

  /// A file is over: its last line has no line end, and none comes.
  func endLine() { lines.finish { parser.take($0, at: $1) } }

  /// What comes is read again, or is new. Throws ``StoreError``.
  func read(again: Bool) throws {
    guard again != isAgain else { return }
    // What has no clock of its own may still find one in what is new.
    try keepEvents(isQuiet: !isAgain)
    try writer.commit()
    if isAgain {
      writer.beginTally()
      parser.dropUnknown()
    }
    isAgain = again
  }

  // MARK: Keeping

  /// Writes what was found into the open transaction, and gives it. Throws ``StoreError``.
  @discardableResult
  private func keepEvents(isQuiet: Bool) throws -> Batch {
    let batch = parser.drain(isQuiet: isQuiet)
    if !isAgain { showsProblems = showsProblems || batch.showsProblem }
    if !batch.isEmpty { waiting.append(isAgain ? batch.ofOpenThings : batch) }
    if !waiting.isEmpty { try writer.begin() }
    for batch in waiting { try writer.write(batch) }
    waiting = []
    return batch
  }

  /// What was found while the store was locked.
  private var waiting: [Batch] = []

  /// Commits what was found, and with it how far the source was read, `position`; nil to leave that as it is.
  ///
  /// `isQuiet` tells whether nothing more comes for now: else what has no clock of its own may be kept back, and so is the
  /// position. With `mayWait` a position beside which nothing was found is left for later; false then, and where the store is
  /// locked for long. Throws ``StoreError``.
  func keep(isQuiet: Bool, mayWait: Bool, position: () -> [PositionPart]?, progress: (IngestProgress) -> Void) throws
    -> Bool
  {
    let hasWaited = !waiting.isEmpty
    let batch: Batch
    do {
      batch = try keepEvents(isQuiet: isQuiet)
      if batch.isEmpty, !hasWaited, !isAgain, mayWait {
        unkept = (0, nil)
        return false
      }
      try writer.begin()
    } catch StoreError.busy {
      lockedAt = presentMicroseconds()
      return false
    }
    if !batch.isEmpty { progress(.found(batch)) }
    if !isAgain {
      try writer.describe(format: format, counts)
      if isQuiet, let position = position() { try keep(position) }
    }
    try writer.commit()
    (unkept, lockedAt) = ((0, nil), nil)
    return true
  }

  /// Keeps how far the source was read, and the unknown lines up to there, in the open transaction. Throws ``StoreError``.
  private func keep(_ position: [PositionPart]) throws {
    try writer.keep(position: position)
    try writer.keep(unknown: parser.takeUnknown(), anew: isFirst)
    isFirst = false
  }

  /// Keeps what is open as far as it goes, a last line without line end too, and gives what the source brought; `position` as
  /// for ``keep``. Without one everything is as if nothing had been read since it was kept. Throws ``StoreError``.
  func finish(position: () -> [PositionPart]?) throws -> SourceSummary {
    if !isAgain, let position = position() {
      try keepEvents(isQuiet: true)
      try keep(position)
      lines.finish { parser.take($0, at: $1, isWhole: false) }
      parser.finish()
      try keepEvents(isQuiet: true)
      let counts = counts
      try writer.finish(
        format: format, bytes: counts.bytes, lines: counts.lines, truncatedLines: counts.truncatedLines,
        badUTF8Lines: counts.badUTF8Lines, letters: counts.letters)
    } else {
      try writer.commit()
    }
    let counts = counts
    let tally = isAgain ? Writer.Tally() : writer.tally
    return SourceSummary(
      path: path, format: format, bytes: max(0, counts.bytes - countsAtStart.bytes),
      lines: max(0, counts.lines - countsAtStart.lines),
      events: tally.events, newEvents: tally.newEvents, sessions: tally.sessions, secrets: tally.secrets,
      showsProblems: showsProblems, truncatedLines: max(0, counts.truncatedLines - countsAtStart.truncatedLines),
      badUTF8Lines: max(0, counts.badUTF8Lines - countsAtStart.badUTF8Lines),
      ruleLimits: parser.ruleLimits.map { "\($0.rule) (\($0.count))" }, unknown: parser.unknown,
      notes: try writer.notes())
  }
}

extension Batch {
  /// What is known only by what stands before it, and what may find a better clock in what follows: the runs, their sessions
  /// and their events, and events without a clock of their own. All else is in the store as it is.
  fileprivate var ofOpenThings: Batch {
    var kept = Batch()
    (kept.sessions, kept.runs) = (sessions, runs)
    // How many of the events before each are kept.
    var before = [0]
    for event in events {
      if event.isOfRun || event.time.source > .klog, !event.isRepeat { kept.events.append(event) }
      before.append(kept.events.count)
    }
    for index in kept.runs.indices { kept.runs[index].events = before[runs[index].events] }
    return kept
  }
}

extension Event {
  fileprivate var isOfRun: Bool { if case .inRun = identity { true } else { false } }
  fileprivate var isRepeat: Bool { if case .occurrence = identity { true } else { false } }
}
