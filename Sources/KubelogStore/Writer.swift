public import KubelogParse
internal import KubelogScan

/// Puts what a parser found into the store, so that reading the same or overlapping input again changes nothing.
///
/// One writer for one source. Batches are collected in one transaction until ``commit()``.
public final class Writer {
  /// What one source brought.
  public struct Tally: Sendable, Equatable {
    /// Occurrences found, also those that were known.
    public var events = 0
    /// Occurrences that the store did not have.
    public var newEvents = 0
    /// Sessions found.
    public var sessions = 0
    /// Different secrets found.
    public var secrets = 0

    /// Of nothing.
    public init() {}
  }

  /// What it brought so far.
  public internal(set) var tally = Tally()

  let connection: Connection
  let cluster: Statement.Cell
  let source: Int64
  /// The source's path.
  private let path: String
  private let isStream: Bool
  private var inTransaction = false
  private var kinds: [String: Int64] = [:]
  /// Those that were asked for last, each at the place that its length gives; no kind has no name.
  private var recentKinds = [(name: String, id: Int64)](repeating: ("", 0), count: 32)
  private var runs: [Int: RunState] = [:]
  private var knownRuns = KnownRuns()
  private var names = RunNames()
  /// Those of them that this source holds as far as the store did, or further.
  private var reached: Set<Int64> = []
  /// Runs whose public id may have changed.
  private var grown: Set<Int64> = []
  var folds = Folds()
  var buffer = RowBuffer()
  var logs = LogSpans()
  private var secretsSeen: Set<[UInt8]> = []
  private let digestKey: DigestKey
  private let keepsValues: Bool
  private let isRecovered: Bool
  private var seal: Seal
  /// Secrets whose values could not be sealed.
  private var withheld: Set<[UInt8]> = []
  var statements: WriterStatements

  /// How many lines of a run are remembered, to know it again: of a longer one its beginning decides.
  private static let longestChain = 4096
  /// How many shapes of unknown lines are kept of a source.
  private static let mostShapes = 500
  /// A run of the source: in doubt until it is known which run of the store it is, or that it is a new one.
  private struct RunState {
    var lines: [Int64] = []
    var lineCount = 0
    var node: String?
    var typed: Typing?
    var time: EventTime?
    var held: [Event] = []
    var id: Int64?
    /// How many lines of it the store had before.
    var storedLines = 0
  }

  /// A writer for the source at `path` into the store at `storePath`.
  ///
  /// `cluster` is what `--cluster` named; with `keepsValues` false no value of a secret is kept, sealed or not. Throws
  /// ``StoreError``.
  public init(
    store storePath: String, source path: String, cluster: String?, sealing: Sealing, keepsValues: Bool = true,
    waiting milliseconds: Int = Connection.patience
  ) throws(StoreError) {
    let store = try Store(writing: storePath, sealing: sealing, waiting: milliseconds)
    seal = store.seal
    self.keepsValues = keepsValues
    connection = store.takeConnection()
    digestKey = DigestKey(try connection.meta(.digestKey) ?? [])
    isRecovered = try connection.meta(.recovered) != nil
    // The writer knows the kind and the source of what it adds: looking for them again costs a sixth of adding a row. What it
    // deletes, it deletes with all that refers to it.
    try connection.execute("PRAGMA foreign_keys = OFF")
    statements = try WriterStatements(connection)
    self.cluster = cluster.map { .text($0) } ?? .null
    self.path = path
    isStream = path == "-" || path.hasPrefix("run:")
    let insert = try connection.prepare(
      """
      INSERT INTO sources (path, format, bytes, lines, truncated_lines, bad_utf8_lines) VALUES (?1, 'unknown', 0, 0, 0, 0)
      ON CONFLICT (path) DO UPDATE SET path = excluded.path RETURNING id
      """)
    insert.bind(.text(path))
    _ = try insert.step()
    source = insert.integer(0)
    _ = try insert.step()
  }

