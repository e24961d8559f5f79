/// The tables, by version: `PRAGMA user_version` counts the migrations that a store has had.
///
/// A migration, once released, is never edited; a change is a new one at the end.
enum Schema {
  /// "kblg": marks an SQLite file as a store of kubelog's.
  static let applicationID: Int64 = 0x6B62_6C67

  static let migrations = [first, second, third, fourth, fifth, sixth, seventh, eighth, ninth]

  /// Adds to `logs` what events tell; to be narrowed and grouped by source and node. The fifth migration has the same.
  static let logsOfEvents = """
    INSERT INTO logs (source, node, began_at, ended_at, byte, cluster)
    SELECT source, coalesce(node, ''), min(time), max(coalesce(last_time, time)), max(byte), max(cluster)
    FROM events WHERE time_source < 5 AND run IS NULL
    """

  private static let first = """
    -- One input: where events come from.
    CREATE TABLE sources (
      id INTEGER PRIMARY KEY,
      path TEXT NOT NULL UNIQUE,
      format TEXT NOT NULL,
      bytes INTEGER NOT NULL,
      lines INTEGER NOT NULL,
      truncated_lines INTEGER NOT NULL,
      bad_utf8_lines INTEGER NOT NULL
    ) STRICT;

    -- A stretch of lines without a clock of their own, known by their bytes; a session of kubeadm or a table of kubectl.
    -- chain holds for each of its first lines a fingerprint of all lines up to it; began_at is a trusted beginning, and
    -- began_within how far it may be off.
    CREATE TABLE runs (
      id INTEGER PRIMARY KEY,
      digest BLOB NOT NULL,
      node TEXT,
      began_at INTEGER,
      began_within INTEGER,
      first_line INTEGER NOT NULL,
      line_count INTEGER NOT NULL,
      chain BLOB NOT NULL
    ) STRICT;
    CREATE INDEX runs_by_digest ON runs (digest);
    CREATE INDEX runs_by_first_line ON runs (first_line);

    -- One run of a kubeadm command.
    CREATE TABLE sessions (
      run INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
      command TEXT NOT NULL,
      arguments TEXT NOT NULL,
      node TEXT,
      cluster TEXT,
      kubernetes_version TEXT,
      endpoint TEXT,
      ca_hashes TEXT NOT NULL,
      outcome TEXT NOT NULL,
      exit_status INTEGER,
      error TEXT,
      is_dry_run INTEGER NOT NULL,
      lines INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE kinds (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE
    ) STRICT;

    -- What happened. Times are microseconds since 1970 UTC; time_source is the rank of its pedigree, 0 the surest.
    -- A row of a kind that repeats holds the occurrences of one minute: count of them, last_time, and the set itself.
    CREATE TABLE events (
      id INTEGER PRIMARY KEY,
      digest BLOB NOT NULL,
      run INTEGER REFERENCES runs (id) ON DELETE CASCADE,
      kind INTEGER NOT NULL REFERENCES kinds (id),
      severity INTEGER NOT NULL,
      time INTEGER,
      time_source INTEGER NOT NULL,
      uncertainty INTEGER,
      last_time INTEGER,
      count INTEGER NOT NULL DEFAULT 1,
      occurrences BLOB,
      node TEXT,
      cluster TEXT,
      message TEXT NOT NULL,
      attributes TEXT,
      source INTEGER NOT NULL REFERENCES sources (id),
      line INTEGER NOT NULL,
      byte INTEGER NOT NULL,
      -- 1 where it stands on a last line without line end: the whole line may say something else.
      is_tentative INTEGER NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX events_dated ON events (digest) WHERE run IS NULL;
    CREATE UNIQUE INDEX events_in_run ON events (run, digest) WHERE run IS NOT NULL;
    CREATE INDEX events_tentative ON events (source) WHERE is_tentative = 1;
    CREATE INDEX events_by_time ON events (time);

    -- What lets somebody in or expires. is_sealed tells how to read value.
    CREATE TABLE secrets (
      id INTEGER PRIMARY KEY,
      kind TEXT NOT NULL,
      identity BLOB NOT NULL UNIQUE,
      public_id TEXT NOT NULL,
      name TEXT,
      value BLOB,
      is_sealed INTEGER NOT NULL
    ) STRICT;

    -- Where a secret stands, and what the place tells about it.
    CREATE TABLE sightings (
      secret INTEGER NOT NULL REFERENCES secrets (id) ON DELETE CASCADE,
      event INTEGER NOT NULL REFERENCES events (id) ON DELETE CASCADE,
      role TEXT NOT NULL,
      ttl_s INTEGER,
      endpoint TEXT,
      ca_hashes TEXT NOT NULL,
      PRIMARY KEY (secret, event, role)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX sightings_of_event ON sightings (event);

    -- What an event says about a node's state.
    CREATE TABLE observations (
      event INTEGER PRIMARY KEY REFERENCES events (id) ON DELETE CASCADE,
      node TEXT NOT NULL,
      status TEXT,
      schedulable INTEGER,
      observer TEXT NOT NULL,
      reason TEXT,
      age_s INTEGER,
      age_span_s INTEGER,
      roles TEXT,
      version TEXT,
      internal_ip TEXT,
      os_image TEXT,
      kernel_version TEXT,
      container_runtime TEXT
    ) STRICT;
    CREATE INDEX observations_by_node ON observations (node);
    """

