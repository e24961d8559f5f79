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
  }

  /// What it brought so far.
  public private(set) var tally = Tally()

  private let connection: Connection
  private let cluster: Statement.Cell
  private let source: Int64
  private var inTransaction = false
  private var kinds: [String: Int64] = [:]
  private var runs: [Int: RunState] = [:]
  /// Stored runs that a run of this source was found to be; each can be only one of them.
  private var claimed: Set<Int64> = []
  /// Runs whose public id may have changed.
  private var grown: Set<Int64> = []
  private var folds: [Digest: Fold] = [:]
  private var secretsSeen: Set<[UInt8]> = []
  private var statements: WriterStatements

  /// How many events of a run that looks like a stored one are held back before it is taken for it.
  private static let longestDoubt = 1000
  /// How far two trusted times of one run's beginning may lie apart, where they state no bound: typed by a person.
  private static let looseTolerance: Int64 = 120_000_000
  private static let tolerance: Int64 = 2_000_000

  /// A run of the source, before and after it is known which run of the store it is.
  private enum RunState {
    case doubtful(candidates: [(id: Int64, events: Int64)], held: [Event], facts: SessionFacts?)
    case settled(Int64)
  }

  private struct Fold {
    var row: Int64?
    var occurrences: Occurrences
    var first: Event
    var minute: Int64
    var isChanged: Bool
  }

  /// A writer for the source at `path` into the store at `storePath`.
  ///
  /// `cluster` is what `--cluster` named. Throws ``StoreError``.
  public init(store storePath: String, source path: String, cluster: String?) throws(StoreError) {
    let store = try Store(writing: storePath)
    connection = store.takeConnection()
    statements = try WriterStatements(connection)
    self.cluster = cluster.map { .text($0) } ?? .null
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
    if !inTransaction {
      try connection.execute("BEGIN IMMEDIATE")
      inTransaction = true
    }
    for event in batch.events { try take(event) }
    for facts in batch.sessions { try take(facts) }
    for run in batch.endedRuns { try end(run) }
    if batch.provedLive { try becomeLive() }
  }

  /// Ends the transaction: what was written until now survives a crash.
  public func commit() throws(StoreError) {
    guard inTransaction else { return }
    for fold in folds.values where fold.isChanged { try flush(fold) }
    folds.removeAll(keepingCapacity: true)
    for run in grown.sorted() { try rename(run) }
    grown.removeAll(keepingCapacity: true)
    try connection.execute("COMMIT")
    inTransaction = false
  }

  /// Notes what the source turned out to hold, and commits.
  public func finish(
    format: String, bytes: Int, lines: Int, truncatedLines: Int, badUTF8Lines: Int
  ) throws(StoreError) {
    if !inTransaction {
      try connection.execute("BEGIN IMMEDIATE")
      inTransaction = true
    }
    for run in runs.keys.sorted() { try end(run) }
    try statements.finishSource.run(
      .integer(source), .text(format), .integer(Int64(bytes)), .integer(Int64(lines)), .integer(Int64(truncatedLines)),
      .integer(Int64(badUTF8Lines)))
    try commit()
  }

  // MARK: Events

  private func take(_ event: Event) throws(StoreError) {
    tally.events += 1
    switch event.identity {
    case .dated(let digest): try insert(event, digest, run: nil)
    case .occurrence(let row, let offset): try fold(event, row, offset)
    case .inRun(let run, let digest):
      switch runs[run] {
      case .settled(let id): try insert(event, digest, run: id)
      case .doubtful(let candidates, let held, let facts):
        try doubt(run, candidates, held, facts, event, digest)
      case nil:
        try doubt(run, try self.candidates(event, digest), [], nil, event, digest)
      }
    }
  }

  private func insert(_ event: Event, _ digest: Digest, run: Int64?) throws(StoreError) {
    connection.forgetLastInsertion()
    var row: Int64?
    let bind = { [self] (statement: borrowing Statement, kind: Int64) throws(StoreError) in
      statement.bind(
        .blob(digest.bytes), run.map { .integer($0) } ?? .null, .integer(kind),
        .integer(Int64(event.severity.rawValue)),
        event.time.microseconds.map { .integer($0) } ?? .null, .integer(Int64(event.time.source.rawValue)),
        event.time.uncertainty.map { .integer($0) } ?? .null, event.node.map { .text($0) } ?? .null, cluster,
        .text(event.message), event.attributes.isEmpty ? .null : .text(event.attributesJSON), .integer(source),
        .integer(Int64(event.position.line)), .integer(Int64(event.position.byte)))
      if try statement.step() {
        row = statement.integer(0)
        _ = try statement.step()
      }
      statement.reset()
    }
    let kind = try self.kind(event.kind)
    if run == nil { try bind(statements.insertDated, kind) } else { try bind(statements.insertInRun, kind) }
    if connection.lastInsertion != 0 { tally.newEvents += 1 }
    for sighting in event.secrets where secretsSeen.insert(SecretBox.keep(sighting).identity).inserted {
      tally.secrets += 1
    }
    guard let row else { return }
    if let run { grown.insert(run) }
    try attach(event, to: row)
  }

  private func attach(_ event: Event, to row: Int64) throws(StoreError) {
    for sighting in event.secrets {
      let kept = SecretBox.keep(sighting)
      try statements.insertSecret.run(
        .text(sighting.kind.rawValue), .blob(kept.identity), .text(kept.publicID), .blob(kept.value),
        .integer(kept.isSealed ? 1 : 0))
      try statements.insertSighting.run(
        .blob(kept.identity), .integer(row), .text(sighting.role.rawValue),
        sighting.ttlSeconds.map { .integer(Int64($0)) } ?? .null, sighting.endpoint.map { .text($0) } ?? .null,
        .text(jsonText(sighting.caHashes)))
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

  private func kind(_ name: String) throws(StoreError) -> Int64 {
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

  private func fold(_ event: Event, _ row: Digest, _ offset: Int) throws(StoreError) {
    if folds[row] != nil {
      if folds[row]?.occurrences.insert(offset) == true {
        folds[row]?.isChanged = true
        tally.newEvents += 1
      }
      return
    }
    let minute = (event.time.microseconds ?? 0) - Int64(offset)
    statements.findFold.bind(.blob(row.bytes))
    var fold: Fold
    if try statements.findFold.step() {
      fold = Fold(
        row: statements.findFold.integer(0), occurrences: Occurrences(stored: statements.findFold.blob(1)),
        first: event,
        minute: minute, isChanged: false)
      if fold.occurrences.insert(offset) {
        fold.isChanged = true
        tally.newEvents += 1
      }
    } else {
      fold = Fold(row: nil, occurrences: Occurrences(offset), first: event, minute: minute, isChanged: true)
      tally.newEvents += 1
    }
    statements.findFold.reset()
    folds[row] = fold
  }

  private func flush(_ fold: Fold) throws(StoreError) {
    guard case .occurrence(let digest, _) = fold.first.identity, let low = fold.occurrences.offsets.first,
      let high = fold.occurrences.offsets.last
    else { return }
    let first = Statement.Cell.integer(fold.minute + Int64(low))
    let last: Statement.Cell = fold.occurrences.count > 1 ? .integer(fold.minute + Int64(high)) : .null
    let (count, set) = (
      Statement.Cell.integer(Int64(fold.occurrences.count)), Statement.Cell.blob(fold.occurrences.bytes)
    )
    if let row = fold.row {
      try statements.updateFold.run(.integer(row), first, last, count, set)
      return
    }
    let event = fold.first
    try statements.insertFold.run(
      .blob(digest.bytes), .integer(try kind(event.kind)), .integer(Int64(event.severity.rawValue)), first,
      .integer(Int64(event.time.source.rawValue)), event.time.uncertainty.map { .integer($0) } ?? .null, last, count,
      set, event.node.map { .text($0) } ?? .null, cluster, .text(event.message),
      event.attributes.isEmpty ? .null : .text(event.attributesJSON), .integer(source),
      .integer(Int64(event.position.line)),
      .integer(Int64(event.position.byte)))
  }

  // MARK: Runs

  /// Stored runs that begin with this event, as far as node and time do not speak against it.
  private func candidates(_ event: Event, _ digest: Digest) throws(StoreError) -> [(id: Int64, events: Int64)] {
    var found: [(id: Int64, events: Int64)] = []
    statements.findRuns.bind(.blob(digest.bytes))
    while try statements.findRuns.step() {
      let id = statements.findRuns.integer(0)
      let storedNode = statements.findRuns.text(1)
      let stored = (statements.findRuns.optionalInteger(2), TimeSource(rawValue: Int(statements.findRuns.integer(3))))
      guard !claimed.contains(id), storedNode.isEmpty || event.node == nil || storedNode == event.node,
        Self.agree(event.time, stored.0, stored.1, statements.findRuns.optionalInteger(4))
      else { continue }
      found.append((id, statements.findRuns.integer(5)))
    }
    statements.findRuns.reset()
    return found
  }

  /// Whether two times can be the same moment; a time that is only a bound agrees with all.
  private static func agree(_ new: EventTime, _ time: Int64?, _ source: TimeSource?, _ uncertainty: Int64?) -> Bool {
    guard let moment = new.microseconds, let time, let source, new.source <= .given, source <= .given else {
      return true
    }
    let slack = [new.uncertainty, uncertainty].reduce(tolerance) { $0 + ($1 ?? looseTolerance) }
    return abs(moment - time) <= slack
  }

  private func doubt(
    _ run: Int, _ candidates: [(id: Int64, events: Int64)], _ held: [Event], _ facts: SessionFacts?, _ event: Event,
    _ digest: Digest
  ) throws(StoreError) {
    var left: [(id: Int64, events: Int64)] = []
    var outgrown: Int64?
    for candidate in candidates {
      statements.findInRun.bind(.integer(candidate.id), .blob(digest.bytes))
      let isThere = try statements.findInRun.step()
      statements.findInRun.reset()
      if isThere {
        left.append(candidate)
      } else if candidate.events == held.count, !held.isEmpty {
        // All of the stored run was here, and this goes on: an earlier reading ended in the middle.
        outgrown = outgrown ?? candidate.id
      }
    }
    let all = held + [event]
    if let first = left.first {
      runs[run] = .doubtful(candidates: left, held: all, facts: facts)
      if all.count >= Self.longestDoubt { try settle(run, as: first.id, all, facts) }
    } else {
      try settle(run, as: outgrown, all, facts)
    }
  }

  /// From now on the run is the stored one `known`, or a new one.
  private func settle(_ run: Int, as known: Int64?, _ held: [Event], _ facts: SessionFacts?) throws(StoreError) {
    let id: Int64
    if let known {
      id = known
    } else {
      let node: Statement.Cell = held.first?.observation == nil ? held.first?.node.map { .text($0) } ?? .null : .null
      statements.insertRun.bind(node)
      _ = try statements.insertRun.step()
      id = statements.insertRun.integer(0)
      _ = try statements.insertRun.step()
      statements.insertRun.reset()
    }
    claimed.insert(id)
    grown.insert(id)
    runs[run] = .settled(id)
    for event in held {
      if case .inRun(_, let digest) = event.identity { try insert(event, digest, run: id) }
    }
    if let facts { try save(facts, id) }
  }

  private func end(_ run: Int) throws(StoreError) {
    if case .doubtful(let candidates, let held, let facts)? = runs[run] {
      try settle(run, as: candidates.first?.id, held, facts)
    }
    runs[run] = nil
  }

  private func take(_ facts: SessionFacts) throws(StoreError) {
    switch runs[facts.run] {
    case .settled(let id): try save(facts, id)
    case .doubtful(let candidates, let held, _):
      runs[facts.run] = .doubtful(candidates: candidates, held: held, facts: facts)
    case nil: break
    }
  }

  private var sessionsSeen: Set<Int> = []

  private func save(_ facts: SessionFacts, _ id: Int64) throws(StoreError) {
    if sessionsSeen.insert(facts.run).inserted { tally.sessions += 1 }
    try statements.saveSession.run(
      .integer(id), .text(facts.command.rawValue), .text(jsonText(facts.arguments)),
      facts.node.map { .text($0) } ?? .null, cluster, facts.kubernetesVersion.map { .text($0) } ?? .null,
      facts.endpoint.map { .text($0) } ?? .null, .text(jsonText(facts.caHashes)), .text(facts.outcome.rawValue),
      facts.error.map { .text($0) } ?? .null, .integer(facts.isDryRun ? 1 : 0), .integer(Int64(facts.lines)))
  }

  /// A run's public id: what it holds, on which node, and when it began as far as that is known.
  private func rename(_ run: Int64) throws(StoreError) {
    var digester = Digester()
    statements.describeRun.bind(.integer(run))
    guard try statements.describeRun.step() else {
      statements.describeRun.reset()
      return
    }
    digester.add(statements.describeRun.blob(0).span)
    digester.add(statements.describeRun.text(1))
    digester.add(statements.describeRun.optionalInteger(2) ?? 0)
    statements.describeRun.reset()
    // The same run twice, without a clock to tell them apart: numbered in the order they were read.
    var digest = digester.digest()
    while try isTaken(digest, by: run) {
      digester.add(1)
      digest = digester.digest()
    }
    try statements.renameRun.run(.integer(run), .blob(digest.bytes))
  }

  private func isTaken(_ digest: Digest, by run: Int64) throws(StoreError) -> Bool {
    statements.findName.bind(.blob(digest.bytes), .integer(run))
    defer { statements.findName.reset() }
    return try statements.findName.step()
  }

  /// The source proved to be live: what was only bounded by its arrival happened then.
  private func becomeLive() throws(StoreError) {
    let proved = { (event: Event) -> Event in
      guard event.time.source == .file, let moment = event.time.microseconds else { return event }
      var event = event
      event.time = EventTime(moment, .arrival, uncertainty: 1_000_000)
      return event
    }
    for (run, state) in runs {
      switch state {
      case .settled(let id):
        try statements.proveLive.run(
          .integer(id), .integer(Int64(TimeSource.file.rawValue)), .integer(Int64(TimeSource.arrival.rawValue)),
          .integer(source))
        grown.insert(id)
      case .doubtful(let candidates, let held, let facts):
        runs[run] = .doubtful(candidates: candidates, held: held.map(proved), facts: facts)
      }
    }
  }
}

/// The statements of a writer, prepared once.
private struct WriterStatements: ~Copyable {
  let insertKind, insertDated, insertInRun, insertFold, updateFold, findFold: Statement
  let insertRun, findRuns, findInRun, describeRun, renameRun, findName, proveLive: Statement
  let saveSession, insertSecret, insertSighting, insertObservation, finishSource: Statement

  init(_ connection: borrowing Connection) throws(StoreError) {
    let insertKind = try connection.prepare(
      "INSERT INTO kinds (name) VALUES (?1) ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING id")
    // Of two sightings the surer time wins, then the smaller bound, then the earlier (DESIGN.md decision 7).
    let surer = """
      DO UPDATE SET time = excluded.time, time_source = excluded.time_source, uncertainty = excluded.uncertainty
      WHERE excluded.time_source < events.time_source OR (excluded.time_source = events.time_source AND (
        coalesce(excluded.uncertainty, 9223372036854775807) < coalesce(events.uncertainty, 9223372036854775807)
        OR (excluded.uncertainty IS events.uncertainty AND excluded.time < events.time)))
      RETURNING id
      """
    let insert = """
      INSERT INTO events (digest, run, kind, severity, time, time_source, uncertainty, node, cluster, message,
        attributes, source, line, byte)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
      """
    let insertDated = try connection.prepare("\(insert) ON CONFLICT (digest) WHERE run IS NULL \(surer)")
    let insertInRun = try connection.prepare("\(insert) ON CONFLICT (run, digest) WHERE run IS NOT NULL \(surer)")
    let insertFold = try connection.prepare(
      """
      INSERT INTO events (digest, kind, severity, time, time_source, uncertainty, last_time, count, occurrences, node,
        cluster, message, attributes, source, line, byte)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
      """)
    let updateFold = try connection.prepare(
      "UPDATE events SET time = ?2, last_time = ?3, count = ?4, occurrences = ?5 WHERE id = ?1")
    let findFold = try connection.prepare("SELECT id, occurrences FROM events WHERE digest = ?1 AND run IS NULL")
    let insertRun = try connection.prepare("INSERT INTO runs (digest, node) VALUES (x'', ?1) RETURNING id")
    let findRuns = try connection.prepare(
      """
      SELECT runs.id, runs.node, events.time, events.time_source, events.uncertainty,
        (SELECT count(*) FROM events AS others WHERE others.run = runs.id)
      FROM events JOIN runs ON runs.id = events.run
      WHERE events.digest = ?1 AND events.run IS NOT NULL ORDER BY runs.id
      """)
    let findInRun = try connection.prepare("SELECT 1 FROM events WHERE run = ?1 AND digest = ?2")
    let describeRun = try connection.prepare(
      """
      SELECT (SELECT digest FROM events WHERE run = runs.id ORDER BY id DESC LIMIT 1), runs.node,
        (SELECT time FROM events WHERE run = runs.id AND time_source < 5 ORDER BY id LIMIT 1)
      FROM runs WHERE runs.id = ?1
      """)
    let renameRun = try connection.prepare("UPDATE runs SET digest = ?2 WHERE id = ?1")
    let findName = try connection.prepare("SELECT 1 FROM runs WHERE digest = ?1 AND id < ?2")
    let proveLive = try connection.prepare(
      "UPDATE events SET time_source = ?3, uncertainty = 1000000 WHERE run = ?1 AND time_source = ?2 AND source = ?4")
    let saveSession = try connection.prepare(
      """
      INSERT INTO sessions (run, command, arguments, node, cluster, kubernetes_version, endpoint, ca_hashes, outcome,
        error, is_dry_run, lines)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
      ON CONFLICT (run) DO UPDATE SET command = excluded.command,
        arguments = CASE excluded.arguments WHEN '[]' THEN arguments ELSE excluded.arguments END,
        node = coalesce(excluded.node, node), cluster = coalesce(excluded.cluster, cluster),
        kubernetes_version = coalesce(excluded.kubernetes_version, kubernetes_version),
        endpoint = coalesce(excluded.endpoint, endpoint),
        ca_hashes = CASE excluded.ca_hashes WHEN '[]' THEN ca_hashes ELSE excluded.ca_hashes END,
        outcome = excluded.outcome, error = excluded.error, is_dry_run = excluded.is_dry_run, lines = excluded.lines
      WHERE excluded.lines >= sessions.lines
      """)
    let insertSecret = try connection.prepare(
      """
      INSERT INTO secrets (kind, identity, public_id, value, is_sealed) VALUES (?1, ?2, ?3, ?4, ?5)
      ON CONFLICT (identity) DO NOTHING
      """)
    let insertSighting = try connection.prepare(
      """
      INSERT INTO sightings (secret, event, role, ttl_s, endpoint, ca_hashes)
      VALUES ((SELECT id FROM secrets WHERE identity = ?1), ?2, ?3, ?4, ?5, ?6)
      ON CONFLICT DO NOTHING
      """)
    let insertObservation = try connection.prepare(
      """
      INSERT INTO observations (event, node, status, schedulable, observer, reason, age_s, age_span_s, roles, version,
        internal_ip, os_image, kernel_version, container_runtime)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) ON CONFLICT DO NOTHING
      """)
    let finishSource = try connection.prepare(
      """
      UPDATE sources SET format = ?2, bytes = ?3, lines = ?4, truncated_lines = ?5, bad_utf8_lines = ?6 WHERE id = ?1
      """)
    self.insertKind = insertKind
    self.insertDated = insertDated
    self.insertInRun = insertInRun
    self.insertFold = insertFold
    self.updateFold = updateFold
    self.findFold = findFold
    self.insertRun = insertRun
    self.findRuns = findRuns
    self.findInRun = findInRun
    self.describeRun = describeRun
    self.renameRun = renameRun
    self.findName = findName
    self.proveLive = proveLive
    self.saveSession = saveSession
    self.insertSecret = insertSecret
    self.insertSighting = insertSighting
    self.insertObservation = insertObservation
    self.finishSource = finishSource
  }
}