  // MARK: Batches

  /// Adds what a parser found; it is lasting after ``commit()``.
  public func write(_ batch: Batch) throws(StoreError) {
    guard !batch.isEmpty else { return }
    do {
      try add(batch)
    } catch {
      // Where the file went away, what SQLite says of it means nothing.
      try connection.confirmInPlace()
      throw error
    }
  }

  private func add(_ batch: Batch) throws(StoreError) {
    try begin()
    if batch.provedLive { try becomeLive() }
    folds.begin(batch.events)
    var next = 0
    // Where events stand that are added together.
    var rows: [Int] = []
    func addRows() throws(StoreError) {
      try add(batch.events, at: rows[...])
      rows.removeAll(keepingCapacity: true)
    }
    func takeEvents(upTo end: Int) throws(StoreError) {
      while next < end {
        tally.events += 1
        // Most repeat: of these only what tells them apart is looked at here.
        if case .occurrence(let row, let offset) = batch.events[next].identity {
          if batch.events[next].isTentative { tentativeSeen.insert(row) }
          folds.add(at: next, row, offset)
        } else if case .dated = batch.events[next].identity, !batch.events[next].time.isOpen {
          rows.append(next)
          if rows.count == WriterStatements.rowsAtOnce { try addRows() }
        } else {
          try addRows()
          try take(batch.events[next])
        }
        next += 1
      }
      try addRows()
    }
    for lines in batch.runs {
      try takeEvents(upTo: lines.events)
      for facts in batch.sessions where facts.run == lines.run { latestFacts[facts.run] = facts }
      try take(lines)
    }
    try takeEvents(upTo: batch.events.count)
    for again in batch.repeats { fold(again) }
    for facts in batch.sessions { try take(facts) }
    for lines in batch.runs where lines.isOver { latestFacts[lines.run] = nil }
  }

  /// Begins a transaction where none is open. Throws ``StoreError/busy(path:)`` where another program writes for so long that
  /// waiting makes no sense; then nothing was written.
  public func begin() throws(StoreError) {
    guard !inTransaction else { return }
    try connection.execute("BEGIN IMMEDIATE")
    inTransaction = true
    // Somebody may have had the store forget it meanwhile.
    try statements.keepSource.run(.integer(source), .text(path))
  }

  /// What was written until now is no part of what the source brought.
  public func beginTally() { tally = Tally() }

  /// Ends the transaction: what was written until now survives a crash.
  public func commit() throws(StoreError) {
    guard inTransaction else { return }
    try connection.confirmInPlace()
    try flushFolds()
    try flushLogs()
    try names.forgetIfOthersWrote(statements)
    for run in grown.sorted() { try names.name(run, statements) }
    grown.removeAll(keepingCapacity: true)
    try connection.execute("COMMIT")
    inTransaction = false
  }

  /// Notes what the source turned out to hold, and commits.
  ///
  /// Its unknown lines are those that are given; of a source that is followed they stay what ``keep(unknown:anew:)`` made them.
  public func finish(
    format: String, bytes: Int, lines: Int, truncatedLines: Int, badUTF8Lines: Int, letters: KlogLetters = .init(),
    unknown: [UnknownShape] = []
  ) throws(StoreError) {
    try begin()
    for run in runs.keys.sorted() { try end(run) }
    try flushFolds()
    try flushLogs()
    try dropCutLines()
    try describe(
      format: format,
      SourceCounts(
        lines: lines, bytes: bytes, truncatedLines: truncatedLines, badUTF8Lines: badUTF8Lines, letters: letters))
    if try !isFollowed() { try keep(unknown: Array(unknown.prefix(Self.mostShapes)), anew: true) }
    try commit()
  }

