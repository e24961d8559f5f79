internal import KubelogParse

/// Something that is wrong with a store.
public struct StoreFinding: Sendable, Equatable {
  /// Where: `file`, `pages`, `schema`, `references`, `events`, `runs`, `secrets` or `observations`.
  public var part: String
  /// What, without a secret.
  public var finding: String
  /// How often.
  public var count: Int
}

/// What looking through a store came to.
public struct StoreCheck: Sendable, Equatable {
  /// What is wrong; empty where nothing is.
  public var findings: [StoreFinding] = []
  /// Rows of events that were looked at.
  public var events = 0
  /// Values of secrets that were opened.
  public var opened = 0
  /// Why values were not opened; nil where they were, or there are none.
  public var seal: SealError?
}

extension Store {
  /// Looks through the store at `path`: pages, schema, what refers to what, what events hold, whether values of secrets open.
  ///
  /// Reads all of it. Throws ``StoreError`` where there is no store, a newer one, one of another program, or where it cannot
  /// be looked at; that it is damaged is a finding.
  public static func check(at path: String, sealing: Sealing, waiting milliseconds: Int = Connection.patience)
    throws(StoreError) -> StoreCheck
  {
    let place = try StorePlace(path)
    guard place.exists else { throw .missing(path: path) }
    var check = StoreCheck()
    do throws(StoreError) {
      let connection = try openForReading(place, waiting: milliseconds)
      let version = try Self.version(connection)
      guard version <= schemaVersion else {
        throw StoreError.newer(path: path, version: version, known: schemaVersion)
      }
      if version == 0, try connection.number("SELECT count(*) FROM sqlite_schema") > 0 {
        throw StoreError.foreign(path: path)
      }
      try connection.execute("PRAGMA temp_store = MEMORY; BEGIN")
      check.look("pages") { () throws(StoreError) in try connection.damagedPages() }
      check.look("schema") { () throws(StoreError) in try connection.wrongSchema(version) }
      // The rest reads what this kubelog knows.
      guard version == schemaVersion, !check.findings.contains(where: { $0.part == "schema" }) else { return check }
      check.look("references") { () throws(StoreError) in try connection.brokenReferences() }
      for question in questions {
        check.look(question.part) { () throws(StoreError) in
          let count = try connection.number("SELECT count(*) FROM \(question.table) WHERE \(question.condition)")
          return count == 0 ? [] : [(question.finding, Int(count))]
        }
      }
      var (events, opened, seal): (Int, Int, SealError?) = (0, 0, nil)
      check.look("events") { () throws(StoreError) in try connection.wrongOccurrences(&events) }
      check.look("secrets") { () throws(StoreError) in try connection.closedValues(sealing, &opened, &seal) }
      (check.events, check.opened, check.seal) = (events, opened, seal)
    } catch {
      guard case .damaged(_, let reason) = error else { throw error }
      check.findings.append(StoreFinding(part: "file", finding: reason, count: 1))
    }
    return check
  }

  /// What no row may be.
  static let questions: [Question] = [
    Question("events", "an id is no digest", "events", "length(digest) <> 16"),
    Question("events", "a pedigree of a time that does not exist", "events", "time_source NOT BETWEEN 0 AND 6"),
    Question("events", "a time without a pedigree, or the reverse", "events", "(time IS NULL) <> (time_source = 6)"),
    Question("events", "a severity that does not exist", "events", "severity NOT BETWEEN 0 AND 2"),
    Question("events", "an event that never was", "events", "count < 1"),
    Question("events", "attributes that are no JSON", "events", "NOT json_valid(coalesce(attributes, '{}'))"),
    Question("runs", "an id is no digest", "runs", "length(digest) <> 16"),
    Question("runs", "a fingerprint that is cut", "runs", "length(chain) % 8 <> 0"),
    Question(
      "runs", "arguments or hashes that are no JSON", "sessions",
      "NOT json_valid(arguments) OR NOT json_valid(ca_hashes)"),
    Question("secrets", "an id is no digest", "secrets", "length(identity) NOT IN (16, 32)"),
    Question(
      "secrets", "hashes or usages that are no JSON", "sightings",
      "NOT json_valid(ca_hashes) OR NOT json_valid(coalesce(usages, '[]'))"),
    Question(
      "secrets", "a value in the clear, which the next ingest seals", "secrets",
      "kind <> 'certificate' AND value IS NOT NULL AND is_sealed = 0", isFatal: false),
    Question(
      "observations", "a moment that is not its event's", "observations JOIN events ON events.id = event",
      "seen_at IS NOT CASE WHEN time_source < 5 THEN coalesce(last_time, time) END", isFatal: false),
  ]

