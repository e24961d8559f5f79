import FoundationEssentials
import Glibc
import KubelogKit
import Testing

/// A store that several use at once, that has no room, that may not be written, that goes away, and what lies at hostile paths.
@Suite struct StoreSharingTests {
  private let fixtures = Command.fixtures

  private func with(_ body: (Command) throws -> Void) throws {
    let command = try Command()
    defer { command.clean() }
    try body(command)
  }

  private func text(_ name: String, _ command: Command) -> String {
    FileManager.default.contents(atPath: "\(command.folder)/\(name)").map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// What a store answers, whatever the order in which it was told.
  private func answers(_ command: Command, _ store: String) throws -> [[String]] {
    try [
      "query --sql 'SELECT id, time, kind, node, message, count FROM v_events ORDER BY id'",
      "query --sql 'SELECT session, command, outcome, started_at FROM v_sessions ORDER BY session'",
      "secrets --all", "nodes", "quorum",
    ].map {
      let asked = try command.run("\($0) --db '\(store)' -o ndjson")
      #expect(asked.status == 0, "\($0): \(asked.error)")
      // Each store has names of its own for certificate keys.
      return asked.output.split(separator: "\n").map { line in
        let text = String(line)
        return text.contains("\"kind\":\"certificate-key\"") ? text.replacing(/"id":"[0-9a-f]*"/, with: "") : text
      }.sorted()
    }
  }

  // MARK: At once

  /// Different inputs, the same one and overlapping ones: it ends as if they had come one after the other.
  @Test func severalIngestsAtOnceEndAsOneAfterTheOther() throws {
    try with { command in
      let inputs = """
        '\(fixtures)/ha-install/01-cp1-init.txt' '\(fixtures)/ha-install/02-cp2-join.txt' \
        '\(fixtures)/ha-install/06-get-nodes-loop.txt' half whole whole
        """
      let made = """
        cat '\(fixtures)'/journal/*/input* 2>/dev/null | LC_ALL=C head -c 400000 >whole
        head -n 40 '\(fixtures)/ha-install/01-cp1-init.txt' >half; head -c 150000 whole >>half
        """
      // Both read the lines of `half` as well, in another order.
      _ = try command.run("ingest --recorded --node cp1 --db one.db \(inputs)", before: "\(made);")
      let all = try command.run(
        "path",
        before: """
          for round in 1 2; do for input in \(inputs); do
            { '\(Command.program)' ingest --recorded --node cp1 --db many.db "$input" >/dev/null 2>>errors; echo $? >>codes; } &
          done; done; wait; true
          """ + "\n")
      _ = all
      #expect(text("codes", command) == String(repeating: "0\n", count: 12), "\(text("errors", command))")
      let (one, many) = (try answers(command, "one.db"), try answers(command, "many.db"))
      #expect(one[0].count > 50)
      for (left, right) in zip(one, many) { #expect(left == right) }
      #expect(try command.run("db check --db many.db").status == 0)
    }
  }

  /// Readers never fail, and what they see is whole: no event without its input, no sighting without its secret.
  @Test func readersSeeWholeCommitsOnly() throws {
    try with { command in
      let read = try command.run(
        "db check",
        before: """
          for turn in $(seq 60); do cat '\(fixtures)'/ha-install/*.txt; done >many
          '\(Command.program)' ingest --recorded many >/dev/null 2>&1 & process=$!
          while [ ! -s '\(command.store)' ]; do sleep 0.01; done
          while kill -0 $process 2>/dev/null; do
            '\(Command.program)' query -o csv --sql 'SELECT (SELECT count(*) FROM sightings WHERE event NOT IN (SELECT id FROM events)) +
              (SELECT count(*) FROM events WHERE kind NOT IN (SELECT id FROM kinds)) AS torn' >>seen 2>>errors || echo $? >>codes
            '\(Command.program)' secrets >/dev/null 2>>errors || echo $? >>codes
          done
          wait $process || echo "ingest $?" >>codes;
          """)
      #expect(read.status == 0)
      #expect(text("codes", command).isEmpty, "\(text("errors", command))")
      let lines = Set(text("seen", command).split(separator: "\n"))
      #expect(lines == ["torn", "0"])
    }
  }

  @Test func aLockedStoreIsWaitedForAndThenSaid() throws {
    let command = try Command()
    defer { command.clean() }
    _ = try command.run("ingest '\(fixtures)/ha-install/01-cp1-init.txt'")
    let holder = try Connection(path: command.store, access: .readWrite)
    try holder.execute("BEGIN IMMEDIATE")
    let said = try command.run("ingest '\(fixtures)/ha-install/02-cp2-join.txt'", environment: "KUBELOG_WAIT=0.05")
    #expect(said.status == 75)
    #expect(
      said.error.contains(
        "kubelog: the store at \(command.store) is locked by another program: try again in a moment\n"))
    // Who only reads is not held up.
    #expect(try command.run("sessions", environment: "KUBELOG_WAIT=0").status == 0)
    let wrong = try command.run("sessions", environment: "KUBELOG_WAIT=soon")
    #expect(wrong.status == 78 && wrong.error.contains("KUBELOG_WAIT is 'soon'"))

    let waiting = try command.begin(
      script: "'\(Command.program)' ingest '\(fixtures)/ha-install/02-cp2-join.txt' >out 2>err",
      environment: "KUBELOG_WAIT=600")
    usleep(300_000)
    try holder.execute("COMMIT")
    #expect(command.end(waiting).status == 0)
    #expect(try command.run("sessions -o csv").output.contains("join"))
  }

  // MARK: What was said to be kept

  /// What a reader has seen, and the summary has counted, is there after the end of all processes without warning.
  @Test func whatIsCommittedSurvivesAKill() throws {
    try with { command in
      let seen = try command.run(
        "query -o csv --sql 'SELECT count(*) AS n FROM v_events'",
        before: """
          mkfifo pipe; '\(Command.program)' ingest --live - <pipe >live 2>&1 & process=$!; exec 3>pipe
          cat '\(fixtures)/ha-install/01-cp1-init.txt' >&3
          for turn in $(seq 600); do
            '\(Command.program)' query --sql 'SELECT kind FROM v_secrets' 2>/dev/null | grep -q certificate-key && break; sleep 0.1
          done
          '\(Command.program)' query -o csv --sql 'SELECT count(*) AS n FROM v_events' >before
          kill -9 $process; wait $process 2>/dev/null; exec 3>&-
          """ + "\n")
      #expect(seen.status == 0)
      #expect(seen.output == text("before", command))
      #expect(seen.output.hasPrefix("n\n") && seen.output != "n\n0\n")
      #expect(try command.run("db check").status == 0)
      #expect(try command.run("ingest '\(fixtures)/ha-install/01-cp1-init.txt' --node cp1").status == 0)
    }
  }

  @Test func aStoreThatGoesAwayIsNoticed() throws {
    try with { command in
      let said = try command.run(
        "path",
        before: """
          mkfifo pipe; { '\(Command.program)' ingest --live - <pipe >live 2>said; echo $? >code; } & exec 3>pipe
          head -n 30 '\(fixtures)/ha-install/01-cp1-init.txt' >&3
          for turn in $(seq 600); do
            '\(Command.program)' query -o csv --sql 'SELECT count(*) FROM v_events' 2>/dev/null | grep -q '[1-9]' && break; sleep 0.1
          done
          rm -r state; tail -n +31 '\(fixtures)/ha-install/01-cp1-init.txt' >&3; exec 3>&-; wait
          """ + "\n")
      _ = said
      #expect(text("code", command) == "74\n")
      #expect(
        text("said", command)
          == "kubelog: the store at \(command.store) was moved or removed while it was open, and nothing more was written: "
          + "ingest the same again\n")
      #expect(access(command.store, F_OK) != 0)
    }
  }

