extension View {
  /// RFC 3339 of a column of microseconds.
  private static func rfc3339(_ microseconds: String) -> String {
    "strftime('%Y-%m-%dT%H:%M:%S', \(microseconds) / 1000000, 'unixepoch') || printf('.%06dZ', \(microseconds) % 1000000)"
  }

  private static let timeSource = """
    CASE events.time_source WHEN 0 THEN 'stamped' WHEN 1 THEN 'klog' WHEN 2 THEN 'arrival' WHEN 3 THEN 'derived'
      WHEN 4 THEN 'given' WHEN 5 THEN 'file' ELSE 'none' END
    """

  /// The id of a session as it is printed.
  private static let sessionID = "substr(lower(hex(runs.digest)), 1, 16)"

  private static func moment(_ time: String, _ meaning: String) -> [Column] {
    [
      Column(time, "time", meaning), Column("\(time)_us", "integer", "The same in microseconds since 1970 UTC."),
    ]
  }

  private static let run = Column("run", "integer", "Number of the session in this store, to join by.")
  private static let event = Column("event", "integer", "Number of the event in this store, to join by.")
  private static let session = Column("session", "text", "Id of the session, as `kubelog sessions` prints it.")
  private static let timeOrigin = Column(
    "time_source", "text",
    "Where the time comes from: stamped, klog, arrival, derived, given, file (an upper bound only) or none.")

  static let sources = View(
    name: "v_sources", summary: "An input that was read.",
    columns: [
      Column("path", "text", "The file, `-` for standard input."),
      Column("format", "text", "What it was taken for."), Column("bytes", "integer", "How long it is."),
      Column("lines", "integer", "How many lines it has."),
      Column("truncated_lines", "integer", "How many of them were too long to be kept whole."),
      Column("bad_utf8_lines", "integer", "How many of them were no UTF-8."),
      Column("klog_info", "integer", "klog lines with the letter I."),
      Column("klog_warning", "integer", "klog lines with the letter W."),
      Column("klog_error", "integer", "klog lines with the letter E."),
      Column("klog_fatal", "integer", "klog lines with the letter F."),
    ],
    sql: """
      SELECT path, format, bytes, lines, truncated_lines, bad_utf8_lines, klog_info, klog_warning, klog_error, klog_fatal
      FROM main.sources
      """)

  static let events = View(
    name: "v_events", summary: "One thing that happened; of what is said over and over a row is a minute of it.",
    columns: [event, Column("id", "text", "What the event is, as a digest: the same in every store.")]
      + moment("time", "When it happened; null where nothing is known.")
      + [
        timeOrigin,
        Column("time_uncertainty_s", "real", "How far the time may be off; null where nothing bounds it."),
        Column(
          "last_time_us", "integer", "When it was said last, microseconds since 1970 UTC; null where it was said once."),
        Column("count", "integer", "How often it was said."),
        Column("kind", "text", "What happened: `kubeadm.phase.started`."),
        Column("severity", "text", "info, warning or error."),
        Column("node", "text", "The node it is about; null where nothing says."),
        Column("cluster", "text", "The name that `--cluster` gave; null without."),
        Column("session", "text", "Id of the session it belongs to; null where it belongs to none."), run,
        Column("message", "text", "A sentence, secrets masked."),
        Column("attributes", "json", "What was found in it, secrets masked."),
        Column("path", "text", "The input it was found in."),
        Column("line", "integer", "The line it begins on, from 1."),
        Column("byte", "integer", "Where that line begins, from 0."),
      ],
    sql: """
      SELECT events.id AS event, lower(hex(events.digest)) AS id, \(rfc3339("events.time")) AS time, events.time AS time_us,
        \(timeSource) AS time_source, events.uncertainty / 1e6 AS time_uncertainty_s, events.last_time AS last_time_us,
        events.count, kinds.name AS kind,
        CASE events.severity WHEN 0 THEN 'info' WHEN 1 THEN 'warning' ELSE 'error' END AS severity,
        coalesce(events.node, sessions.node) AS node, coalesce(events.cluster, sessions.cluster) AS cluster,
        CASE WHEN sessions.run IS NOT NULL THEN \(sessionID) END AS session, sessions.run, events.message,
        coalesce(events.attributes, '{}') AS attributes, sources.path, events.line, events.byte
      FROM main.events
      JOIN main.kinds ON kinds.id = events.kind
      JOIN main.sources ON sources.id = events.source
      LEFT JOIN main.runs ON runs.id = events.run
      LEFT JOIN main.sessions ON sessions.run = events.run
      """)

  /// A moment of a session from its own events, which are fewer than those of a kind, whose index the + puts aside: 0 to 2 are surely known, 3 and 4 between bounds.
  private static func edge(_ kind: String, below source: Int) -> String {
    """
    (SELECT max(edges.time) FROM main.events AS edges WHERE edges.run = sessions.run AND edges.time_source < \(source)
      AND +edges.kind = (SELECT id FROM main.kinds WHERE name = 'kubeadm.session.\(kind)'))
    """
  }

