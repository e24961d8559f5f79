import FoundationEssentials
import Glibc
import KubelogKit
import Testing

/// The program as a user and a script meet it: words in, text and status out.
@Suite struct CommandTests {
  private let fixture = Command.fixtures
  private var install: String { "'\(fixture)/ha-install/01-cp1-init.txt' --at 2026-11-23T14:32:36Z" }

  private func with(_ body: (Command) throws -> Void) throws {
    let command = try Command()
    defer { command.clean() }
    try body(command)
  }

  // MARK: The main job

  @Test func aPipedInitAnswersWhenItsSecretsExpire() throws {
    try with { command in
      let read = try command.run(
        "ingest --live", before: "cat '\(fixture)/ha-install/01-cp1-init.txt' |")
      #expect(read.status == 0)
      #expect(read.output.isEmpty)
      #expect(read.error.contains("last session: init v1.22.4 on cp1 succeeded"))
      #expect(read.error.contains("kubelog join worker"))
      // A token, a key and 13 certificates. Live means now, whatever --now says about the questions.
      let asked = try command.run("secrets --all -o json --now 2999-01-01T00:00:00Z")
      #expect(asked.output.components("\"time_source\":\"arrival\"") == 15)
      #expect(asked.output.components("\"state\":\"expired\"") == 15)
    }
  }

  @Test func aRecordedPipeNeverGetsThePresent() throws {
    try with { command in
      _ = try command.run("ingest", before: "cat '\(fixture)/ha-install/01-cp1-init.txt' |")
      let asked = try command.run("secrets -o json")
      #expect(asked.output.components("\"time_source\":\"file\"") == 2)
      #expect(asked.output.components("\"state\":\"unknown\"") == 2)
    }
  }

