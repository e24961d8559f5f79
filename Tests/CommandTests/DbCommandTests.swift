import FoundationEssentials
import Glibc
import TestSamples
import Testing

/// `kubelog db` as a user meets it.
@Suite struct DbCommandTests {
  private let install = "'\(Command.fixtures)/ha-install' --at 2026-11-23T14:32:36Z"

  private func with(_ body: (Command) throws -> Void) throws {
    let command = try Command()
    defer { command.clean() }
    try body(command)
  }

  /// What the commands answer.
  private func answers(_ command: Command) throws -> [String] {
    try ["secrets --all", "sessions", "phases", "nodes", "timeline --fold none", "problems --all", "quorum"].map {
      let asked = try command.run("\($0) -o json")
      #expect(asked.status == 0, "\($0): \(asked.error)")
      return asked.output
    }
  }

  private func damage(_ path: String, at place: Int, _ count: Int) throws {
    let file = open(path, O_WRONLY | O_CLOEXEC)
    try #require(file >= 0)
    defer { close(file) }
    let bytes = [UInt8](repeating: 0x5A, count: count)
    try #require(pwrite(file, bytes, count, place) == count)
  }

  // MARK: check, recover

  @Test func aSoundStoreIsSaidToBe() throws {
    try with { command in
      _ = try command.run("ingest \(install)")
      let check = try command.run("db check")
      #expect(check.status == 0 && check.output.isEmpty)
      #expect(check.error.hasPrefix("the store is sound: ") && check.error.hasSuffix("2 values of secrets open\n"))
      #expect(try command.run("db check -o json").output == "[]\n")
    }
  }

