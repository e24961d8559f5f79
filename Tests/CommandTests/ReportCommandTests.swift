import FoundationEssentials
import Glibc
import Testing

/// `kubelog report` as a user and a script meet it.
@Suite struct ReportCommandTests {
  private func with(_ body: (Command) throws -> Void) throws {
    let command = try Command()
    defer { command.clean() }
    _ = try command.run(
      "ingest '\(Command.fixtures)/ha-install/01-cp1-init.txt' --at 2026-11-23T14:32:36Z --cluster lab")
    _ = try command.run("ingest '\(Command.fixtures)/ha-install/05-cp3-join-v5-ts.txt' --year 2026 --cluster lab")
    try body(command)
  }

  @Test func theFilesNameTellsTheForm() throws {
    try with { command in
      #expect(try command.run("report").output.hasPrefix("# Post-install report: k8s-api.lab.local:6443\n"))
      #expect(try command.run("report --out -").output.hasPrefix("# Post-install report"))
      for (name, begin) in [("r.html", "<!doctype html>"), ("r.md", "# Post-install"), ("r.json", "{\n\"as_of\":")] {
        let outcome = try command.run("report --out \(name)")
        #expect(outcome.status == 0 && outcome.output.isEmpty && outcome.error.isEmpty)
        #expect(text(name, command).hasPrefix(begin))
      }
      #expect(try command.run("report --format html --out r.md").status == 0)
      #expect(text("r.md", command).hasPrefix("<!doctype html>"))
    }
  }

  @Test func aFileIsThereWholeOrNotAtAll() throws {
    try with { command in
      #expect(
        try command.run("report --out r.html", before: "echo old >r.html && chmod 640 r.html && ln -s r.html l.html;")
          .status == 0)
      #expect(try command.run("report --out l.html").status == 0)
      var status = stat()
      lstat("\(command.folder)/l.html", &status)
      #expect(status.st_mode & S_IFMT == S_IFLNK)
      stat("\(command.folder)/r.html", &status)
      #expect(status.st_mode & 0o777 == 0o640)
      #expect(try command.run("report --out new.html").status == 0)
      stat("\(command.folder)/new.html", &status)
      #expect(status.st_mode & 0o777 == 0o644)

      let missing = try command.run("report --out no/r.html")
      #expect(missing.status == 73)
      #expect(
        missing.error == "kubelog: cannot make no/r.html: No such file or directory; choose another file with --out\n")
      #expect(try command.run("report --out state").status == 73)
      let full = try command.run("report --out /dev/full")
      #expect(full.status == 74)
      #expect(full.error.contains("No space left on device"))
      let names = try FileManager.default.contentsOfDirectory(atPath: command.folder)
      #expect(names.filter { $0.contains(".html") }.sorted() == ["l.html", "new.html", "r.html"])
    }
  }

  /// Where writing stops in the middle the old file is as it was, and nothing lies beside it.
  @Test func aFileThatGrowsTooLargeLeavesTheOldOne() throws {
    try with { command in
      _ = try command.run("ingest '\(Command.fixtures)/ha-install/06-get-nodes-loop.txt'")
      let limited = try command.run("report --out r.html", before: "echo old >r.html; trap '' XFSZ; ulimit -f 64;")
      #expect(limited.status == 74)
      #expect(
        limited.error
          == "kubelog: cannot write r.html: File too large; make room or choose another file with --out\n")
      #expect(text("r.html", command) == "old\n")
      let names = try FileManager.default.contentsOfDirectory(atPath: command.folder)
      #expect(names.filter { $0.contains("r.html") } == ["r.html"])
    }
  }

  /// A scope has the quorum and the cordons of its nodes alone, as they were then.
  @Test func aScopeHasItsQuorum() throws {
    try with { command in
      let tables = ["14:40:00 Ready Ready", "14:44:00 Ready NotReady", "14:48:00 Ready,SchedulingDisabled Ready"].map {
        let words = $0.split(separator: " ")
        return """
          Mon Nov 23 \(words[0]) UTC 2026
          NAME   STATUS   ROLES   AGE   VERSION
          cp1   \(words[1])   control-plane   10m   v1.22.4
          cp3   \(words[2])   control-plane   5m   v1.22.4

          """
      }
      let path = "\(command.folder)/nodes.log"
      try tables.joined().write(toFile: path, atomically: true, encoding: .utf8)
      _ = try command.run("ingest nodes.log --cluster lab")
      let all = try command.run("report --utc").output
      #expect(all.contains("| 14:40:00 to 14:44:00 | 14:48:00 | 1 | 2 | 2 | 0 | no quorum | cp3 |"))
      #expect(all.contains("| cp1 | 14:44:00 to 14:48:00 | not seen; cordoned at 14:48:00 | – | snapshot |"))
      #expect(all.contains("| Control plane | **2 of 2** | at risk: tolerates no loss; needs 2 |"))
      let then = try command.run("report --utc --cluster lab --until 2026-11-23T14:46:00Z").output
      #expect(then.contains("| 14:40:00 to 14:44:00 | still | 1 | 2 | 2 | 0 | no quorum | cp3 |"))
      #expect(then.contains("| Control plane | **1 of 2** | no quorum: needs 2 |"))
      #expect(!then.contains("| cp1 | 14:44:00 to 14:48:00 |"))
      let session = try #require(
        try command.run("sessions -o csv").output.split(separator: "\n").first { $0.contains(",cp3,") })
      let one = try command.run("report --utc --session \(session.split(separator: ",")[0])").output
      #expect(!one.contains("| cp1 | 14:44:00 to 14:48:00 |"))
    }
  }

  @Test func aScopeIsASessionAClusterOrASpan() throws {
    try with { command in
      let sessions = try command.run("sessions -o csv").output.split(separator: "\n").dropFirst()
      let id = try #require(sessions.first?.split(separator: ",").first)
      let one = try command.run("report --session \(id.prefix(6)) --utc").output
      #expect(one.contains("| init | cp1 |") && !one.contains("| join | cp3 |"))
      #expect(one.contains("01-cp1-init.txt") && !one.contains("05-cp3-join"))
      let span = try command.run("report --since 2026-11-23T14:36:00Z --until 2026-11-23T14:37:00Z --utc").output
      #expect(!span.contains("| init | cp1 |") && span.contains("| join | cp3 |"))
      for name in ["lab", "k8s-api.lab.local:6443"] {
        let lab = try command.run("report --cluster \(name)").output
        #expect(lab.contains("| init | cp1 |") && lab.contains("| join | cp3 |"), "\(name)")
      }
    }
  }

  @Test func whatIsNotThereIsSaidInASentence() throws {
    try with { command in
      let session = try command.run("report --session ffff --out r.html")
      #expect(session.status == 64)
      #expect(session.error == "kubelog: no session begins with 'ffff': kubelog sessions -o json lists their ids\n")
      #expect(!FileManager.default.fileExists(atPath: "\(command.folder)/r.html"))
      let cluster = try command.run("report --cluster other")
      #expect(cluster.status == 64)
      #expect(cluster.error.hasPrefix("kubelog: nothing was read of a cluster 'other': the store knows k8s-api"))
      #expect(try command.run("report --since noon").status == 64)
      #expect(try command.run("report --format pdf").status == 64)
      #expect(try command.run("report --db none.db").status == 66)
    }
  }

  private func text(_ name: String, _ command: Command) -> String {
    FileManager.default.contents(atPath: "\(command.folder)/\(name)").map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