  /// Adds unknown lines to those of the source, or has it have these only (`anew`); lasting after ``commit()``. Throws
  /// ``StoreError``.
  public func keep(unknown: [UnknownShape], anew: Bool) throws(StoreError) {
    try begin()
    if anew { try statements.forgetUnknown.run(.integer(source)) }
    for shape in unknown {
      try statements.saveUnknown.run(
        .integer(source), .text(shape.kind.rawValue), .text(shape.shape), .integer(Int64(shape.count)),
        .integer(Int64(shape.line)), .text(shape.sample))
    }
  }

  /// Notes what the source holds as far as it was read; it is lasting after ``commit()``.
  public func describe(format: String, _ counts: SourceCounts) throws(StoreError) {
    try begin()
    let (letters, number) = (counts.letters, { (count: Int) in Statement.Cell.integer(Int64(count)) })
    try statements.finishSource.run(
      .integer(source), .text(format), number(counts.bytes), number(counts.lines), number(counts.truncatedLines),
      number(counts.badUTF8Lines), number(letters.info), number(letters.warning), number(letters.error),
      number(letters.fatal))
  }

  // MARK: Events

  private func take(_ event: Event) throws(StoreError) {
    guard case .inRun(let run, _) = event.identity else {
      try insert(event, run: nil)
      return
    }
    if let id = runs[run]?.id {
      try insert(event, run: id)
    } else {
      runs[run, default: RunState()].held.append(event)
    }
  }

  /// Adds an event, or improves the one that the store has; false where it has it.
  @discardableResult
  func insert(_ event: Event, run: Int64?) throws(StoreError) -> Bool {
    let digest: Digest
    switch event.identity {
    case .dated(let own), .inRun(_, let own): digest = own
    case .occurrence: preconditionFailure("what repeats is folded")
    }
    connection.forgetLastInsertion()
    var row: Int64?
    let bind = { [self] (statement: borrowing Statement, kind: Int64) throws(StoreError) in
      statement.bind(
        .blob(digest.bytes), run.map { .integer($0) } ?? .null, .integer(kind),
        .integer(Int64(event.severity.rawValue)),
        event.time.microseconds.map { .integer($0) } ?? .null, .integer(Int64(event.time.source.rawValue)),
        event.time.uncertainty.map { .integer($0) } ?? .null, event.node.map { .text($0) } ?? .null, cluster,
        .text(event.message), event.attributes.isEmpty ? .null : .text(event.attributesJSON), .integer(source),
        .integer(Int64(event.position.line)), .integer(Int64(event.position.byte)),
        .integer(event.isTentative ? 1 : 0), bound(event.time.earliest), bound(event.time.latest),
        event.problem.map { .text($0) } ?? .null)
      if try statement.step() {
        row = statement.integer(0)
        _ = try statement.step()
      }
      statement.reset()
    }
    func bound(_ moment: Int64?) -> Statement.Cell {
      event.time.isOpen ? moment.map { .integer($0) } ?? .null : .null
    }
    let kind = try self.kind(event.kind)
    // Nearly all are new; the statement that also mends what is known costs more than twice as much.
    if run == nil { try bind(statements.insertDated, kind) } else { try bind(statements.insertInRun, kind) }
    if let run { grown.insert(run) }
    if connection.lastInsertion != 0 {
      if let run { names.added(to: run, isDated: event.time.source < .file) }
      try wasAdded(event, digest, as: connection.lastInsertion)
      return true
    }
    if !event.isTentative { try forgetWhatCutEventTold(digest, run) }
    if run == nil { try bind(statements.improveDated, kind) } else { try bind(statements.improveInRun, kind) }
    // A row comes back where something was improved.
    if let run, row != nil { names.changed(run) }
    wasFound(event, digest)
    if row == nil, isRecovered || !event.secrets.isEmpty {
      // Known, but maybe from an input that was cut before the secret came, or what belongs to it was lost.
      statements.findEvent.bind(.blob(digest.bytes), run.map { .integer($0) } ?? .null)
      if try statements.findEvent.step() { row = statements.findEvent.integer(0) }
      statements.findEvent.reset()
    }
    if let row { try attach(event, to: row) }
    return false
  }

