import FoundationEssentials
import Glibc
import KubelogKit
import Testing

/// The seal key as a user meets it: where it is, what happens without it, what `db forget` leaves.
@Suite struct SealCommandTests {
  private let install = "'\(Command.fixtures)/ha-install/01-cp1-init.txt' --at 2026-11-23T14:32:36Z"
  private let secret = "m4449q.4sfwioowappz2qre"

  private func with(_ body: (Command) throws -> Void) throws {
    let command = try Command()
    defer { command.clean() }
    try body(command)
  }

  private func mode(_ path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_mode & 0o7777) : -1
  }

  // MARK: Where the key is

  @Test(arguments: ["000", "022", "777"])
  func theKeyIsMadeBesideTheConfiguration(_ mask: String) throws {
    try with { command in
      let folder = "\(command.folder)/config/kubelog"
      _ = try command.run("ingest '\(Command.fixtures)/kubectl/get-nodes/input.txt'")
      #expect(mode("\(folder)/seal.key") == -1, "nothing to seal, no key")
      _ = try command.run("ingest \(install)", before: "umask \(mask);")
      #expect(mode(folder) == 0o700 && mode("\(folder)/seal.key") == 0o600)
      #expect(FileManager.default.contents(atPath: "\(folder)/seal.key")?.count == 32)
    }
  }

  @Test func theKeyIsWhereTheEnvironmentSays() throws {
    try with { command in
      let own = "; export KUBELOG_SEAL_KEY_FILE='\(command.folder)/keys/own'"
      _ = try command.run("ingest \(install)", environment: own)
      #expect(mode("\(command.folder)/keys/own") == 0o600)
      #expect(mode("\(command.folder)/config/kubelog/seal.key") == -1)
      #expect(try command.run("secrets --reveal", environment: own).output.contains(secret))
      let home = "; unset XDG_CONFIG_HOME; export HOME='\(command.folder)/home'"
      _ = try command.run("ingest \(install) --db home.db", environment: home)
      #expect(mode("\(command.folder)/home/.config/kubelog/seal.key") == 0o600)
    }
  }

  @Test func manyThatBeginAtOnceShareOneKey() throws {
    try with { command in
      let run = try command.run(
        "db path",
        before: """
          for n in 1 2 3 4 5 6; do '\(Command.program)' ingest \(install) --db many/$n.db >/dev/null 2>&1 & done; wait
          for n in 1 2 3 4 5 6; do '\(Command.program)' secrets --reveal -o csv --db many/$n.db >>all 2>&1; done;
          """)
      #expect(run.status == 0)
      let all = FileManager.default.contents(atPath: "\(command.folder)/all").map {
        String(decoding: $0, as: UTF8.self)
      }
      #expect(all?.components(secret) == 6)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: "\(command.folder)/config/kubelog") == ["seal.key"])
    }
  }

  @Test func aKeyThatOthersMayReadIsUsedAndSaid() throws {
    try with { command in
      _ = try command.run("ingest \(install)")
      let key = "\(command.folder)/config/kubelog/seal.key"
      chmod(key, 0o644)
      let sentence = "kubelog: others may read the seal key \(key): run chmod 600 \(key)\n"
      let shown = try command.run("secrets --reveal")
      #expect(shown.status == 0 && shown.output.contains(secret) && shown.error == sentence)
      let joined = try command.run("join")
      #expect(joined.status == 0 && joined.output.contains(secret) && joined.error == sentence)
      let read = try command.run("ingest \(install)")
      #expect(read.status == 0 && read.error.hasSuffix(sentence))
      #expect(try command.run("secrets").error.isEmpty, "who needs no key hears nothing of it")
    }
  }

  // MARK: Without the key

  /// What is done to the key's file, and what the sentences say then.
  @Test(arguments: [
    ("rm", "under which the values in the store are sealed, is not there: bring it back"),
    ("head -c 32 /dev/zero >", "is not the one under which the values in the store are sealed: bring it back"),
    ("printf short >", "is no seal key, which has 32 bytes: name another"),
  ])
  func withoutTheKeyEverythingWorksButTheValues(_ harm: String, _ words: String) throws {
    try with { command in
      _ = try command.run("ingest \(install)")
      let before = try command.run("secrets --all -o json").output
      let shown = try command.run(
        "secrets --reveal -o json", before: "\(harm) '\(command.folder)/config/kubelog/seal.key';")
      #expect(shown.status == 78)
      #expect(shown.error.contains(words) && shown.error.split(separator: "\n").count == 1, "\(shown.error)")
      #expect(shown.output.contains("\"id\":\"m4449q\",\"value\":null,"))
      #expect(!shown.output.contains(secret))

      for role in ["worker", "control-plane"] {
        let joined = try command.run("join \(role)")
        #expect(joined.status == 1 && joined.output.isEmpty)
        #expect(joined.error.contains(words), "\(joined.error)")
        #expect(joined.error.contains("On a control-plane node run: "))
        let forced = try command.run("join \(role) --force -o json")
        #expect(forced.status == 1 && forced.output.contains("\"command\":null,\"valid\":false"))
      }

      let read = try command.run(
        "ingest '\(Command.fixtures)/kubeadm/token-create-print-join/input.txt' '\(Command.fixtures)/kubeadm/upload-certs/input.txt'"
      )
      #expect(read.status == 0)
      #expect(read.error.components("values of secrets were left out: ") == 1, "\(read.error)")
      #expect(read.error.contains(words))
      #expect(try command.run("secrets --all").output.contains("xo1osv"))
      #expect(try command.run("ingest \(install)").status == 0)
      #expect(try command.run("secrets --all -o json").output.hasPrefix(String(before.prefix(200))))
      for line in ["timeline", "nodes", "sessions", "secrets --check", "query --sql 'SELECT * FROM secrets'"] {
        let asked = try command.run(line)
        #expect(asked.status == 0 && asked.error.isEmpty, "\(line)")
      }
    }
  }

  @Test func withTheKeyBackWhatWasLeftOutIsReadAgain() throws {
    try with { command in
      let key = "'\(command.folder)/config/kubelog/seal.key'"
      let later = "ingest '\(Command.fixtures)/kubeadm/token-create-print-join/input.txt'"
      _ = try command.run("ingest \(install)")
      _ = try command.run(later, before: "mv \(key) kept;")
      let shown = try command.run("secrets --all --reveal -o csv", before: "mv kept \(key);")
      #expect(shown.status == 0)
      #expect(shown.output.contains(secret) && !shown.output.contains("xo1osv."))
      #expect(shown.error == "kubelog: 1 value is not in the store: ingest the sources again without --no-secrets\n")
      _ = try command.run(later)
      #expect(try command.run("secrets --all --reveal").output.contains("xo1osv.y09m4oiu8yehpx7e"))
    }
  }

  @Test func aValueThatAnotherProgramChangedIsSaid() throws {
    try with { command in
      _ = try command.run("ingest \(install)")
      let connection = try Connection(path: command.store, access: .readWrite)
      try connection.execute("UPDATE secrets SET value = zeroblob(51) WHERE public_id = 'm4449q'")
      let shown = try command.run("secrets --reveal -o csv")
      #expect(shown.status == 74)
      #expect(shown.error.hasPrefix("kubelog: the value of m4449q does not open"))
      #expect(shown.output.contains("5ebc07bd"), "the others are shown")
      #expect(try command.run("join control-plane").status == 1)
    }
  }

  // MARK: What is not kept

  @Test func noSecretsKeepsIdsAndExpiries() throws {
    try with { command in
      let read = try command.run("ingest --no-secrets \(install)")
      #expect(read.status == 0)
      #expect(read.error.contains("token m4449q expires about") && !read.error.contains("the join commands are kept"))
      #expect(mode("\(command.folder)/config/kubelog/seal.key") == -1)
      #expect(try command.run("secrets").output.contains("m4449q"))
      let joined = try command.run("join")
      #expect(joined.status == 1)
      #expect(joined.error.contains("the value of m4449q was not kept: ingest its source again without --no-secrets"))
    }
  }

  @Test func forgottenValuesAreCountedAndGone() throws {
    try with { command in
      _ = try command.run("ingest \(install)")
      let before = try command.run("secrets --all -o json").output
      let forgotten = try command.run("db forget --secrets")
      #expect(forgotten.status == 0)
      #expect(forgotten.output == "forgot 2 values of secrets; ids and expiries stay\n")
      #expect(try command.run("secrets --all -o json").output == before)
      #expect(!(try command.run("secrets --reveal").output.contains(secret)))
      #expect(try command.run("db forget --secrets").output == "forgot 0 values of secrets; ids and expiries stay\n")
      // A new key begins anew.
      _ = try command.run("ingest \(install)", before: "rm '\(command.folder)/config/kubelog/seal.key';")
      #expect(try command.run("secrets --reveal").output.contains(secret))
    }
  }

  @Test func dbTellsThePathAndWhatItCanForget() throws {
    try with { command in
      #expect(try command.run("db path").output == "\(command.store)\n")
      #expect(try command.run("db path --db elsewhere.db").output == "elsewhere.db\n")
      #expect(access(command.store, F_OK) != 0)
      let nothing = try command.run("db forget --secrets")
      #expect(nothing.status == 66 && nothing.error.contains("there is no store at"))
      let what = try command.run("db forget")
      #expect(what.status == 64 && what.error.contains("say what to forget: --before, --cluster or --secrets"))
    }
  }
}