  @Test func aDamagedStoreIsFoundAndSaved() throws {
    try with { command in
      _ = try command.run("ingest \(install)")
      let before = try answers(command)
      let compact = try command.run("db compact -o json")
      #expect(try JSONSchema(named: "db-compact").faults(of: compact.output) == [])
      // Its head, without which SQLite reads nothing.
      try damage(command.store, at: 0, 100)
      let asked = try command.run("secrets")
      #expect(asked.status == 74)
      #expect(
        asked.error == "kubelog: the store at \(command.store) cannot be read (file is not a database): "
          + "kubelog db recover saves what can be saved\n")
      let check = try command.run("db check -o json")
      #expect(check.status == 1)
      #expect(check.output.contains("{\"part\":\"file\",\"finding\":\"file is not a database\",\"count\":1}"))
      #expect(try JSONSchema(named: "db-check").faults(of: check.output) == [])
      let recovered = try command.run("db recover -o json")
      #expect(recovered.status == 0, "\(recovered.error)")
      #expect(try JSONSchema(named: "db-recover").faults(of: recovered.output) == [])
      #expect(recovered.output.contains("\"damaged\":\"\(command.store).damaged\""))
      #expect(access("\(command.store).damaged", F_OK) == 0)
      #expect(try answers(command) == before)
      #expect(try command.run("db check").status == 0)
      var status = stat()
      #expect(stat(command.store, &status) == 0 && status.st_mode & 0o777 == 0o600)
    }
  }

  @Test func whatCannotBeSavedIsLeftAsItIs() throws {
    try with { command in
      let said = try command.run("db recover --db not.db", before: "seq 10000 >not.db; cp not.db copy;")
      #expect(said.status == 74)
      #expect(
        said.error
          == "kubelog: nothing could be saved of not.db, which is as it was: ingest the inputs again into a new store with --db\n"
      )
      #expect(
        FileManager.default.contents(atPath: "\(command.folder)/not.db")
          == FileManager.default.contents(atPath: "\(command.folder)/copy"))
    }
  }

  @Test func whoeverHasTheStoreOpenIsNotPulledItFromUnderHim() throws {
    try with { command in
      _ = try command.run("ingest \(install)")
      let said = try command.run(
        "db recover",
        before: """
          mkfifo pipe; '\(Command.program)' ingest - <pipe >live 2>&1 & process=$!; exec 3>pipe
          for turn in $(seq 600); do grep -q ":$(stat -c %i state/kubelog.db) 1073741826 " /proc/locks && break; sleep 0.1; done
          export KUBELOG_WAIT=0.1;
          """)
      #expect(said.status == 75, "\(said.error)")
      #expect(access("\(command.store).damaged", F_OK) != 0)
    }
  }

  // MARK: forget

  @Test func whatWouldGoIsToldFirst() throws {
    try with { command in
      _ = try command.run("ingest \(install)")
      let before = try answers(command)
      let told = try command.run("db forget --before 2027-01-01T00:00:00Z -n -o json")
      #expect(try JSONSchema(named: "db-forget").faults(of: told.output) == [])
      #expect(
        told.output.hasPrefix("{\"dry_run\":true,\"events\":") && told.output.hasSuffix("\"overwritten\":null}\n"))
      #expect(try answers(command) == before)
      let done = try command.run("db forget --before 2027-01-01T00:00:00Z -o json")
      #expect(try JSONSchema(named: "db-forget").faults(of: done.output) == [])
      let counts = { (text: String) in
        text.split(separator: ",").filter { !$0.contains("dry_run") && !$0.contains("overwritten") }
      }
      #expect(counts(done.output) == counts(told.output))
      #expect(try command.run("secrets --all -o json").output == "[]\n")
      #expect(try command.run("timeline").output.isEmpty)
      #expect(try command.run("db check").status == 0)
      // It is not remembered as forgotten.
      _ = try command.run("ingest \(install)")
      #expect(try answers(command) == before)
    }
  }

  @Test func ofSeveralClustersOneGoes() throws {
    try with { command in
      let other = "'\(Command.fixtures)/kubeadm/init-1.31/input.txt' '\(Command.fixtures)/kubeadm/init-1.34/input.txt'"
      _ = try command.run("ingest --cluster lab \(install)")
      let alone = try answers(command)
      _ = try command.run("ingest --cluster prod --node elsewhere \(other)")
      #expect(try answers(command) != alone)
      let unknown = try command.run("db forget --cluster other")
      #expect(unknown.status == 64)
      #expect(
        unknown.error.contains("nothing was read of a cluster 'other'") && unknown.error.contains("lab")
          && unknown.error.contains("prod"),
        "\(unknown.error)")
      let told = try command.run("db forget --cluster prod --dry-run")
      #expect(told.status == 0 && told.output.hasPrefix("would forget "))
      let done = try command.run("db forget --cluster prod")
      #expect(done.status == 0 && done.output.hasPrefix("forgot "))
      #expect(done.output.dropFirst(7) == told.output.dropFirst(13))
      #expect(try answers(command) == alone)
      #expect(try command.run("db check").status == 0)
    }
  }

  /// Without a name a cluster is known by the hash of its CA or by its endpoint.
  @Test func aClusterIsKnownByItsEndpointToo() throws {
    try with { command in
      _ = try command.run("ingest \(install)")
      let endpoint =
        try command.run("query --sql 'SELECT max(endpoint) AS e FROM sessions' -o csv").output
        .split(separator: "\n").last.map(String.init) ?? ""
      #expect(endpoint.contains(":6443"))
      let told = try command.run("db forget --cluster '\(endpoint)' -n")
      // Two joins do not say where they went.
      #expect(told.output.contains("3 sessions"), "\(told.output)\(told.error)")
    }
  }

  @Test(arguments: [
    ("db forget", "say what to forget: --before, --cluster or --secrets"),
    ("db forget --secrets --cluster lab", "--secrets is of the whole store: give it alone"),
    ("db forget --before yesterday", "'yesterday' is no time"),
  ])
  func whatToForgetHasToBeSaid(_ line: String, _ words: String) throws {
    try with { command in
      _ = try command.run("ingest \(install)")
      let said = try command.run(line)
      #expect(said.status == 64 && said.error.contains(words), "\(said.error)")
    }
  }

  @Test(arguments: ["check", "recover", "compact", "forget --secrets", "forget --before 2026-01-01T00:00:00Z"])
  func whereThereIsNoStoreItSaysSo(_ line: String) throws {
    try with { command in
      let said = try command.run("db \(line)")
      #expect(said.status == 66 && said.error.contains("there is no store at"), "\(said.error)")
      #expect(access(command.store, F_OK) != 0)
    }
  }

  @Test func forgettingValuesHasADryRunToo() throws {
    try with { command in
      _ = try command.run("ingest \(install)")
      let told = try command.run("db forget --secrets -n")
      #expect(told.output == "would forget 2 values of secrets; ids and expiries stay\n")
      #expect(try command.run("db forget --secrets").output == "forgot 2 values of secrets; ids and expiries stay\n")
    }
  }
}