  @Test func certificatesThatHaveEndedAreWhatCheckIsFor() throws {
    try with { command in
      _ = try command.run("ingest '\(fixture)/kubeadm/certs-check-expiration-1.15/input.txt'")
      let now = "--now 2026-11-23T15:00:00Z --utc"
      let checked = try command.run("secrets --check \(now)")
      #expect(checked.status == 1)
      #expect(
        checked.output == """
          certificate admin.conf@m1 expired at 2026-11-23 09:00:00
          certificate apiserver@m1 expires in 7d 18h, at 2026-12-01 09:00:00

          """)
      #expect(try command.run("secrets --check --kind bootstrap-token \(now)").status == 0)
      #expect(try command.run("secrets --expiring -o csv \(now)").output.components("certificate,") == 1)
      #expect(try command.run("secrets --kind certificate -o csv \(now)").output.components("certificate,") == 2)
    }
  }

  @Test func secretsAreMaskedUnlessAskedFor() throws {
    try with { command in
      _ = try command.run("ingest \(install)")
      let masked = try command.run("secrets -o json")
      #expect(masked.output.contains("m4449q.****************"))
      #expect(!masked.output.contains("4sfwioowappz2qre"))
      let table = try command.run("secrets")
      #expect(table.output.contains("m4449q") && !table.output.contains("4sfwioowappz2qre"))
      let shown = try command.run("secrets --reveal -o json")
      #expect(shown.output.contains("m4449q.4sfwioowappz2qre"))
      #expect(shown.output.contains("5ebc07bdc2a56fd8db97b91dafc9ef6b46ccc1b2526d3863007cd29f388c37ef"))
    }
  }

  @Test func checkTellsByItsStatus() throws {
    try with { command in
      _ = try command.run("ingest \(install)")
      let calm = try command.run("secrets --check")
      #expect(calm.status == 0)
      #expect(calm.output.isEmpty)
      let soon = try command.run("secrets --check --now 2026-11-23T16:15:00Z")
      #expect(soon.status == 1)
      #expect(soon.output.hasPrefix("certificate-key "))
      #expect(soon.output.split(separator: "\n").count == 1)
      let wide = try command.run("secrets --check --within 30d")
      #expect(wide.status == 1)
      #expect(wide.output.split(separator: "\n").count == 2)
    }
  }

  @Test func joinGivesTheCommandAsLongAsItWorks() throws {
    try with { command in
      _ = try command.run("ingest \(install)")
      let worker = try command.run("join worker")
      #expect(worker.status == 0)
      #expect(
        worker.output == """
          kubeadm join k8s-api.lab.local:6443 --token m4449q.4sfwioowappz2qre \
          --discovery-token-ca-cert-hash sha256:fdc2ca4cd0b76c3120b7ec234fac7400d31df6c6f6f384f3cff8221e9039e998

          """)
      let late = try command.run("join control-plane --now 2026-11-23T20:00:00Z")
      #expect(late.status == 1)
      #expect(late.output.isEmpty)
      #expect(late.error.contains("is expired"))
      #expect(late.error.contains("kubeadm init phase upload-certs --upload-certs"))
      let forced = try command.run("join control-plane --force --now 2026-11-23T20:00:00Z")
      #expect(forced.status == 0)
      #expect(forced.output.contains("--certificate-key 5ebc07bd"))
    }
  }

  @Test func ingestTwiceLeavesTheSameAnswers() throws {
    try with { command in
      let inputs = "'\(fixture)'/ha-install/0[1-7]*.txt --year 2026"
      let first = try command.run("ingest -o json \(inputs)")
      #expect(first.status == 0)
      let before = try command.run("timeline --fold none -o ndjson").output
      #expect(before.split(separator: "\n").count > 500)
      let second = try command.run("ingest -o json \(inputs)")
      #expect(second.output.contains("\"new_events\":0,"))
      #expect(try command.run("timeline --fold none -o ndjson").output == before)
    }
  }

  @Test func parseNeedsNoStore() throws {
    try with { command in
      let parsed = try command.run("parse '\(fixture)/kubeadm/join-again/input.txt'")
      #expect(parsed.status == 0)
      #expect(parsed.output.contains("\"kind\":\"kubeadm.preflight.error\""))
      #expect(!parsed.output.contains("approximate"))
      let table = try command.run("parse -o table '\(fixture)/kubeadm/join-again/input.txt'")
      #expect(table.output.split(separator: "\n").dropFirst().allSatisfy { $0.hasPrefix("≈") })
      #expect(access(command.store, F_OK) != 0)
    }
  }

  // MARK: Sessions

  @Test func sessionsAreSetSideBySide() throws {
    try with { command in
      _ = try command.run("ingest '\(fixture)'/diff/failed-beside-good/input-[12].txt")
      let ids = try command.run("sessions -o csv").output.split(separator: "\n").dropFirst().map { $0.prefix(16) }
      let asked = try command.run("diff \(ids[0].prefix(5)) \(ids[1].prefix(5).uppercased()) --utc")
      #expect(asked.status == 0, "\(asked.error)")
      #expect(asked.output == FileManager.default.text("\(fixture)/diff/failed-beside-good/expected.diff.txt"))
      #expect(asked.error.isEmpty)
      let json = try command.run("diff \(ids[0]) \(ids[1]) -o json").output
      #expect(json == FileManager.default.text("\(fixture)/diff/failed-beside-good/expected.diff.json"))
      #expect(try command.run("diff \(ids[1]) \(ids[1]) -o csv").output.components(",,") == 0)
      for (words, sentence) in [
        ("\(ids[0]) nowhere", "no session begins with 'nowhere': kubelog sessions lists them"),
        ("'' \(ids[0])", "2 sessions begin with '': give more of the id of one, \(ids[0]), \(ids[1])"),
      ] {
        let refused = try command.run("diff \(words)")
        #expect(refused.status == 64)
        #expect(refused.error == "kubelog: \(sentence)\n")
        #expect(refused.output.isEmpty)
      }
      let words = try command.run("---completion diff -- positional@0 2 0 kubelog diff ''").output
      #expect(words.split(separator: "\n").map { $0.prefix(16) } == ids)
    }
  }

  @Test func whatAFailedSessionWaitedForStandsBelowTheTable() throws {
    try with { command in
      _ = try command.run("ingest '\(fixture)'/diff/failed-beside-good/input-[12].txt")
      let asked = try command.run("sessions")
      #expect(
        asked.error == """
          note: \(asked.output.split(separator: "\n")[1].prefix(16)) failed in wait-control-plane, waiting for the kubelet to \
          boot up the control plane as static Pods from directory "/etc/kubernetes/manifests" (for 4m, up to 4m)

          """)
      #expect(try command.run("sessions -o json").error.isEmpty)
      #expect(try command.run("phases").output.components("slowest") == 2)
    }
  }

  // MARK: Forms

  @Test(arguments: ["table", "json", "ndjson", "csv", "markdown"])
  func everyListingHasEveryForm(_ form: String) throws {
    try with { command in
      _ = try command.run("ingest '\(fixture)'/ha-install/0[1-7]*.txt --year 2026")
      for listing in [
        "secrets", "sessions", "phases", "nodes", "nodes --history", "nodes --summary", "quorum", "timeline",
        "query sources", "query --list",
        "query --sql 'SELECT 1 AS one'", "parse '\(fixture)/kubeadm/join-again/input.txt'",
      ] {
        let asked = try command.run("\(listing) -o \(form)")
        #expect(asked.status == 0, "\(listing)")
        #expect(!asked.output.isEmpty, "\(listing)")
        #expect(!asked.output.contains("\u{1B}"), "\(listing): colours in a pipe")
      }
    }
  }

  @Test func coloursAreObeyed() throws {
    try with { command in
      _ = try command.run("ingest \(install)")
      #expect(try command.run("secrets --color always").output.contains("\u{1B}["))
      #expect(try !command.run("secrets --color never").output.contains("\u{1B}["))
      #expect(try !command.run("secrets").output.contains("\u{1B}["))
    }
  }

  @Test func timesAreLocalUnlessUTC() throws {
    try with { command in
      _ = try command.run("ingest \(install)")
      let local = try command.run("secrets --time-zone +09:00")
      #expect(local.output.contains("EXPIRES (+09:00)"))
      #expect(local.output.contains("2026-11-24 01:32:48"))
      #expect(try command.run("secrets --time-zone +09:00 --utc").output.contains("EXPIRES (UTC)"))
    }
  }

  // MARK: Bad input

  @Test(arguments: [
    ("ingest /no/such/file", 66, "there is no file '/no/such/file'"),
    ("parse /tmp", 66, "is a folder"),
    ("secrets", 66, "there is no store at"),
    ("secrets --within soon", 64, "is no duration"),
    ("secrets --expiring --all", 64, "exclude each other"),
    ("timeline --since yesterday", 64, "is no time"),
    ("timeline --severity bad", 64, "severity"),
    ("query no-such-query", 64, "there is no query called 'no-such-query'"),
    ("diff", 64, "Missing expected argument '<A>'"),
    ("diff 1 2", 66, "there is no store at"),
    ("query nodes -p x=1", 64, "no parameter 'x'"),
    ("query secrets -p within=soon", 64, "'soon' is no value for 'within'"),
    ("nodes --history --summary", 64, "exclude each other"),
    ("timeline --fold some", 64, "fold"),
    ("query", 64, "give the name of one query"),
    ("frobnicate", 64, "frobnicate"),
    ("secrets --time-zone Mars/Olympus", 78, "there is no zone 'Mars/Olympus'"),
    ("ingest --at noon /dev/null", 64, "'noon' is no time"),
    ("ingest --live --recorded /dev/null", 64, "exclude each other"),
  ])
  func mistakesAreNamed(_ line: String, _ status: Int, _ words: String) throws {
    try with { command in
      let asked = try command.run(line)
      #expect(asked.status == Int32(status))
      #expect(asked.error.contains(words), "\(asked.error)")
      #expect(asked.output.isEmpty)
    }
  }

  @Test(arguments: [
    "DELETE FROM events", "CREATE TABLE mine (a)", "CREATE TEMP TABLE mine (a)", "ATTACH 'other.db' AS other",
    "PRAGMA journal_mode = DELETE", "SELECT load_extension('x')", "SELECT 1; SELECT 2", "SELEC", "",
  ])
  func sqlOnlyReads(_ sql: String) throws {
    try with { command in
      _ = try command.run("ingest \(install)")
      let before = try command.run("timeline -o ndjson").output
      let asked = try command.run("query --sql \"\(sql)\"")
      #expect(asked.status == 78)
      #expect(asked.error.hasPrefix("kubelog: the query was refused: "))
      #expect(try command.run("timeline -o ndjson").output == before)
    }
  }

  @Test func severalInputsAreEachTried() throws {
    try with { command in
      let read = try command.run("ingest /no/such/file \(install)")
      #expect(read.status == 66)
      #expect(read.error.contains("last session: init"))
      #expect(try command.run("sessions -o json").output.contains("\"command\":\"init\""))
    }
  }

  @Test func garbageIsCountedAndHarmless() throws {
    try with { command in
      let read = try command.run(
        "ingest -o json -", before: "printf 'a\\000b\\377\\n[sudo] password\\n\\033[31m\\n' | cat - /dev/null |")
      #expect(read.status == 0)
      #expect(read.output.contains("\"bad_utf8_lines\":1"))
      #expect(read.output.contains("\"format\":\"unknown\""))
      #expect(try command.run("timeline -o json").output == "[]\n")
    }
  }

  // MARK: The store

  @Test(arguments: ["000", "022", "077", "777"])
  func theStoreIsPrivateWhateverTheUmask(_ mask: String) throws {
    try with { command in
      _ = try command.run("ingest \(install)", before: "umask \(mask);")
      for (path, mode) in [("\(command.folder)/state", 0o700), (command.store, 0o600)] {
        var status = stat()
        #expect(stat(path, &status) == 0)
        #expect(Int(status.st_mode & 0o777) == mode, "\(path)")
      }
    }
  }

  @Test func theStoreLiesWhereTheEnvironmentSays() throws {
    try with { command in
      _ = try command.run(
        "ingest \(install)", environment: "; unset KUBELOG_DB; export XDG_STATE_HOME='\(command.folder)/xdg'")
      #expect(access("\(command.folder)/xdg/kubelog/kubelog.db", F_OK) == 0)
      _ = try command.run("ingest \(install)", environment: "; unset KUBELOG_DB; export HOME='\(command.folder)/home'")
      #expect(access("\(command.folder)/home/.local/state/kubelog/kubelog.db", F_OK) == 0)
      _ = try command.run("ingest \(install) --db '\(command.folder)/own.db'")
      #expect(access("\(command.folder)/own.db", F_OK) == 0)
    }
  }

  @Test func helpHasAnExampleForEveryCommand() throws {
    try with { command in
      for name in [
        "ingest", "parse", "secrets", "join", "sessions", "phases", "diff", "timeline", "nodes", "quorum", "query",
        "db",
        "db path",
        "db forget",
      ] {
        let help = try command.run("\(name) --help")
        #expect(help.status == 0)
        #expect(help.output.contains("kubelog \(name)") && help.output.contains("Example"), "\(name)")
      }
      #expect(try command.run("--version").output.hasPrefix("0."))
    }
  }

  @Test func aReaderThatLeavesEndsItQuietly() throws {
    try with { command in
      _ = try command.run("ingest '\(fixture)'/ha-install/0[1-7]*.txt --year 2026")
      let asked = try command.run("timeline -o ndjson | head -n 1; :")
      #expect(asked.error.isEmpty)
    }
  }
}

extension FileManager {
  /// The text of a file, "" where there is none.
  fileprivate func text(_ path: String) -> String {
    contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}

extension String {
  /// How often `part` stands in it.
  func components(_ part: String) -> Int { ranges(of: part).count }
}
