import Testing

/// Answers that cannot be written as a whole, and answers that need more room than memory.
@Suite struct OutputTests {
  private static let install = "'\(Command.fixtures)/kubeadm/init-1.31/input.txt'"

  private func with<Result>(_ body: (Command) throws -> Result) throws -> Result {
    let command = try Command()
    defer { command.clean() }
    _ = try command.run("ingest --at 2026-11-23T14:00:00Z \(Self.install)")
    return try body(command)
  }

  @Test(arguments: [
    "timeline", "timeline -o ndjson", "sessions -o csv", "secrets -o json", "join worker", "report", "db path",
    "query --list",
    "parse \(install)", "parse -o json \(install)", "redact \(install)", "ingest -o json \(install)", "rules list",
    "ingest --tee <\(install)",
  ])
  func whatIsNotWrittenAsAWholeIsSaid(_ words: String) throws {
    try with { command in
      let full = try command.run(script: "'\(Command.program)' \(words) >/dev/full 2>err")
      #expect(full.status == 74, "\(full.error)")
      #expect(full.error.contains("No space left on device"), "\(full.error)")
      #expect(full.error.split(separator: "\n").filter { $0.contains("No space left") }.count == 1, "\(full.error)")
    }
  }

  /// A reader that went away has what it wanted.
  @Test(arguments: ["timeline", "timeline -o ndjson", "parse \(install)", "report --format json"])
  func whoNeedsNoMoreIsNoFailure(_ words: String) throws {
    try with { command in
      let run = try command.run(
        script: "(sleep 0.3; '\(Command.program)' \(words) 2>err; echo $? >code) | exec true; cat code >out")
      #expect(run.output == "0\n")
      #expect(run.error == "")
    }
  }

  /// What a question sorts goes into a file beyond 8 MiB: where that may not grow it is said, and little of it needs none.
  @Test func anAnswerThatFindsNoRoomIsSaid() throws {
    try with { command in
      let many = "yes '[init] Using Kubernetes version: v1.31.0' | head -20000"
      let read = try command.run(script: "\(many) | '\(Command.program)' ingest --recorded - 2>err")
      #expect(read.status == 0, "\(read.error)")
      let limit = "trap '' XFSZ; ulimit -f 2000;"
      let asked = try command.run(
        script: "(\(limit) '\(Command.program)' timeline -o ndjson 2>err; echo $? >code) | wc -l >out; cat code >>out")
      #expect(asked.output == "0\n74\n")
      #expect(
        asked.error
          == "kubelog: no folder for temporary files has room for what the answer needs: name one that has in SQLITE_TMPDIR\n"
      )
      let some = try command.run("secrets --all -o csv", before: limit)
      #expect(some.status == 0 && some.output.contains("bootstrap-token"), "\(some.error)")
    }
  }

  /// A question of one's own may have an answer without end: it fills no disk, and stops at its limit of memory.
  @Test func sqlOfOnesOwnFillsNoDisk() throws {
    try with { command in
      let endless =
        "WITH RECURSIVE a(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM a) SELECT printf('%0500d', x) AS y FROM a ORDER BY y"
      let asked = try command.run("query --sql \"\(endless)\"", before: "trap '' XFSZ; ulimit -f 2000;")
      #expect(asked.status == 78, "\(asked.error)")
      #expect(asked.error.contains("it took too much memory"), "\(asked.error)")
    }
  }

  /// As a table it is seen as a whole, and said to be too much.
  @Test func aTableOfOnesOwnWithoutEndIsRefused() throws {
    try with { command in
      let endless = "WITH RECURSIVE a(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM a) SELECT x FROM a"
      let asked = try command.run("query --sql \"\(endless)\"", before: "ulimit -t 300;")
      #expect(asked.status == 78, "\(asked.error)")
      #expect(asked.output.isEmpty && asked.error.contains("it took too much memory"), "\(asked.error)")
    }
  }
}