  /// What no row of a table may be.
  struct Question: Sendable {
    var part: String
    var finding: String
    var table: String
    var condition: String
    /// Whether a row that is so is worth nothing.
    var isFatal: Bool

    init(_ part: String, _ finding: String, _ table: String, _ condition: String, isFatal: Bool = true) {
      (self.part, self.finding, self.table, self.condition) = (part, finding, table, condition)
      self.isFatal = isFatal
    }
  }
}

extension StoreCheck {
  /// Adds what `body` finds; that it cannot be read is a finding as well.
  fileprivate mutating func look(_ part: String, _ body: () throws(StoreError) -> [(String, Int)]) {
    do throws(StoreError) {
      findings += try body().map { StoreFinding(part: part, finding: $0.0, count: $0.1) }
    } catch {
      let reason = if case .damaged(_, let reason) = error { reason } else { error.sentence }
      findings.append(StoreFinding(part: part, finding: "it cannot be read (\(reason))", count: 1))
    }
  }
}

extension Connection {
  /// What SQLite finds wrong with pages, rows and indexes.
  fileprivate func damagedPages() throws(StoreError) -> [(String, Int)] {
    let check = try prepare("PRAGMA integrity_check(50)")
    var found: [(String, Int)] = []
    while try check.step() {
      // One row may have several lines, and begins with a head of its own.
      guard check.text(0) != "ok" else { continue }
      for line in check.text(0).split(separator: "\n") where !line.hasPrefix("***") { found.append((String(line), 1)) }
    }
    return found
  }

  /// What is there more or less than the migrations up to `version` made.
  fileprivate func wrongSchema(_ version: Int) throws(StoreError) -> [(String, Int)] {
    let fresh = try Connection(path: Self.inMemory, access: .readWrite)
    for migration in Schema.migrations.prefix(version) { try fresh.execute(migration) }
    let (wanted, there) = (try fresh.objects(), try objects())
    return wanted.subtracting(there).sorted().map { ("\($0) is missing or another", 1) }
      + there.subtracting(wanted).sorted().map { ("\($0) is not kubelog's", 1) }
  }

  private func objects() throws(StoreError) -> Set<String> {
    let read = try prepare("SELECT type || ' ' || name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'")
    var objects: [String: String] = [:]
    while try read.step() { objects[read.text(0)] = read.text(1) }
    return Set(objects.keys)
  }

  fileprivate func brokenReferences() throws(StoreError) -> [(String, Int)] {
    let check = try prepare("PRAGMA foreign_key_check")
    var counts: [String: Int] = [:]
    while try check.step() { counts["\(check.text(0)) without its row in \(check.text(2))", default: 0] += 1 }
    return counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Rows of repeats that do not hold as many occurrences as they say.
  fileprivate func wrongOccurrences(_ events: inout Int) throws(StoreError) -> [(String, Int)] {
    events = Int(try number("SELECT count(*) FROM events"))
    let wrong = try rowsOfWrongOccurrences().count
    return wrong == 0 ? [] : [("a count that is not that of its occurrences", wrong)]
  }

  /// The ids of events that do not hold as many occurrences as they say.
  func rowsOfWrongOccurrences() throws(StoreError) -> [Int64] {
    let read = try prepare("SELECT count, occurrences, id FROM events WHERE occurrences IS NOT NULL")
    var wrong: [Int64] = []
    while try read.step() {
      if Occurrences(stored: read.blob(1)).count != Int(read.integer(0)) { wrong.append(read.integer(2)) }
    }
    return wrong
  }

  fileprivate func closedValues(_ sealing: Sealing, _ opened: inout Int, _ error: inout SealError?) throws(StoreError)
    -> [(String, Int)]
  {
    let read = try prepare("SELECT kind, identity, value FROM secrets WHERE is_sealed = 1 AND value IS NOT NULL")
    guard try read.step() else { return [] }
    let check = try meta(.sealCheck)
    let key: SealKey
    do throws(SealError) {
      var seal = Seal(sealing.key)
      key = try seal.key(check: check, mayMake: false)
    } catch let problem {
      error = problem
      return []
    }
    var closed = 0
    repeat {
      let value = key.open(read.blob(2), kind: read.text(0), identity: read.blob(1))
      if value == nil { closed += 1 } else { opened += 1 }
    } while try read.step()
    // Recovered without what tells which key it was: that none opens says that it was another.
    if check == nil, opened == 0 {
      if case .file(let path) = sealing.key { error = .wrong(path: path) } else { error = .wrong(path: nil) }
      return []
    }
    return closed == 0 ? [] : [("a value that does not open: something else has changed it", closed)]
  }
}
