import KubelogStore

/// What a store holds, as lines that do not depend on the order in which it came to be there.
///
/// Row numbers are replaced by what they stand for; what is sealed is left out, since no two sealings are alike.
public func dump(ofStore path: String) throws -> [String] {
  let connection = try Connection(path: path, access: .readOnly)
  let run = "(SELECT hex(digest) FROM runs WHERE runs.id = run)"
  let event = "(SELECT hex(digest) || ifnull(\(run), '') FROM events WHERE events.id = event)"
  let parts = [
    "SELECT 'source', path, format, bytes, lines, truncated_lines, bad_utf8_lines, klog_info, klog_warning, klog_error, klog_fatal FROM sources",
    "SELECT 'unknown', kind, shape, count, line, sample FROM unknown_lines",
    // Where the last of it stands is where its row began, and a row may begin anew with each transaction.
    "SELECT 'log', node, began_at, ended_at, cluster FROM logs",
    "SELECT 'run', hex(digest), node, began_at, began_within, first_line, line_count, hex(chain), typed, typed_for FROM runs",
    """
    SELECT 'session', \(run), command, arguments, node, cluster, kubernetes_version, endpoint, ca_hashes, outcome, error,
      is_dry_run, lines FROM sessions
    """,
    """
    SELECT 'event', hex(digest), \(run), (SELECT name FROM kinds WHERE id = kind), severity, time, time_source,
      uncertainty, earliest, latest, last_time, count, hex(occurrences), node, cluster, message, attributes, line, byte,
      is_tentative, problem FROM events
    """,
    "SELECT 'secret', kind, public_id, name FROM secrets",
    """
    SELECT 'sighting', (SELECT public_id FROM secrets WHERE id = secret), \(event), role, ttl_s, endpoint, ca_hashes,
      expires_at, expires_within, usages, description FROM sightings
    """,
    """
    SELECT 'observation', \(event), node, status, schedulable, observer, reason, age_s, age_span_s, roles, version,
      internal_ip, os_image, kernel_version, container_runtime, seen_at, is_inferred, cluster FROM observations
    """,
  ]
  var lines: [String] = []
  for part in parts {
    let rows = try connection.prepare(part)
    let width = Int32(rows.columnNames.count)
    while try rows.step() { lines.append((0..<width).map { "\(rows.cell($0))" }.joined(separator: " | ")) }
  }
  return lines.sorted()
}