  private static let second = """
    -- What a listing prints: when the secret ends and how much later that may be (it prints minutes), what a token may be
    -- used for, and what its maker said about it.
    ALTER TABLE sightings ADD COLUMN expires_at INTEGER;
    ALTER TABLE sightings ADD COLUMN expires_within INTEGER;
    ALTER TABLE sightings ADD COLUMN usages TEXT;
    ALTER TABLE sightings ADD COLUMN description TEXT;

    -- A run is looked for among those that begin alike and may be from the same node.
    DROP INDEX runs_by_first_line;
    CREATE INDEX runs_by_first_line_and_node ON runs (first_line, node);

    -- klog lines by their letter, events or not.
    ALTER TABLE sources ADD COLUMN klog_info INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE sources ADD COLUMN klog_warning INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE sources ADD COLUMN klog_error INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE sources ADD COLUMN klog_fatal INTEGER NOT NULL DEFAULT 0;

    -- Lines that nobody knew, by what they have in common: the most frequent of each source as it was read last.
    CREATE TABLE unknown_lines (
      source INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
      kind TEXT NOT NULL,
      shape TEXT NOT NULL,
      count INTEGER NOT NULL,
      line INTEGER NOT NULL,
      sample TEXT NOT NULL,
      PRIMARY KEY (source, kind, shape)
    ) STRICT, WITHOUT ROWID;
    """

  private static let third = """
    -- Between which moments an event without a clock of its own happened; null where nothing says so, and for all others,
    -- whose time is off by their uncertainty at most. What was kept before of such an event is the moment before it.
    ALTER TABLE events ADD COLUMN earliest INTEGER;
    ALTER TABLE events ADD COLUMN latest INTEGER;
    UPDATE events SET earliest = time WHERE time_source IN (3, 4) AND uncertainty IS NULL;
    -- What kubeadm said is few among all that happened.
    CREATE INDEX events_in_runs_by_kind ON events (kind) WHERE run IS NOT NULL;
    """

  private static let fourth = """
    -- What the store knows about itself; what each name means stands in Connection+Meta.swift.
    CREATE TABLE meta (
      name TEXT PRIMARY KEY,
      value BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;

    -- A certificate has no value that would be secret; its name stands in public_id.
    UPDATE secrets SET value = NULL WHERE kind = 'certificate';
    """