  // MARK: Disks

  /// Whether a file system can be mounted here, in a space of names of its own.
  private static let canMount =
    (try? Command()).map { command in
      defer { command.clean() }
      return (try? command.run("db path", before: "unshare -rm sh -c 'mount -t tmpfs tmpfs /mnt' || exit 1;"))?.status
        == 0
    } == true

  @Test(.enabled(if: canMount, "nothing can be mounted here"))
  func onAFullDiskWhatWasCommittedStays() throws {
    try with { command in
      _ = try command.run(
        "path",
        before: """
          mkdir disk; cat >script <<'END'
          mount -t tmpfs -o size=700k tmpfs disk
          "$0" ingest --db disk/k.db "$1/ha-install" >/dev/null 2>full; echo $? >code
          "$0" query --db disk/k.db -o csv --sql 'SELECT count(*) AS n FROM v_events' >kept 2>>errors
          "$0" db check --db disk/k.db >>errors 2>&1; echo $? >sound
          mount -o remount,size=64m disk
          "$0" ingest --db disk/k.db "$1/ha-install" >/dev/null 2>>errors; echo $? >again
          cp disk/k.db* .
          END
          unshare -rm sh script '\(Command.program)' '\(fixtures)' || unshare -rm sh -c '. ./script' '\(Command.program)' '\(fixtures)'
          """ + "\n")
      #expect(text("code", command) == "74\n")
      #expect(
        text("full", command).contains("there is no room left for the store at disk/k.db: make room and try again"))
      // It is the store that is full, and no input is to blame.
      #expect(text("full", command).split(separator: "\n").filter { $0.contains("no room") }.count == 1)
      #expect(text("kept", command).hasPrefix("n\n"))
      #expect(text("sound", command) == "0\n", "\(text("errors", command))")
      #expect(text("again", command) == "0\n")
      _ = try command.run("ingest --db plain.db '\(fixtures)/ha-install'")
      for (left, right) in zip(try answers(command, "k.db"), try answers(command, "plain.db")) {
        #expect(left == right)
      }
    }
  }

  /// The same where no disk can be had: the largest file is what is full.
  @Test func whereAFileMayNotGrowItIsSaid() throws {
    try with { command in
      let full = try command.run("ingest '\(fixtures)/ha-install'", before: "trap '' XFSZ; ulimit -f 100;")
      #expect(full.status == 74)
      #expect(try command.run("db check").status == 0)
      #expect(try command.run("ingest '\(fixtures)/ha-install'").status == 0)
      _ = try command.run("ingest --db plain.db '\(fixtures)/ha-install'")
      for (left, right) in zip(try answers(command, command.store), try answers(command, "plain.db")) {
        #expect(left == right)
      }
    }
  }

  @Test(.enabled(if: canMount, "nothing can be mounted here"))
  func fromADiskThatMayNotBeWrittenOneCanRead() throws {
    try with { command in
      _ = try command.run("ingest --db k.db '\(fixtures)/ha-install'")
      _ = try command.run("db compact --db k.db")
      let expected = try command.run("sessions --db k.db").output
      _ = try command.run(
        "path",
        before: """
          mkdir disk; cat >script <<'END'
          mount -t tmpfs tmpfs disk; cp k.db disk/; mount -o remount,ro disk
          "$0" sessions --db disk/k.db >read 2>errors; echo $? >code
          "$0" db check --db disk/k.db >>errors 2>&1; echo $? >>code
          "$0" ingest --db disk/k.db "$1/ha-install/01-cp1-init.txt" >/dev/null 2>written; echo $? >>code
          "$0" ingest --db disk/new.db "$1/ha-install/01-cp1-init.txt" >/dev/null 2>made; echo $? >>code
          END
          unshare -rm sh -c '. ./script' '\(Command.program)' '\(fixtures)'
          """ + "\n")
      #expect(text("code", command) == "0\n0\n74\n73\n", "\(text("errors", command))")
      #expect(text("read", command) == expected)
      #expect(
        text("written", command)
          == "kubelog: the store at disk/k.db cannot be written (Read-only file system): make it writable or choose another with --db\n"
      )
      #expect(text("made", command).contains("cannot create the store at disk/new.db (Read-only file system)"))
    }
  }

  /// Of root's nothing is read-only by its mode: it is tried as nobody.
  @Test(.enabled(if: geteuid() != 0 || access("/usr/bin/setpriv", X_OK) == 0, "root needs setpriv to be nobody"))
  func aFileOrFolderThatMayNotBeWrittenCanBeRead() throws {
    try with { command in
      _ = try command.run("ingest --db k.db '\(fixtures)/ha-install'")
      _ = try command.run("db compact --db k.db")
      let expected = try command.run("sessions --db k.db").output
      let user = geteuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups" : ""
      let script = { (change: String) in
        """
        mkdir -p place; cp k.db place/k.db; cp '\(Command.program)' kubelog; chmod 755 . kubelog; chmod 644 place/k.db
        : >seen; : >said; chmod 666 seen said; export XDG_CONFIG_HOME=/nowhere
        \(change)
        \(user) ./kubelog sessions --db place/k.db >seen 2>said; echo $? >code
        \(user) ./kubelog ingest --no-secrets --db place/k.db '\(self.fixtures)/ha-install/01-cp1-init.txt' >/dev/null 2>>said; echo $? >>code
        chmod 755 place; chmod 644 place/k.db
        """ + "\n"
      }
      for change in ["chmod 555 place", "chmod 444 place/k.db; chmod 555 place"] {
        _ = try command.run("path", before: script(change))
        #expect(text("code", command) == "0\n74\n", "\(change): \(text("said", command))")
        #expect(text("seen", command) == expected)
        #expect(text("said", command).contains("cannot be written (Permission denied)"))
      }
      _ = try command.run("path", before: script("chmod 000 place/k.db"))
      if geteuid() == 0 || user.isEmpty {
        #expect(text("code", command) == "74\n74\n")
        #expect(text("said", command).contains("the store at place/k.db cannot be opened (Permission denied)"))
      }
    }
  }

  // MARK: Paths

  @Test func aSentenceIsOneLineWhateverThePath() throws {
    try with { command in
      let said = try command.run("sessions --db \"$(printf 'a\\nb\\033[31m.db')\"")
      #expect(said.status == 66)
      #expect(said.error.hasPrefix("kubelog: there is no store at a\\nb\\e[31m.db yet"))
      #expect(said.error.split(separator: "\n").count == 1)
      let made = try command.run("ingest '\(fixtures)/ha-install/01-cp1-init.txt' --db \"$(printf 'a\\nb.db')\"")
      #expect(made.status == 0)
      #expect(access("\(command.folder)/a\nb.db", F_OK) == 0)
    }
  }

  /// A pipe that nobody writes to is not waited for.
  @Test(arguments: ["mkfifo it", "mkdir it", "ln -s nowhere it", "ln -s it it", "ln -s /dev/null it"])
  func whatIsNoFileIsRefusedAtOnce(_ make: String) throws {
    try with { command in
      for line in [
        "sessions", "ingest '\(fixtures)/ha-install/01-cp1-init.txt'", "db check", "db compact", "db recover",
      ] {
        let said = try command.run("\(line) --db it", before: "[ -e it ] || [ -L it ] || \(make);")
        #expect(said.status == 74, "\(line): \(said.error)")
        #expect(said.error.hasPrefix("kubelog: the store at it cannot be opened ("), "\(line): \(said.error)")
        #expect(said.error.split(separator: "\n").count == 1)
      }
    }
  }

  // MARK: One's own SQL

  @Test(arguments: [
    "DELETE FROM events", "INSERT INTO kinds (name) VALUES (1)", "CREATE TABLE t (a)", "CREATE TEMP TABLE t (a)",
    "CREATE TEMP TRIGGER t AFTER INSERT ON events BEGIN SELECT 1; END", "ATTACH 'other.db' AS o", "DETACH main",
    "VACUUM", "VACUUM INTO 'copy.db'", "PRAGMA journal_mode = DELETE", "PRAGMA writable_schema = ON",
    "PRAGMA wal_checkpoint(TRUNCATE)", "SELECT * FROM pragma_table_info('events')", "SELECT load_extension('x')",
    "SELECT writefile('x', 'y')", "SELECT readfile('/etc/passwd')", "SELECT edit('x')",
    "SELECT fts3_tokenizer('simple', x'00')", "CREATE VIRTUAL TABLE t USING fts5(a)", "REINDEX", "ANALYZE",
    "SELECT 1; DELETE FROM events", "BEGIN EXCLUSIVE", "UPDATE sqlite_schema SET sql = ''",
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT printf('%.*c', 1000000, i) FROM n",
    "SELECT zeroblob(1000000000)",
  ])
  func whatDoesMoreThanReadIsRefused(_ sql: String) throws {
    try with { command in
      _ = try command.run("ingest '\(fixtures)/ha-install/01-cp1-init.txt'")
      let said = try command.run("query --sql \"$(cat sql)\"", before: "cat >sql <<'END'\n\(sql)\nEND\n")
      #expect(said.status == 78, "\(said.error)")
      #expect(said.output.isEmpty)
      #expect(said.error.hasPrefix("kubelog: the query was refused: "), "\(said.error)")
      #expect(said.error.split(separator: "\n").count == 1)
      let names = try FileManager.default.contentsOfDirectory(atPath: command.folder)
      #expect(Set(names).isSubset(of: ["state", "config", "sql", "out", "err"]), "\(names)")
      #expect(try command.run("db check").status == 0)
    }
  }

  @Test func aQuestionWithoutEndIsEndedByCtrlC() throws {
    try with { command in
      _ = try command.run("ingest '\(fixtures)/ha-install/01-cp1-init.txt'")
      let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
      let said = try command.run("query --sql '\(sql)'", before: "timeout --preserve-status -s INT 1")
      #expect(said.status == 130)
      #expect(try command.run("sessions").status == 0)
    }
  }
}