  /// The store did not have an event: it is `row` now.
  func wasAdded(_ event: borrowing Event, _ digest: Digest, as row: Int64) throws(StoreError) {
    tally.newEvents += 1
    wasFound(event, digest)
    try attach(event, to: row)
  }

  /// Notes what the source brought with an event, known or not.
  private func wasFound(_ event: borrowing Event, _ digest: Digest) {
    for secret in event.secrets
    where secretsSeen.insert(SecretBox(secret.kind, secret.value, digestKey).identity).inserted {
      tally.secrets += 1
    }
    if event.isTentative { tentativeSeen.insert(digest) }
    if case .dated = event.identity, event.time.source <= .given, let moment = event.time.microseconds {
      logs.extend(event.node, moment, moment, byte: event.position.byte)
    }
  }

  /// An event that stands in the store as one that may have been cut is whole now: what it seemed to show is shown by the whole
  /// one, or was never there.
  private func forgetWhatCutEventTold(_ digest: Digest, _ run: Int64?) throws(StoreError) {
    let event: (Statement.Cell, Statement.Cell) = (.blob(digest.bytes), run.map { .integer($0) } ?? .null)
    try statements.deleteCutSightings.run(event.0, event.1)
    try statements.deleteCutObservation.run(event.0, event.1)
  }

  /// What may have been cut, of this source or a run of it, and was not found again by this reading, which went as far: it
  /// was cut. What comes by standard input next is another input.
  private func dropCutLines() throws(StoreError) {
    var cut: [Int64] = []
    statements.findTentative.bind(
      isStream ? .null : .integer(source), .text("[" + reached.map { "\($0)" }.joined(separator: ",") + "]"))
    while try statements.findTentative.step() {
      let digest = statements.findTentative.blob(1)
      if !tentativeSeen.contains(where: { $0.bytes == digest }) { cut.append(statements.findTentative.integer(0)) }
    }
    statements.findTentative.reset()
    for row in cut {
      try statements.deleteSightings.run(.integer(row))
      try statements.deleteObservation.run(.integer(row))
      try statements.deleteEvent.run(.integer(row))
    }
    names.changedAny()
    if !cut.isEmpty {
      try statements.deleteEmptySessions.run()
      try statements.deleteEmptyRuns.run()
    }
  }

  private var tentativeSeen: Set<Digest> = []

  private func attach(_ event: borrowing Event, to row: Int64) throws(StoreError) {
    for sighting in event.secrets {
      let box = SecretBox(sighting.kind, sighting.value, digestKey)
      let value = try sealed(sighting, box.identity)
      try statements.insertSecret.run(
        .text(sighting.kind.rawValue), .blob(box.identity), .text(box.publicID), value.map { .blob($0) } ?? .null,
        .integer(value == nil ? 0 : 1), box.name.map { .text($0) } ?? .null)
      try statements.insertSighting.run(
        .blob(box.identity), .integer(row), .text(sighting.role.rawValue),
        sighting.ttlSeconds.map { .integer(Int64($0)) } ?? .null, sighting.endpoint.map { .text($0) } ?? .null,
        .text(jsonText(sighting.caHashes)), sighting.expires.map { .integer($0) } ?? .null,
        sighting.expires == nil ? .null : .integer(sighting.expiresWithin),
        sighting.usages.map { .text(jsonText($0)) } ?? .null, sighting.description.map { .text($0) } ?? .null)
    }
    guard let seen = event.observation else { return }
    func detail(_ name: String) -> Statement.Cell {
      guard case .text(let text)? = seen.details.first(where: { $0.name == name })?.value else { return .null }
      return .text(text)
    }
    try statements.insertObservation.run(
      .integer(row), .text(seen.node), seen.status.map { .text($0) } ?? .null,
      seen.schedulable.map { .integer($0 ? 1 : 0) } ?? .null, .text(seen.observer.rawValue),
      seen.reason.map { .text($0) } ?? .null, seen.age.map { .integer(Int64($0.seconds)) } ?? .null,
      seen.age.map { .integer(Int64($0.span)) } ?? .null, seen.roles.map { .text(jsonText($0)) } ?? .null,
      detail("version"), detail("internal_ip"), detail("os_image"), detail("kernel_version"),
      detail("container_runtime"))
  }

