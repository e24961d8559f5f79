/// The statements of a writer, prepared once.
struct WriterStatements: ~Copyable {
  let insertKind, insertDated, insertInRun, improveDated, improveInRun: Statement
  let insertRows, insertFold, insertFolds, updateFold, findFold, lastEvent: Statement
  let insertRun, findRuns, rememberRun, describeRun, firstTime, dataVersion, renameRun, findName, proveLive,
    proveBeginning: Statement
  let findEvent, findTentative, deleteEvent, deleteSightings, deleteObservation: Statement
  let deleteCutSightings, deleteCutObservation: Statement
  let deleteEmptySessions, deleteEmptyRuns, keepSource: Statement
  let saveSession, insertSecret, insertSighting, insertObservation, finishSource: Statement
  let forgetUnknown, saveUnknown, saveLog: Statement

  /// How many rows ``insertRows`` and ``insertFolds`` add: opening and closing table and indexes costs as much as adding a row.
  static let rowsAtOnce = 32
  /// How many columns each of them has.
  static let columnsOfRow: Int32 = 18

  init(_ connection: borrowing Connection) throws(StoreError) {
    let insertKind = try connection.prepare(
      "INSERT INTO kinds (name) VALUES (?1) ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING id")
    // Of two sightings the surer time wins, then the smaller bound, then the earlier.
    let surer = """
      excluded.time_source < events.time_source OR (excluded.time_source = events.time_source AND (
        coalesce(excluded.uncertainty, 9223372036854775807) < coalesce(events.uncertainty, 9223372036854775807)
        OR (excluded.uncertainty IS events.uncertainty AND excluded.time < events.time)))
      """
    // Of two texts the one that cannot have been cut, else the longer one.
    let fuller = """
      excluded.is_tentative < events.is_tentative OR (excluded.is_tentative = events.is_tentative
        AND (length(excluded.message), length(coalesce(excluded.attributes, '')))
          > (length(events.message), length(coalesce(events.attributes, ''))))
      """
    let improve = """
      DO UPDATE SET time = iif(\(surer), excluded.time, events.time),
        time_source = iif(\(surer), excluded.time_source, events.time_source),
        uncertainty = iif(\(surer), excluded.uncertainty, events.uncertainty),
        earliest = iif(\(surer), excluded.earliest, events.earliest),
        latest = iif(\(surer), excluded.latest, events.latest),
        message = iif(\(fuller), excluded.message, events.message),
        attributes = iif(\(fuller), excluded.attributes, events.attributes),
        problem = iif(\(fuller), excluded.problem, events.problem),
        is_tentative = min(excluded.is_tentative, events.is_tentative)
      WHERE \(surer) OR \(fuller)
      RETURNING id
      """
    let insert = """
      INSERT INTO events (digest, run, kind, severity, time, time_source, uncertainty, node, cluster, message,
        attributes, source, line, byte, is_tentative, earliest, latest, problem)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
      """
    let (ofDated, ofRun) = ("(digest) WHERE run IS NULL", "(run, digest) WHERE run IS NOT NULL")
    let insertDated = try connection.prepare("\(insert) ON CONFLICT \(ofDated) DO NOTHING")
    let insertInRun = try connection.prepare("\(insert) ON CONFLICT \(ofRun) DO NOTHING")
    let improveDated = try connection.prepare("\(insert) ON CONFLICT \(ofDated) \(improve)")
    let improveInRun = try connection.prepare("\(insert) ON CONFLICT \(ofRun) \(improve)")
    let row = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    func insertion(ofRows count: Int) -> String {
      // FAIL: SQLite need not be able to take back a part of the rows: what was added before a known one stays, and of any other
      // failure the whole transaction is given up.
      """
      INSERT OR FAIL INTO events (digest, kind, severity, time, time_source, uncertainty, last_time, count, occurrences, node,
        cluster, message, attributes, source, line, byte, is_tentative, problem)
      VALUES \(Array(repeating: row, count: count).joined(separator: ", "))
      """
    }
    let unlessKnown = " ON CONFLICT (digest) WHERE run IS NULL DO NOTHING"
    let insertRows = try connection.prepare(insertion(ofRows: Self.rowsAtOnce))
    let insertFold = try connection.prepare(insertion(ofRows: 1) + unlessKnown)
    let insertFolds = try connection.prepare(insertion(ofRows: Self.rowsAtOnce) + unlessKnown)
    let lastEvent = try connection.prepare("SELECT max(id) FROM events")
    let updateFold = try connection.prepare(
      "UPDATE events SET time = ?2, last_time = ?3, count = ?4, occurrences = ?5, is_tentative = ?6 WHERE id = ?1")
    let findFold = try connection.prepare(
      "SELECT id, occurrences, is_tentative FROM events WHERE digest = ?1 AND run IS NULL")
    let insertRun = try connection.prepare(
      "INSERT INTO runs (digest, first_line, line_count, chain) VALUES (x'', ?1, 0, x'') RETURNING id")
    let findRuns = try connection.prepare(
      """
      SELECT id, node, began_at, began_within, line_count, chain,
        (SELECT min(time_source) FROM events WHERE events.run = possible.id) AS clock, typed, typed_for
      FROM (
        SELECT * FROM runs WHERE first_line = ?1 AND node = ?2 AND id > ?3
        UNION ALL
        SELECT * FROM runs WHERE first_line = ?1 AND node IS NULL AND id > ?4
        UNION ALL
        SELECT * FROM runs INDEXED BY runs_of_nodes WHERE ?2 IS NULL AND first_line = ?1 AND node IS NOT NULL AND id > ?3) AS possible
      ORDER BY id
      """)
    let rememberRun = try connection.prepare(
      """
      UPDATE runs SET node = coalesce(node, ?2), began_within = iif(began_at IS NULL, ?4, began_within),
        began_at = coalesce(began_at, ?3), chain = iif(?5 > line_count, ?6, chain), line_count = max(line_count, ?5),
        typed = coalesce(typed, ?7), typed_for = coalesce(typed_for, ?8)
      WHERE id = ?1
      """)
    // Each part has an index of its own.
    let findEvent = try connection.prepare(
      """
      SELECT id FROM events WHERE digest = ?1 AND run IS NULL AND ?2 IS NULL
      UNION ALL SELECT id FROM events WHERE run = ?2 AND digest = ?1
      """)
    let cutEvent = """
      SELECT id FROM events WHERE digest = ?1 AND run IS NULL AND ?2 IS NULL AND is_tentative = 1
      UNION ALL SELECT id FROM events WHERE run = ?2 AND digest = ?1 AND is_tentative = 1
      """
    let deleteCutSightings = try connection.prepare("DELETE FROM sightings WHERE event IN (\(cutEvent))")
    let deleteCutObservation = try connection.prepare("DELETE FROM observations WHERE event IN (\(cutEvent))")
    let findTentative = try connection.prepare(
      """
      SELECT id, digest FROM events WHERE is_tentative = 1 AND (run IN (SELECT value FROM json_each(?2))
        OR (source = ?1 AND coalesce((SELECT line_count FROM runs WHERE runs.id = run), 0) < 2))
      """)
    let deleteEvent = try connection.prepare("DELETE FROM events WHERE id = ?1")
    let deleteSightings = try connection.prepare("DELETE FROM sightings WHERE event = ?1")
    let deleteObservation = try connection.prepare("DELETE FROM observations WHERE event = ?1")
    let deleteEmptySessions = try connection.prepare(
      "DELETE FROM sessions WHERE NOT EXISTS (SELECT 1 FROM events WHERE events.run = sessions.run)")
    let deleteEmptyRuns = try connection.prepare(
      "DELETE FROM runs WHERE NOT EXISTS (SELECT 1 FROM events WHERE events.run = runs.id)")
    let keepSource = try connection.prepare(
      """
      INSERT INTO sources (id, path, format, bytes, lines, truncated_lines, bad_utf8_lines)
      VALUES (?1, ?2, 'unknown', 0, 0, 0, 0) ON CONFLICT DO NOTHING
      """)
    let describeRun = try connection.prepare(
      "SELECT substr(chain, -8), runs.node, typed, typed_for FROM runs WHERE runs.id = ?1")
    let firstTime = try connection.prepare(
      "SELECT time FROM events WHERE run = ?1 AND time_source < 5 ORDER BY id LIMIT 1")
    let dataVersion = try connection.prepare("PRAGMA data_version")
    let renameRun = try connection.prepare("UPDATE runs SET digest = ?2 WHERE id = ?1")
    let findName = try connection.prepare("SELECT 1 FROM runs WHERE digest = ?1 AND id < ?2")
    let proveLive = try connection.prepare(
      """
      UPDATE events SET time_source = ?3, uncertainty = 1000000, latest = NULL
      WHERE run = ?1 AND time_source = ?2 AND source = ?4
      """)
    let proveBeginning = try connection.prepare(
      """
      UPDATE runs SET began_within = 1000000, began_at = (
        SELECT time FROM events WHERE run = runs.id ORDER BY events.id LIMIT 1)
      WHERE id = ?1 AND began_at IS NULL
      """)
    let saveSession = try connection.prepare(
      """
      INSERT INTO sessions (run, command, arguments, node, cluster, kubernetes_version, endpoint, ca_hashes, outcome,
        error, is_dry_run, lines, exit_status)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
      ON CONFLICT (run) DO UPDATE SET command = excluded.command,
        arguments = CASE excluded.arguments WHEN '[]' THEN arguments ELSE excluded.arguments END,
        node = coalesce(excluded.node, node), cluster = coalesce(excluded.cluster, cluster),
        kubernetes_version = coalesce(excluded.kubernetes_version, kubernetes_version),
        endpoint = coalesce(excluded.endpoint, endpoint),
        ca_hashes = CASE excluded.ca_hashes WHEN '[]' THEN ca_hashes ELSE excluded.ca_hashes END,
        -- What the words left open a known exit status has decided.
        outcome = iif(excluded.outcome = 'incomplete' AND exit_status IS NOT NULL, outcome, excluded.outcome),
        error = iif(excluded.outcome = 'incomplete' AND exit_status IS NOT NULL, error, excluded.error),
        exit_status = coalesce(excluded.exit_status, exit_status), is_dry_run = excluded.is_dry_run, lines = excluded.lines
      WHERE excluded.lines >= sessions.lines
      """)
    let insertSecret = try connection.prepare(
      """
      INSERT INTO secrets (kind, identity, public_id, value, is_sealed, name) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
      ON CONFLICT (identity) DO UPDATE SET value = excluded.value, is_sealed = 1
      WHERE secrets.value IS NULL AND excluded.value IS NOT NULL
      """)
    let insertSighting = try connection.prepare(
      """
      INSERT INTO sightings (secret, event, role, ttl_s, endpoint, ca_hashes, expires_at, expires_within, usages,
        description)
      VALUES ((SELECT id FROM secrets WHERE identity = ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
      ON CONFLICT DO UPDATE SET endpoint = coalesce(excluded.endpoint, endpoint),
        ttl_s = coalesce(excluded.ttl_s, ttl_s),
        expires_within = coalesce(excluded.expires_within, expires_within),
        expires_at = coalesce(excluded.expires_at, expires_at), usages = coalesce(excluded.usages, usages),
        description = coalesce(excluded.description, description),
        ca_hashes = iif(length(excluded.ca_hashes) > length(ca_hashes), excluded.ca_hashes, ca_hashes)
      """)
    let insertObservation = try connection.prepare(
      """
      INSERT INTO observations (event, node, status, schedulable, observer, reason, age_s, age_span_s, roles, version,
        internal_ip, os_image, kernel_version, container_runtime, seen_at, is_inferred, cluster)
      SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14,
        CASE WHEN time_source < 5 THEN coalesce(last_time, time) END, time_source >= 3, cluster
      FROM events WHERE id = ?1 ON CONFLICT DO UPDATE SET
        schedulable = coalesce(excluded.schedulable, schedulable), age_s = coalesce(excluded.age_s, age_s),
        age_span_s = coalesce(excluded.age_span_s, age_span_s), roles = coalesce(excluded.roles, roles),
        version = coalesce(excluded.version, version), internal_ip = coalesce(excluded.internal_ip, internal_ip),
        os_image = coalesce(excluded.os_image, os_image),
        kernel_version = coalesce(excluded.kernel_version, kernel_version),
        container_runtime = coalesce(excluded.container_runtime, container_runtime)
      """)
    let finishSource = try connection.prepare(
      """
      UPDATE sources SET format = ?2, bytes = ?3, lines = ?4, truncated_lines = ?5, bad_utf8_lines = ?6,
        klog_info = ?7, klog_warning = ?8, klog_error = ?9, klog_fatal = ?10
      WHERE id = ?1
      """)
    let forgetUnknown = try connection.prepare("DELETE FROM unknown_lines WHERE source = ?1")
    // The line that is shown is the first.
    let saveUnknown = try connection.prepare(
      """
      INSERT INTO unknown_lines (source, kind, shape, count, line, sample) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
      ON CONFLICT DO UPDATE SET count = count + excluded.count, line = min(line, excluded.line),
        sample = iif(excluded.line < line, excluded.sample, sample)
      """)
    let saveLog = try connection.prepare(
      """
      INSERT INTO logs (source, node, began_at, ended_at, byte, cluster) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
      ON CONFLICT DO UPDATE SET began_at = min(began_at, excluded.began_at),
        ended_at = max(ended_at, excluded.ended_at), byte = max(byte, excluded.byte),
        cluster = coalesce(max(cluster, excluded.cluster), cluster, excluded.cluster)
      """)
    self.insertKind = insertKind
    self.insertDated = insertDated
    self.insertInRun = insertInRun
    self.improveDated = improveDated
    self.improveInRun = improveInRun
    self.insertRows = insertRows
    self.insertFold = insertFold
    self.insertFolds = insertFolds
    self.lastEvent = lastEvent
    self.updateFold = updateFold
    self.findFold = findFold
    self.insertRun = insertRun
    self.findRuns = findRuns
    self.rememberRun = rememberRun
    self.findEvent = findEvent
    self.deleteCutSightings = deleteCutSightings
    self.deleteCutObservation = deleteCutObservation
    self.findTentative = findTentative
    self.deleteEvent = deleteEvent
    self.deleteEmptyRuns = deleteEmptyRuns
    self.deleteSightings = deleteSightings
    self.deleteObservation = deleteObservation
    self.deleteEmptySessions = deleteEmptySessions
    self.keepSource = keepSource
    self.describeRun = describeRun
    self.firstTime = firstTime
    self.dataVersion = dataVersion
    self.renameRun = renameRun
    self.findName = findName
    self.proveLive = proveLive
    self.proveBeginning = proveBeginning
    self.saveSession = saveSession
    self.insertSecret = insertSecret
    self.insertSighting = insertSighting
    self.insertObservation = insertObservation
    self.finishSource = finishSource
    self.forgetUnknown = forgetUnknown
    self.saveUnknown = saveUnknown
    self.saveLog = saveLog
  }
}
