import FoundationEssentials
import Glibc
import KubelogKit
import Testing
import TestSamples

/// No secret of any input is in any byte that kubelog leaves behind: neither in the store and what SQLite makes beside it,
/// nor in anything that is printed without being asked to reveal.
@Suite struct LeakTests {
  /// The secrets of all inputs under Fixtures/, found by shape.
  private static let secrets: Set<String> = FixtureInput.all.reduce(into: []) { secrets, input in
    secrets.formUnion(SecretScan.secrets(in: unpacked(input.bytes)))
  }
  private static let scan = SecretScan(secrets)
  /// All inputs as words of the shell.
  private static let inputs = FixtureInput.all.map { "'\(Command.fixtures)/\($0.path)'" }.joined(separator: " ")

  private static func unpacked(_ bytes: [UInt8]) -> [UInt8] {
    let decoder = SourceDecoder()
    var text: [UInt8] = []
    try? decoder.feed(bytes.span) { text.append($0) }
    try? decoder.finish { text.append($0) }
    return text
  }

  private func with(_ body: (Command) throws -> Void) throws {
    let command = try Command()
    defer { command.clean() }
    try body(command)
  }

  /// What the scan finds in the files of a folder, those below it too, by path.
  private func leaks(below folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.sorted().flatMap { name -> [String] in
      let path = "\(folder)/\(name)"
      let inner = leaks(below: path)
      guard inner.isEmpty, let data = FileManager.default.contents(atPath: path) else { return inner }
      return Self.scan.found(in: Array(data)).sorted().map { "\(path): \($0)" }
    }
  }

  private func leaks(in text: String) -> Set<String> { Self.scan.found(in: Array(text.utf8)) }

  // MARK: The test of the test

  @Test func theSecretsOfTheInputsAreKnown() {
    #expect(Self.secrets.count >= 40)
    #expect(Self.secrets.isSuperset(of: ["4sfwioowappz2qre", certificateKey, "a8uxyaju799qwdjv", "exqkvxxs7pfwtib9"]))
    #expect(Self.secrets.isDisjoint(with: [String(caHash.dropFirst(7))]))
  }

  /// A value that is not sealed is found wherever it can lie, also before SQLite has written it into the file itself.
  @Test func theScanFindsAValueThatIsNotSealed() throws {
    try with { command in
      _ = try command.run("ingest \(Self.inputs)")
      #expect(leaks(below: command.folder) == [])
      let connection = try Connection(path: command.store, access: .readWrite)
      try connection.execute("PRAGMA wal_autocheckpoint = 0")
      for (value, form) in [
        ("CAST('\(token)' AS BLOB)", "4sfw… as text"),
        ("x'\(certificateKey)'", "5ebc… as bytes"),
        ("CAST(hex('\(token)') AS BLOB)", "4sfw… as text in hexadecimal"),
        ("CAST('\(Data(token.utf8).base64EncodedString())' AS BLOB)", "4sfw… as text in base64"),
      ] {
        try connection.execute("UPDATE secrets SET value = \(value) WHERE public_id = 'm4449q'")
        let found = leaks(below: command.folder)
        #expect(found.contains("\(command.store)-wal: \(form)"), "\(found)")
      }
    }
  }

