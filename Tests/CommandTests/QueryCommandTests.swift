import FoundationEssentials
import TestSamples
import Testing

/// A user's own queries, and the JSON forms that only commands print.
@Suite struct QueryCommandTests {
  private let install = "'\(Command.fixtures)/kubeadm/init-1.31/input.txt'"

  private func with(queries: [String: String] = [:], _ body: (Command) throws -> Void) throws {
    let command = try Command()
    defer { command.clean() }
    let folder = "\(command.folder)/config/kubelog/queries"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (name, text) in queries { try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8) }
    try body(command)
  }

  private static let own = """
    -- title: How many certificates expire on one day
    -- summary: One row a day.
    -- uses: secrets
    -- parameter: now time -- the present
    -- parameter: node text = null -- only this node
    -- column: number integer NUMBER
    -- answer
    SELECT count(*) AS number, max(node) AS somewhere FROM rated
    WHERE kind = 'certificate' AND (:node IS NULL OR node = :node)
    """

  @Test func ownQueryIsAsked() throws {
    try with(queries: ["mine.sql": Self.own, "notes.txt": "no query", ".hidden.sql": "SELECT 1"]) { command in
      _ = try command.run("ingest \(install)")
      let asked = try command.run("query mine -o json")
      #expect(asked.status == 0, "\(asked.error)")
      #expect(asked.output.contains("\"number\":2,"), "\(asked.output)")
      #expect(try command.run("query mine -p node=nowhere -o csv").output.contains("\n0,"))
      let list = try command.run("query --list").output
      #expect(list.contains("mine ") && list.contains("How many certificates"))
      #expect(!list.contains("notes") && !list.contains("hidden"))
      #expect(try command.run("query mine --describe").output.contains("only this node"))
      let words = try command.run("---completion query -- positional@0 2 0 kubelog query ''").output
      #expect(words.contains("mine") && words.contains("quorum"))
    }
  }

  @Test func ownSQLReadsTheViews() throws {
    let stages = "-- stage: s\nSELECT DISTINCT name FROM v_phases;\n-- answer\nSELECT count(*) AS phases FROM s"
    try with(queries: ["mine.sql": "SELECT count(*) AS sessions FROM v_sessions", "staged.sql": stages]) { command in
      _ = try command.run("ingest \(install)")
      #expect(try command.run("query mine -o csv").output == "sessions\n1\n")
      #expect(try command.run("query staged -o csv").output == "phases\n15\n")
      let asked = try command.run(
        "query --sql \"SELECT count(*) AS n FROM v_events WHERE kind LIKE 'kubeadm.%'\" -o csv")
      #expect(asked.output.hasPrefix("n\n") && asked.output != "n\n0\n", "\(asked.error)")
    }
  }

  /// An answer for programs is printed in pieces as it is found: together they are the whole, in each form.
  @Test(arguments: [("csv", 20_001), ("ndjson", 20_000), ("json", 20_002)])
  func aLongAnswerIsPrintedWhole(_ form: String, _ lines: Int) throws {
    let sql = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT i FROM n"
    try with { command in
      _ = try command.run("ingest \(install)")
      let whole = try command.run("query --sql '\(sql)' -o \(form)")
      #expect(whole.status == 0, "\(whole.error)")
      let numbers = whole.output.split { !$0.isNumber }.compactMap { Int($0) }
      #expect(numbers == Array(1...20_000))
      #expect(whole.output.split(separator: "\n").count == lines)
      if form == "json" {
        let rows = try JSONDecoder().decode([[String: Int]].self, from: Data(whole.output.utf8))
        #expect(rows.map { $0["i"] } == (1...20_000).map { $0 })
      }
      // Who has enough ends it, and that is no failure.
      let cut = try command.run(
        script: "'\(Command.program)' query --sql '\(sql)' -o \(form) 2>err | head -n 1 >out; cat err")
      #expect(cut.output == String(whole.output.prefix { $0 != "\n" }) + "\n")
      #expect(cut.error == "")
    }
  }

  @Test(
    arguments: [
      ("mine -p nodes=a", Self.own, 64, "has no parameter 'nodes': it takes now, node"),
      ("mine -p now=soon", Self.own, 64, "'soon' is no value for 'now'"),
      ("mine -p now", Self.own, 64, "'now' is no parameter"),
      ("other", Self.own, 64, "there is no query called 'other'"),
      ("mine", "SELEC 1", 78, "the query was refused"),
      ("mine", "DELETE FROM events", 78, "the query was refused"),
      ("mine", "-- stage: s\nDELETE FROM events;\n-- answer\nSELECT 1", 78, "the query was refused"),
      (
        "mine",
        "-- stage: s\n-- index: a); ATTACH 'other.db' AS o; CREATE TABLE o.t (a\nSELECT 1 AS a;\n-- answer\nSELECT 1",
        78,
        "the query was refused"
      ),
      ("mine", "-- uses: no-such\nSELECT * FROM rated", 78, "the query was refused"),
      ("mine", "", 78, "the query was refused"),
    ] as [(String, String, Int, String)])
  func mistakesAreNamed(_ line: String, _ text: String, _ status: Int, _ words: String) throws {
    try with(queries: ["mine.sql": text]) { command in
      _ = try command.run("ingest \(install)")
      let asked = try command.run("query \(line)")
      #expect(asked.status == Int32(status))
      #expect(asked.error.contains(words), "\(asked.error)")
      #expect(asked.output.isEmpty)
    }
  }

  /// The commands rely on the built-in ones.
  @Test func namesOfBuiltInQueriesAreTaken() throws {
    try with(queries: ["nodes.sql": "SELECT 1 AS one"]) { command in
      _ = try command.run("ingest \(install)")
      let asked = try command.run("query nodes")
      #expect(asked.status == 78)
      #expect(asked.error.contains("queries/nodes.sql' cannot be asked"))
      #expect(try command.run("nodes").status == 0)
    }
  }

  /// One file that cannot be read spoils no other query.
  @Test func onlyWhatCannotBeReadFails() throws {
    try with(queries: ["mine.sql": Self.own]) { command in
      let folder = "\(command.folder)/config/kubelog/queries"
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder)/gone.sql", withDestinationPath: "\(folder)/nowhere")
      _ = try command.run("ingest \(install)")
      for line in ["query nodes", "query mine", "query mine --describe"] {
        let asked = try command.run(line)
        #expect(asked.status == 0, "\(line): \(asked.error)")
        #expect(!asked.error.contains("gone"))
      }
      let asked = try command.run("query gone")
      #expect(asked.status == 78)
      #expect(asked.error.contains("queries/gone.sql' cannot be asked") && asked.output.isEmpty)
      let list = try command.run("query --list")
      #expect(list.status == 0)
      #expect(list.output.contains("mine ") && !list.output.contains("gone"))
      #expect(list.error.contains("queries/gone.sql' cannot be asked"))
    }
  }

  /// The command and the query of its name say the same.
  @Test(arguments: ["", "--all", "--severity error", "--node cp1"])
  func problemsAreWhatTheQueryAnswers(_ flags: String) throws {
    try with { command in
      _ = try command.run("ingest '\(Command.fixtures)/problems/00-cp1-init-timeout-4m.txt' --node cp1")
      _ = try command.run("ingest '\(Command.fixtures)/kubeadm/init-1.31/input.txt' --node cp2")
      let told = try command.run("problems \(flags) -o json")
      let words = flags.split(separator: " ")
      let parameters =
        words.isEmpty ? "" : "-p \(words[0].dropFirst(2))=\(words.count > 1 ? String(words[1]) : "true")"
      let asked = try command.run("query problems \(parameters) -o json")
      #expect(told.status == 0 && asked.status == 0, "\(asked.error)")
      #expect(told.output == asked.output)
      #expect(told.output.contains("\"id\":\"control-plane-timeout\""))
      #expect(!(try command.run("query problems -p node=nowhere -o json").output.contains("\"id\"")))
    }
  }

  @Test func commandsPrintWhatTheirSchemasSay() throws {
    try with { command in
      let read = try command.run("ingest -o json \(install)").output
      #expect(try JSONSchema(named: "ingest").faults(of: read) == [])
      let join = try JSONSchema(named: "join")
      for moment in ["2025-01-01T00:00:00Z", "2026-11-23T14:50:00Z", "2030-01-01T00:00:00Z"] {
        for role in ["worker", "control-plane"] {
          #expect(join.faults(of: try command.run("join \(role) -o json --now \(moment)").output) == [])
        }
      }
      #expect(try JSONSchema(named: "quorum").faults(of: try command.run("quorum -o json").output) == [])
      #expect(try JSONSchema(named: "summary").faults(of: try command.run("nodes --summary -o json").output) == [])
    }
  }

  /// Each schema is held against something, and each says what it is.
  @Test func allSchemasAreKnown() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: "/" + JSONSchema.folder).filter {
      $0.hasSuffix(".json")
    }
    #expect(files.sorted() == JSONSchema.names.map { "\($0).json" })
  }
}