  static let sessions = View(
    name: "v_sessions", summary: "One run of a kubeadm command.",
    columns: [
      run, session, Column("command", "text", "init, join, reset, upgrade-apply …"),
      Column("arguments", "json", "As typed, secrets masked; empty where that was not seen."),
      Column("node", "text", "Where it ran; null where nothing says."),
      Column("cluster", "text", "The name that `--cluster` gave; null without."),
      Column("kubernetes_version", "text", "The version that it installs; null where it does not say."),
      Column("control_plane_endpoint", "text", "host:port; null where it does not say."),
      Column("ca_hashes", "json", "The CA pins of its join commands."),
    ] + moment("started_at", "When it began; null where that is not known, or only that it was not later.")
      + moment("ended_at", "When it ended; null where that is not known itself.")
      + [
        Column("outcome", "text", "succeeded, failed, or incomplete where the input ends before it says."),
        Column("exit_status", "integer", "Its exit status; null where nobody saw it."),
        Column("error", "text", "Why it failed, secrets masked."),
        Column("dry_run", "boolean", "Whether it only said what it would do."),
      ],
    sql: """
      SELECT run, session, command, arguments, node, cluster, kubernetes_version, control_plane_endpoint, ca_hashes,
        \(rfc3339("started_at_us")) AS started_at, started_at_us, \(rfc3339("ended_at_us")) AS ended_at, ended_at_us,
        outcome, exit_status, error, dry_run
      FROM (
        SELECT sessions.run, \(sessionID) AS session, command, arguments, sessions.node, sessions.cluster, kubernetes_version,
          endpoint AS control_plane_endpoint, ca_hashes, \(edge("started", below: 5)) AS started_at_us,
          \(edge("ended", below: 3)) AS ended_at_us, outcome, exit_status, error, is_dry_run AS dry_run
        FROM main.sessions JOIN main.runs ON runs.id = sessions.run)
      """)

  static let phases = View(
    name: "v_phases", summary: "A step of a session, by the tag that kubeadm prints, in the order first seen.",
    columns: [
      run, session, Column("ordinal", "integer", "Its place in the session, from 1."),
      Column("name", "text", "The tag: `certs`, `wait-control-plane`."),
    ] + moment("started_at", "When it began; null where that is not known, or only that it was not later.")
      + [
        timeOrigin,
        Column(
          "measured_s", "real",
          "Seconds until the next one began, or the session ended; null where either is not known itself. What kubeadm prints of waits, and how phases ended, is in `kubelog phases`."
        ),
      ],
    sql: """
      SELECT run, session, ordinal, name, \(rfc3339("started_at_us")) AS started_at, started_at_us, time_source,
        CASE WHEN origin < 3 AND next_origin < 3 THEN (next_us - time_us) / 1e6 END AS measured_s
      FROM (
        SELECT events.run, \(sessionID) AS session, row_number() OVER steps AS ordinal, events.attributes ->> 'phase' AS name,
          CASE WHEN events.time_source < 5 THEN events.time END AS started_at_us, \(timeSource) AS time_source,
          events.time AS time_us, events.time_source AS origin,
          coalesce(lead(events.time) OVER steps, ends.time) AS next_us,
          coalesce(lead(events.time_source) OVER steps, ends.time_source) AS next_origin
        FROM main.events
        JOIN main.sessions ON sessions.run = events.run
        JOIN main.runs ON runs.id = events.run
        LEFT JOIN main.events AS ends ON ends.run = events.run
          AND +ends.kind = (SELECT id FROM main.kinds WHERE name = 'kubeadm.session.ended')
        WHERE events.kind = (SELECT id FROM main.kinds WHERE name = 'kubeadm.phase.started') AND events.run IS NOT NULL
        WINDOW steps AS (PARTITION BY events.run ORDER BY events.id))
      """)

  static let findings = View(
    name: "v_findings", summary: "A warning or an error of kubeadm's preflight checks.",
    columns: [
      event, run, session, Column("severity", "text", "warning or error."),
      Column("check", "text", "The check: `Port-6443`."),
      Column("message", "text", "What it said, secrets masked."),
      Column("node", "text", "Where it ran; null where nothing says."),
    ] + moment("time", "When it was said; null where that is not known, or only that it was not later.")
      + [
        Column("path", "text", "The input it was found in."),
        Column("line", "integer", "The line it begins on, from 1."),
      ],
    sql: """
      SELECT event, run, session, severity, "check", message, node, \(rfc3339("time_us")) AS time, time_us, path, line
      FROM (
        SELECT events.id AS event, events.run, \(sessionID) AS session,
          CASE events.severity WHEN 1 THEN 'warning' ELSE 'error' END AS severity, events.attributes ->> 'check' AS "check",
          events.attributes ->> 'message' AS message, coalesce(events.node, sessions.node) AS node,
          CASE WHEN events.time_source < 5 THEN events.time END AS time_us, sources.path, events.line
        FROM main.events
        JOIN main.sessions ON sessions.run = events.run
        JOIN main.runs ON runs.id = events.run
        JOIN main.sources ON sources.id = events.source
        WHERE events.run IS NOT NULL AND events.kind IN (
          SELECT id FROM main.kinds WHERE name IN ('kubeadm.preflight.warning', 'kubeadm.preflight.error')))
      """)