  /// A secret's value as the store keeps it; nil for none.
  private func sealed(_ secret: SecretSighting, _ identity: [UInt8]) throws(StoreError) -> [UInt8]? {
    guard keepsValues, secret.kind != .certificate, !sealedBefore.contains(identity) else { return nil }
    let value = try seal.seal(secret.value, kind: secret.kind.rawValue, identity: identity, in: connection)
    if value == nil { withheld.insert(identity) } else { sealedBefore.insert(identity) }
    return value
  }

  private var sealedBefore: Set<[UInt8]> = []

  /// What is to be said about the values of secrets: sentences without any secret.
  public func notes() throws(StoreError) -> [String] {
    var notes = seal.warning.map { [$0] } ?? []
    guard let error = seal.error else { return notes }
    let clear = try connection.clearValues()
    if clear > 0 { notes.append("values of secrets from an older kubelog still lie in the clear: \(error.sentence)") }
    let hasNone = try connection.prepare("SELECT 1 FROM secrets WHERE identity = ?1 AND value IS NULL")
    for identity in withheld {
      hasNone.bind(.blob(identity))
      defer { hasNone.reset() }
      guard try hasNone.step() else { continue }
      notes.append("values of secrets were left out: \(error.sentence)")
      break
    }
    return notes
  }

  func kind(_ name: String) throws(StoreError) -> Int64 {
    // The same few come over and over, and of these hardly two are as long.
    let slot = name.utf8.count & (recentKinds.count - 1)
    if recentKinds[slot].name == name { return recentKinds[slot].id }
    let id = try findKind(name)
    recentKinds[slot] = (name, id)
    return id
  }

  private func findKind(_ name: String) throws(StoreError) -> Int64 {
    if let known = kinds[name] { return known }
    statements.insertKind.bind(.text(name))
    _ = try statements.insertKind.step()
    let id = statements.insertKind.integer(0)
    _ = try statements.insertKind.step()
    statements.insertKind.reset()
    kinds[name] = id
    return id
  }

  // MARK: Repeats

  /// Whether the store did not have what was folded last: then it is added at once, else looked for at first.
  var areFoldsNew = true
  /// The same of rows that do not repeat.
  var areRowsNew = true

  private func fold(_ again: Repeat) {
    tally.events += 1
    if again.isTentative { tentativeSeen.insert(again.row) }
    folds.add(again)
  }

  private func flushLogs() throws(StoreError) {
    for (node, span) in logs.takeAll() {
      try statements.saveLog.run(
        .integer(source), .text(node), .integer(span.began), .integer(span.ended), .integer(Int64(span.byte)), cluster)
    }
  }

  // MARK: Runs

  /// Goes on with a run by lines, and decides which run of the store it is as soon as that is certain.
  private func take(_ lines: RunLines) throws(StoreError) {
    var state = runs[lines.run] ?? RunState()
    if state.lineCount == 0 { (state.node, state.typed, state.time) = (lines.node, lines.typed, lines.time) }
    state.lineCount += lines.lines.count
    state.lines += lines.lines.prefix(max(0, Self.longestChain - state.lines.count))
    if let id = state.id {
      runs[lines.run] = state
      try remember(state, id)
    } else {
      runs[lines.run] = state
      let known = try knownRuns.find(
        like: state.lines, count: state.lineCount, node: state.node, typed: state.typed, time: state.time,
        statements.findRuns)
      if known?.mayGoOn != true || lines.isOver || state.lineCount > Self.longestChain {
        try settle(lines.run, as: known)
      }
    }
    if lines.isOver {
      if let facts = latestFacts[lines.run], let id = runs[lines.run]?.id { try save(facts, id) }
      if let done = runs[lines.run], let id = done.id, done.lineCount >= done.storedLines { reached.insert(id) }
      runs[lines.run] = nil
    }
  }