  @Test(arguments: ["", "a", "ab", "abc", #"{"value":""#])
  func theScanFindsEveryForm(_ before: String) {
    for secret in ["4sfwioowappz2qre", certificateKey] {
      let text = Array("\(before)\(secret) and more".utf8)
      let hexadecimal = text.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
      for form in [
        String(decoding: text, as: UTF8.self), hexadecimal, hexadecimal.uppercased(), Data(text).base64EncodedString(),
      ] {
        #expect(leaks(in: form).contains { $0.hasPrefix(secret.prefix(4)) }, "\(form)")
      }
    }
    #expect(leaks(in: "\(before)\(caHash) m4449q.****************").isEmpty)
  }

  // MARK: The store

  /// While it is being written, after a kill in the middle, and when somebody has opened it again.
  @Test func noByteBesideARunningIngestHoldsASecret() throws {
    try with { command in
      let folder = command.folder
      let run = try command.run(
        "secrets -o json",
        before: """
          mkdir seen killed tmp; mkfifo pipe; export TMPDIR=tmp SQLITE_TMPDIR=tmp
          '\(Command.program)' ingest --live - <pipe >live 2>&1 & process=$!
          exec 3>pipe; cat \(Self.inputs) >&3
          for turn in $(seq 600); do
            '\(Command.program)' query --sql 'SELECT kind FROM secrets' 2>/dev/null | grep -q certificate-key && break; sleep 0.1
          done
          for file in /proc/$process/fd/*; do [ ! -f "$file" ] || cp "$file" seen/; done
          cp state/* tmp/* seen/ 2>/dev/null
          kill -9 $process; wait $process
          cp state/* tmp/* killed/ 2>/dev/null;
          """)
      // It has seen something: the process held the store and its log open, and the log was not empty.
      let log = FileManager.default.contents(atPath: "\(folder)/killed/kubelog.db-wal")
      #expect(log.map { $0.count > 100_000 } == true)
      #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/seen").count >= 5)
      #expect(run.output.contains("m4449q.****************"))
      #expect(leaks(below: folder) == [])
    }
  }

  @Test func noByteOfAStoreWithoutValuesHoldsASecret() throws {
    try with { command in
      #expect(try command.run("ingest --no-secrets \(Self.inputs)").status == 0)
      #expect(leaks(below: command.folder) == [])
      let values = try command.run("query --sql 'SELECT count(value), count(*) > 40 FROM secrets' -o csv")
      #expect(values.output.split(separator: "\n").last == "0,1")
      #expect(access("\(command.folder)/config", F_OK) != 0, "no key is made where nothing is sealed")
    }
  }

  // MARK: What is printed

  @Test func nothingThatIsPrintedHoldsASecret() throws {
    try with { command in
      var said: [(what: String, outcome: Command.Outcome)] = []
      func ask(_ arguments: String, environment: String = "") throws {
        said.append((arguments, try command.run(arguments, environment: environment)))
      }
      try ask("ingest -v \(Self.inputs)")
      try ask("ingest -v -o json \(Self.inputs)")
      #expect(leaks(below: command.folder) == [])
      let tables = try command.run(
        "query --sql \"SELECT name FROM sqlite_schema WHERE type = 'table' UNION SELECT name FROM sqlite_temp_schema\" -o csv"
      )
      .output.split(separator: "\n").dropFirst()
      #expect(tables.count >= 9)
      let queries = Answers.queries.map(\.name)
      for form in OutputFormat.allCases {
        for table in tables { try ask("query --sql 'SELECT * FROM \(table)' -o \(form)") }
        for query in queries { try ask("query \(query) -o \(form)") }
        for listing in [
          "secrets --all", "timeline", "nodes --history", "query secrets -p reveal=true", "problems --all",
        ] {
          try ask("\(listing) -o \(form)")
        }
      }
      for form in Report.Format.allCases { try ask("report --format \(form)") }
      try ask("secrets --check")
      try ask("secrets --explain m4449q")
      try ask("secrets --explain m4449q -o json")
      for input in FixtureInput.all { try ask("parse '\(Command.fixtures)/\(input.path)'") }
      // Errors: without the key, with another, with SQL that is wrong.
      let elsewhere = "; export KUBELOG_SEAL_KEY_FILE='\(command.folder)/other.key'"
      for _ in 0..<2 {
        for line in ["secrets --all --reveal", "join control-plane --force -o json", "ingest -v \(Self.inputs)"] {
          try ask(line, environment: elsewhere)
        }
        try Data((0..<32).map { UInt8($0) }).write(to: URL(filePath: "\(command.folder)/other.key"))
      }
      try ask("query --sql 'SELECT value, CAST(value AS TEXT) + oops FROM secrets'")
      try ask("db forget --secrets")
      for (what, outcome) in said {
        #expect(leaks(in: outcome.output) == [], "\(what.prefix(80))")
        #expect(leaks(in: outcome.error) == [], "\(what.prefix(80))")
      }
      #expect(said.count { !$0.outcome.output.isEmpty } > 100)
      #expect(leaks(below: command.folder) == [])
    }
  }
}