  static let nodes = View(
    name: "v_nodes", summary: "A node that a reading or a session named.",
    columns: [
      Column("node", "text", "Its name."),
      Column("status", "text", "Ready, NotReady or Unknown as it was read last; null where it was never read."),
      Column("version", "text", "The kubelet's version as it was read last; null where it was never read."),
      Column("readings", "integer", "How many rows of `v_node_states` it has."),
    ],
    sql: """
      SELECT names.node, \(last("status")) AS status, \(last("version")) AS version,
        (SELECT count(*) FROM main.observations WHERE observations.node = names.node) AS readings
      FROM (
        SELECT node FROM main.observations
        UNION SELECT node FROM main.sessions
        WHERE node IS NOT NULL AND outcome = 'succeeded' AND command IN ('init', 'join') AND NOT is_dry_run) AS names
      """)

  /// A column of a node's readings as it was read last; what has a clock is later than what has none.
  private static func last(_ column: String) -> String {
    """
    (SELECT \(column) FROM main.observations JOIN main.events ON events.id = observations.event
      WHERE observations.node = names.node AND \(column) IS NOT NULL
      ORDER BY events.time_source < 5 DESC,
        CASE WHEN events.time_source < 5 THEN coalesce(events.last_time, events.time) END DESC, events.id DESC LIMIT 1)
    """
  }

  static let nodeStates = View(
    name: "v_node_states", summary: "A node's state as somebody saw it; most rows repeat the one before.",
    columns: [event, Column("node", "text", "Its name.")]
      + moment("time", "When it was seen; null where that is not known, or only that it was not later.")
      + [
        timeOrigin, Column("status", "text", "Ready, NotReady or Unknown; null where only its existence was seen."),
        Column("schedulable", "boolean", "Whether pods may be scheduled to it; null where not seen."),
        Column("reason", "text", "Why, as far as that was said."),
        Column("observed_by", "text", "snapshot, watch, kubelet, event or condition."),
        Column("roles", "json", "Its roles; null where not seen."),
        Column("version", "text", "The kubelet's version; null where not seen."),
        Column("internal_ip", "text", "Its address; null where not seen."),
        Column("os_image", "text", "Its system; null where not seen."),
        Column("kernel_version", "text", "Its kernel; null where not seen."),
        Column("container_runtime", "text", "Its runtime with version; null where not seen."),
      ],
    sql: """
      SELECT event, node, \(rfc3339("time_us")) AS time, time_us, time_source, status, schedulable, reason, observed_by, roles,
        version, internal_ip, os_image, kernel_version, container_runtime
      FROM (
        SELECT observations.event, observations.node,
          CASE WHEN events.time_source < 5 THEN events.time END AS time_us, \(timeSource) AS time_source,
          observations.status, observations.schedulable, observations.reason, observations.observer AS observed_by,
          observations.roles, observations.version, observations.internal_ip, observations.os_image,
          observations.kernel_version, observations.container_runtime
        FROM main.observations JOIN main.events ON events.id = observations.event)
      """)

  static let secrets = View(
    name: "v_secrets", summary: "A token, a certificate key or a certificate. Values are in no view, sealed or not.",
    columns: [
      Column("secret", "integer", "Number of the secret in this store, to join by."),
      Column("kind", "text", "bootstrap-token, certificate-key or certificate."),
      Column(
        "id", "text",
        "The public half of a token, 8 digits of a key's digest; of a certificate its name, with the node where that is known."
      ),
      Column("name", "text", "The name of a certificate; null for others."),
      Column("has_value", "boolean", "Whether the store holds the value, sealed."),
      Column("sightings", "integer", "How often it was seen."),
    ],
    sql: """
      SELECT secrets.id AS secret, secrets.kind, secrets.public_id AS id, secrets.name, secrets.value IS NOT NULL AS has_value,
        (SELECT count(*) FROM main.sightings WHERE sightings.secret = secrets.id) AS sightings
      FROM main.secrets
      """)

  static let sightings = View(
    name: "v_sightings", summary: "A place where a secret stands, and what it tells about it.",
    columns: [
      Column("secret", "integer", "Number of the secret in this store, to join by."), event,
      Column("role", "text", "created, uploaded, listed, generated, renewed, printed or used."),
      Column("ttl_s", "integer", "The life it was given, in seconds, 0 for never ending; null for kubeadm's default."),
    ] + moment("expires_at", "The end that the place prints; null where it prints none.")
      + [
        Column("endpoint", "text", "host:port of the join command it stands in; null elsewhere."),
        Column("ca_hashes", "json", "The CA pins of that command."),
        Column("usages", "json", "What a token may be used for; null where not said."),
        Column("description", "text", "What a token's maker said about it; null where not said."),
      ],
    sql: """
      SELECT secret, event, role, ttl_s, \(rfc3339("expires_at")) AS expires_at, expires_at AS expires_at_us, endpoint,
        ca_hashes, usages, description
      FROM main.sightings
      """)
}