  private static let fifth = """
    -- The problem that the event shows; the same stands in its attributes.
    ALTER TABLE events ADD COLUMN problem TEXT;
    UPDATE events SET problem = attributes ->> 'problem' WHERE attributes ->> 'problem' IS NOT NULL;
    CREATE INDEX events_with_problem ON events (source, byte) WHERE problem IS NOT NULL;
    -- What repeats is much, and nobody asks for it by its kind.
    DROP INDEX events_in_runs_by_kind;
    CREATE INDEX events_by_kind ON events (kind) WHERE occurrences IS NULL;
    -- From when to when what an input tells of a node goes, outside of runs; '' stands for no node.
    CREATE TABLE logs (
      source INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
      node TEXT NOT NULL,
      began_at INTEGER NOT NULL,
      ended_at INTEGER NOT NULL,
      byte INTEGER NOT NULL,
      cluster TEXT,
      PRIMARY KEY (source, node)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO logs
    SELECT source, coalesce(node, ''), min(time), max(coalesce(last_time, time)), max(byte), max(cluster)
    FROM events WHERE time_source < 5 AND run IS NULL GROUP BY 1, 2;
    """

  private static let sixth = """
    -- The command that began a run and the machine it was typed for, null where that was not seen: two runs that differ in
    -- one of them are two. typed is a fingerprint.
    ALTER TABLE runs ADD COLUMN typed INTEGER;
    ALTER TABLE runs ADD COLUMN typed_for TEXT;
    """

  private static let seventh = """
    -- What an observation's event tells of its moment and its cluster, kept beside it, so that the first and the last of a
    -- node's observations are at the ends of an index however many there are. seen_at is null where no clock says when;
    -- is_inferred is 1 where the clock was not of the line itself.
    ALTER TABLE observations ADD COLUMN seen_at INTEGER;
    ALTER TABLE observations ADD COLUMN is_inferred INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE observations ADD COLUMN cluster TEXT;
    UPDATE observations SET (seen_at, is_inferred, cluster) = (
      SELECT CASE WHEN time_source < 5 THEN coalesce(last_time, time) END, time_source >= 3, cluster
      FROM events WHERE events.id = observations.event);
    CREATE TRIGGER events_seen_at AFTER UPDATE OF time, last_time, time_source ON events BEGIN
      UPDATE observations SET seen_at = CASE WHEN new.time_source < 5 THEN coalesce(new.last_time, new.time) END,
        is_inferred = new.time_source >= 3
      WHERE event = new.id;
    END;
    DROP INDEX observations_by_node;
    CREATE INDEX observations_by_node ON observations (node, seen_at, event, status);
    CREATE INDEX observations_of_tables ON observations (node, seen_at)
      WHERE version IS NOT NULL OR schedulable IS NOT NULL;
    CREATE INDEX observations_of_machines ON observations (node, seen_at)
      WHERE internal_ip IS NOT NULL OR os_image IS NOT NULL;
    CREATE INDEX observations_of_ages ON observations (node, is_inferred, seen_at)
      WHERE age_s IS NOT NULL AND seen_at IS NOT NULL;
    CREATE INDEX observations_by_cluster ON observations (node, cluster) WHERE cluster IS NOT NULL;
    """

  private static let eighth = """
    -- How far a source that is followed was read, kept with what it told. The last part is where reading stopped; from the
    -- first on it is read again to know what was begun and not over there. counts says what the source had before the part:
    -- lines, bytes, cut lines, lines that were not UTF-8, klog lines of each letter. Of a file: what it is known by, how many
    -- of its bytes were read, when it was modified at first and last; of a journal: the machine, and the cursor and the moment
    -- of an entry. zone_s is the zone that was learned from the source, seconds east of UTC.
    CREATE TABLE positions (
      source INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
      part INTEGER NOT NULL,
      counts TEXT NOT NULL,
      zone_s INTEGER,
      device INTEGER,
      inode INTEGER,
      bytes INTEGER,
      text_bytes INTEGER,
      opened_at INTEGER,
      modified_at INTEGER,
      head BLOB,
      head_bytes INTEGER,
      tail BLOB,
      machine TEXT,
      cursor TEXT,
      moment INTEGER,
      PRIMARY KEY (source, part)
    ) STRICT, WITHOUT ROWID;
    """

  private static let ninth = """
    -- A run whose node nothing names may be one of any node: with the node in between those were not found in their order.
    CREATE INDEX runs_of_nodes ON runs (first_line) WHERE node IS NOT NULL;
    """
}
