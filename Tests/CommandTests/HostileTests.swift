import Testing

/// Input, arguments and SQL that mean harm: what is shown acts on nobody's terminal, and what stands around is still read.
///
/// `Tests/Hostile/run` asks the same of gigabytes, and of far more.
@Suite struct HostileTests {
  private func with(_ body: (Command) throws -> Void) throws {
    let command = try Command()
    defer { command.clean() }
    try body(command)
  }

  /// What makes a terminal do something, or turns the text around it.
  private func acts(_ text: String) -> Bool {
    text.unicodeScalars.contains {
      ($0.value < 0x20 && $0 != "\n") || (0x7F...0x9F).contains($0.value) || (0x2028...0x202E).contains($0.value)
        || (0x2066...0x2069).contains($0.value)
    }
  }

  /// Each as `printf` knows it.
  private static let signs = [
    "\\033]52;c;eA==\\007", "\\033[2J\\033[H", "\\302\\23331m", "\\342\\200\\256evil\\342\\201\\246",
    "a\\007b\\010\\177",
  ]

  @Test(arguments: signs) func whatIsReadActsOnNoTerminal(_ sign: String) throws {
    try with { command in
      let lines =
        "[init] Using Kubernetes version: v1.31.0\\nerror execution phase preflight: x \(sign)\\n"
        + "[tag\(sign)] y\\n{\"_HOSTNAME\":\"h\(sign)\",\"SYSLOG_IDENTIFIER\":\"kubelet\",\"MESSAGE\":\"E1123 14:36:16.123456"
        + "  9 kubelet.go:1] \\\\\"x\\\\\" err=\\\\\"\(sign)\\\\\"\"}\\n"
      let read = try command.run("ingest -v --node \"$(printf 'n\(sign)')\" -", before: "printf '\(lines)' |")
      #expect(read.status == 0)
      #expect(read.error.contains("last session: init"), "\(read.error.debugDescription)")
      #expect(!acts(read.error), "\(read.error.debugDescription)")
      for line in ["timeline", "sessions", "phases", "nodes", "problems --all", "query unknown-lines", "report"] {
        let asked = try command.run(line)
        #expect(asked.status == 0)
        #expect(!acts(asked.output) && !acts(asked.error), "\(line): \(asked.output.debugDescription)")
      }
    }
  }

  @Test(arguments: signs) func whatIsAskedWronglyActsOnNoTerminal(_ sign: String) throws {
    try with { command in
      for line in [
        "nodes --now \"$S\"", "\"$S\"", "\"--$S\"", "query \"$S\"", "query nodes -p \"$S\"",
        "query --sql \"SELECT $S\"",
        "ingest --as \"$S\"", "ingest \"./$S\"", "nodes --db \"./$S\"", "rules show \"$S\"", "timeline --kind \"$S\"",
      ] {
        let asked = try command.run(line, environment: "S=\"$(printf 'x\(sign)')\"")
        #expect(asked.status != 70)
        #expect(!acts(asked.error) && !acts(asked.output), "\(line): \(asked.error.debugDescription)")
      }
    }
  }

  @Test(arguments: [
    "head -c 3000000 /dev/zero", "head -c 3000000 /dev/zero | tr '\\0' 'x'", "printf '\\377\\376\\300\\257'",
    "printf '\\033[H'",
    "printf '\\033[?1049h\\033[5;5Hx'", "printf '\\033]0;title'", "printf '{\"apiVersion\":'",
    "printf 'apiVersion: v1\\nkind: Node'",
    "printf '[preflight] Some fatal errors occurred:\\n\\t[ERROR X]: y'",
    "printf 'Nov 23 14:40:00 h kubelet[1]: E1123 14:40:00.000001 1 x.go:1] \"x\" err=<'",
  ])
  func whatStandsAroundIsRead(_ hostile: String) throws {
    try with { command in
      let good = { (minute: Int) in
        "printf 'Nov 23 14:\(minute):18 cp\(minute) kubelet[506]: I1123 14:\(minute):18.123456     506 "
          + "kubelet_node_status.go:75] \"Successfully registered node\" node=\"cp\(minute)\"\\n'"
      }
      let read = try command.run(
        "ingest --recorded --year 2026 --time-zone UTC -o json -",
        before: "{ \(good(36)); \(hostile); printf '\\n'; \(good(38)); \(hostile); printf '\\n'; \(good(39)); } |")
      #expect(read.status == 0)
      if hostile.hasPrefix("head") { #expect(read.output.contains("\"truncated_lines\":2"), "\(read.output)") }
      let told = try command.run("timeline --kind kubelet.node.registered -o csv").output
      for minute in [36, 38, 39] { #expect(told.contains("cp\(minute)"), "\(told)") }
    }
  }

  /// A pipe among rules or queries of one's own keeps nobody waiting.
  @Test(.timeLimit(.minutes(1))) func pipesAmongOwnFilesAreTold() throws {
    try with { command in
      let made =
        "mkdir -p config/kubelog/rules config/kubelog/queries; "
        + "mkfifo config/kubelog/rules/p.json5 config/kubelog/queries/p.sql;"
      let rules = try command.run("rules list", before: made)
      #expect(rules.status == 78)
      #expect(rules.error.contains("p.json5': it is a pipe or a device"), "\(rules.error)")
      let queries = try command.run("query --list")
      #expect(queries.status == 0)
      #expect(queries.output.contains("timeline") && queries.error.contains("p.sql"), "\(queries.error)")
      #expect(try command.run("query p").status == 78)
    }
  }

  /// What SQLite itself leaves out beyond its limit, without calling it wrong: nothing comes of it, and little is needed.
  @Test func whatOneAsksForStaysSmall() throws {
    try with { command in
      _ = try command.run("ingest '\(Command.fixtures)/kubeadm/init-1.31/input.txt'")
      let asked = try command.run(
        "query --sql \"SELECT printf('%.*c', 1000000000, 'x') AS wide\" -o json", before: "ulimit -v 4000000;")
      #expect(asked.status == 0 && asked.output.contains("null"), "\(asked.error)")
    }
  }

  /// A text of a document that was copied for each of its lines took minutes for a megabyte: the limit is one of CPU.
  @Test func textsOfDocumentsGrowInPlace() throws {
    try with { command in
      let read = try command.run(
        "parse kind.yaml",
        before:
          "(echo 'apiVersion: v1'; echo 'kind: Node'; echo 'text: |'; yes '  more' | head -200000) >kind.yaml; ulimit -t 60;"
      )
      #expect(read.status == 0, "\(read.error)")
    }
  }

  @Test(arguments: [
    "SELECT zeroblob(1000000000)", "SELECT randomblob(1000000000)",
    "WITH RECURSIVE a(x) AS (SELECT 1 UNION ALL SELECT x || x || hex(zeroblob(1000000)) FROM a) SELECT length(x) FROM a",
    "ATTACH ':memory:' AS x", "VACUUM INTO 'copy.db'", "PRAGMA writable_schema = 1", "SELECT writefile('x', 'y')",
    "SELECT readfile('/etc/passwd')", "SELECT * FROM pragma_database_list",
  ])
  func hostileSQLIsRefused(_ sql: String) throws {
    try with { command in
      _ = try command.run("ingest '\(Command.fixtures)/kubeadm/init-1.31/input.txt'")
      let asked = try command.run("query --sql \"\(sql)\"", before: "ulimit -v 4000000;")
      #expect(asked.status == 78, "\(asked.error)")
      #expect(asked.error.hasPrefix("kubelog: the query was refused: ") && asked.output.isEmpty, "\(asked.error)")
    }
  }
}