  /// From now on the run is the stored one `known`, or a new one.
  private func settle(_ run: Int, as known: KnownRuns.Run?) throws(StoreError) {
    guard var state = runs[run] else { return }
    let id: Int64
    if let known {
      (id, state.storedLines) = (known.id, known.lineCount)
    } else {
      statements.insertRun.bind(.integer(state.lines.first ?? 0))
      _ = try statements.insertRun.step()
      id = statements.insertRun.integer(0)
      _ = try statements.insertRun.step()
      statements.insertRun.reset()
    }
    knownRuns.claim(id)
    let held = state.held
    (state.id, state.held) = (id, [])
    runs[run] = state
    for event in held {
      try insert(event, run: id)
    }
    try remember(state, id)
    if let facts = latestFacts[run] { try save(facts, id) }
  }

  /// Keeps what tells a run from others: of two readings the longer one, of two times the surer.
  private func remember(_ state: RunState, _ id: Int64) throws(StoreError) {
    let trusted = state.time.flatMap { $0.source <= .given ? $0 : nil }
    try statements.rememberRun.run(
      .integer(id), state.node.map { .text($0) } ?? .null, trusted?.microseconds.map { .integer($0) } ?? .null,
      trusted.flatMap { KnownRuns.slack(of: $0) }.map { .integer($0) } ?? .null, .integer(Int64(state.lineCount)),
      .blob(KnownRuns.bytes(state.lines)), state.typed.map { .integer($0.command) } ?? .null,
      state.typed?.host.map { .text($0) } ?? .null)
    grown.insert(id)
  }

  private func end(_ run: Int) throws(StoreError) {
    try take(RunLines(run: run, isOver: true))
  }

  private func take(_ facts: SessionFacts) throws(StoreError) {
    latestFacts[facts.run] = facts
    if let id = runs[facts.run]?.id { try save(facts, id) }
  }

  /// What is known of each session, for when its run is settled.
  private var latestFacts: [Int: SessionFacts] = [:]
  private var sessionsSeen: Set<Int> = []

  private func save(_ facts: SessionFacts, _ id: Int64) throws(StoreError) {
    if sessionsSeen.insert(facts.run).inserted { tally.sessions += 1 }
    try statements.saveSession.run(
      .integer(id), .text(facts.command.rawValue), .text(jsonText(facts.arguments)),
      facts.node.map { .text($0) } ?? .null, cluster, facts.kubernetesVersion.map { .text($0) } ?? .null,
      facts.endpoint.map { .text($0) } ?? .null, .text(jsonText(facts.caHashes)), .text(facts.outcome.rawValue),
      facts.error.map { .text($0) } ?? .null, .integer(facts.isDryRun ? 1 : 0), .integer(Int64(facts.lines)),
      facts.exitStatus.map { .integer(Int64($0)) } ?? .null)
  }

  /// The source proved to be live: what was only bounded by its arrival happened then.
  private func becomeLive() throws(StoreError) {
    for id in knownRuns.claimed.sorted() {
      try statements.proveLive.run(
        .integer(id), .integer(Int64(TimeSource.file.rawValue)), .integer(Int64(TimeSource.arrival.rawValue)),
        .integer(source))
      try statements.proveBeginning.run(.integer(id))
      names.changed(id)
      grown.insert(id)
    }
    for (run, state) in runs {
      for index in state.held.indices { runs[run]?.held[index].time = state.held[index].time.provedLive }
      runs[run]?.time = state.time?.provedLive
    }
  }
}
