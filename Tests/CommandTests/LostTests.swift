import FoundationEssentials
import Glibc
import Testing

/// What was reported to be kept is kept, whatever ends the program: a short part of what `Tests/Lost/run` does at length.
@Suite struct LostTests {
  private static let canRun = ["python3", "clang"].allSatisfy { name in
    (try? Command()).map { command in
      defer { command.clean() }
      return (try? command.run("--version", before: "command -v \(name) >/dev/null || exit 1;"))?.status == 0
    } == true
  }

  /// Kills at moments that a seed gives, faults and losses of power at steps over a whole run: what a reader had seen is
  /// there, `db check` finds nothing, and the same input again gives the store of a run that nothing interrupted; also of
  /// a log that is followed, a command that is run and a store that is repaired.
  @Test(
    .enabled(if: canRun, "Tests/Lost/run needs Python 3 and clang"),
    arguments: [
      "kills --kills 20", "faults --faults 48", "cuts --cuts 24", "follows --follows 3", "runs --runs 4",
      "recoveries --recoveries 24",
    ])
  func nothingIsLost(_ part: String) throws {
    let command = try Command()
    defer { command.clean() }
    let run = String(Command.fixtures.dropLast("Fixtures".count)) + "Tests/Lost/run"
    let said = try command.run(
      "--version",
      before: """
        TMPDIR="$PWD" python3 '\(run)' --kubelog '\(Command.program)' --only \(part) >table 2>lost; echo $? >code;
        """)
    #expect(said.status == 0)
    let text = { (name: String) in
      FileManager.default.contents(atPath: "\(command.folder)/\(name)").map { String(decoding: $0, as: UTF8.self) }
        ?? ""
    }
    #expect(text("code") == "0\n", "\(text("lost"))")
    // A head of two lines, and rows.
    #expect(text("table").split(separator: "\n").count > 2)
  }

  /// What fails goes on to fail when the summary is made: it is said once, and no input is summed up that cannot be.
  @Test func aStoreThatFailedIsNotAskedAgain() throws {
    let command = try Command()
    defer { command.clean() }
    let fixtures = Command.fixtures
    _ = try command.run(
      "path",
      before: """
        mkfifo pipe; exec 3<>pipe
        { '\(Command.program)' ingest --recorded '\(fixtures)/ha-install/01-cp1-init.txt' - <pipe 3>&- >/dev/null 2>said; echo $? >code; } &
        head -n 30 '\(fixtures)/ha-install/02-cp2-join.txt' >&3
        for turn in $(seq 600); do
          '\(Command.program)' query -o csv --sql "SELECT count(*) FROM v_sessions" 2>/dev/null | grep -q 2 && break; sleep 0.1
        done
        rm -r state; tail -n +31 '\(fixtures)/ha-install/02-cp2-join.txt' >&3; exec 3>&-; wait
        """ + "\n")
    let text = { (name: String) in
      FileManager.default.contents(atPath: "\(command.folder)/\(name)").map { String(decoding: $0, as: UTF8.self) }
        ?? ""
    }
    #expect(text("code") == "74\n")
    #expect(
      text("said")
        == "kubelog: the store at \(command.store) was moved or removed while it was open, and nothing more was written: "
        + "ingest the same again\n")
  }
}
