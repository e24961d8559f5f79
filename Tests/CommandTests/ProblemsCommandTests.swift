import FoundationEssentials
import Testing

/// `kubelog problems`, and what `ingest` and `rules` say of problems.
@Suite struct ProblemsCommandTests {
  private func with(_ inputs: [String], _ body: (Command) throws -> Void) throws {
    let command = try Command()
    defer { command.clean() }
    for input in inputs {
      #expect(try command.run("ingest --recorded --year 2026 '\(Command.fixtures)/\(input)'").status == 0)
    }
    try body(command)
  }

  @Test func aFailedInitNamesTheFirstCauseAndWhatToDo() throws {
    try with(["problems/37-init-kubelet-broken-timeout.txt"]) { command in
      let told = try command.run("problems")
      #expect(told.status == 0)
      let lines = told.output.split(separator: "\n")
      #expect(lines.first?.hasPrefix("SEVERITY  PROBLEM") == true)
      #expect(lines.dropFirst().first?.hasPrefix("error     kubelet-unhealthy") == true)
      #expect(!told.output.contains("control-plane-timeout"))
      #expect(told.error.hasPrefix("first the kubelet does not run on bad1: journalctl -u kubelet"))
    }
  }

  @Test func jsonIsOfTheContract() throws {
    try with(["problems/36-join-again-fail.txt"]) { command in
      let told = try command.run("problems --severity error -o json")
      let start = #"{"id":"left-over-files","title":"files of an earlier run exist","cause":"#
      #expect(told.output.contains(start), "\(told.output)")
      for key in [
        "remedy", "reference", "severity", "node", "session", "first_seen_at", "last_seen_at", "count", "evidence",
        "ended_at", "cluster",
      ] {
        #expect(told.output.contains("\"\(key)\":"), "\(key)")
      }
      #expect(told.output.contains(#""remedy":["kubeadm reset -f"#) && told.output.contains(#""count":2"#))
      #expect(told.output.contains(#""line":5,"text":"FileAvailable--etc-kubernetes-kubelet.conf: "#))
      #expect(told.error.isEmpty)
    }
  }

  @Test func allTellsWhatIsOverOrASymptom() throws {
    try with(["problems/37-init-kubelet-broken-timeout.txt"]) { command in
      let all = try command.run("problems --all -o csv").output
      #expect(all.contains("control-plane-timeout,") && all.contains(",symptom,it is a symptom: "))
      #expect(try command.run("problems --node nobody").error == "no problem; --all lists what is over or normal\n")
      #expect(try command.run("problems --session 0 --node bad1 --severity info").status == 0)
    }
    try with(["ha-install/01-cp1-init.txt"]) { command in
      let told = try command.run("problems -o csv").output
      #expect(told.contains("next-install-network,") && !told.contains("error"))
      #expect(try command.run("problems --severity warning").error == "no problem was found\n")
    }
  }

  @Test func explainTellsAllAboutOne() throws {
    try with(["problems/37-init-kubelet-broken-timeout.txt"]) { command in
      let told = try command.run("problems --explain control-plane-timeout").output
      #expect(told.hasPrefix("control-plane-timeout (error)\n"))
      #expect(told.contains("what to do\n  journalctl -u kubelet"))
      #expect(told.contains("bad1: symptom, since it is a symptom: the kubelet does not run\n"))
      #expect(told.contains("37-init-kubelet-broken-timeout.txt:"))
      let none = try command.run("problems --explain swap-on")
      #expect(none.output.hasSuffix("nothing that was read shows it\n") && none.status == 0)
      let wrong = try command.run("problems --explain swapon")
      #expect(wrong.status == 64 && wrong.error.contains("there is no problem 'swapon'"))
    }
  }

  @Test func ingestCountsProblemsAndNamesTheFirst() throws {
    try with([]) { command in
      let input = "'\(Command.fixtures)/problems/49-cp3-rejoin-fails-etcd-dir.txt'"
      #expect(try command.run("ingest --recorded -o json \(input)").output.contains("\"problems\":1,"))
      let told = try command.run("ingest --recorded \(input)").error
      #expect(told.contains("kubelog: 1 problem, first /var/lib/etcd is not empty: kubeadm reset -f\n"))
      let good = "'\(Command.fixtures)/ha-install/01-cp1-init.txt'"
      #expect(try command.run("ingest --recorded -o json \(good)").output.contains("\"problems\":0,"))
    }
  }

  @Test func aPackOfOnesOwnAddsAProblem() throws {
    try with([]) { command in
      let folder = "\(command.folder)/config/kubelog/rules"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let pack = """
        {
          pack: 'mine', component: 'failure',
          problems: [{
            id: 'tape-full', title: 'tape {tape} is full', cause: 'nobody changed it', remedy: ['mt eject'],
            reference: 'https://example.org/tapes', severity: 'error', outranks: ['kubeadm-failed'],
          }],
          rules: [{
            id: 'tape', kind: 'mine.tape', contains: ['tape is full: '], pattern: 'tape is full: (?<tape>\\\\w+)', problem: 'tape-full',
            hits: [{line: 'tape is full: A1', attributes: {tape: 'A1'}}], misses: ['tape is full: '],
          }],
        }
        """
      try Data(pack.utf8).write(to: URL(filePath: folder + "/mine.json5"))
      #expect(try command.run("rules test").status == 0)
      #expect(try command.run("rules lint").status == 0)
      #expect(try command.run("rules show tape").output.contains("problem:   tape-full\n"))
      let line = "E1123 14:36:16.123456     506 tape.go:7] \"Cannot write\" err=\"tape is full: B7\"\n"
      try Data(line.utf8).write(to: URL(filePath: command.folder + "/log"))
      #expect(try command.run("ingest log --year 2026 --recorded").status == 0)
      #expect(try command.run("problems").output.contains("tape B7 is full"))
      try Data(pack.replacing("problem: 'tape-full'", with: "problem: 'tape'").utf8)
        .write(to: URL(filePath: folder + "/mine.json5"))
      let wrong = try command.run("problems")
      #expect(wrong.status == 78 && wrong.error.hasSuffix("rule 'tape': there is no problem 'tape'\n"))
    }
  }

  /// `docs/adding-a-problem.md`, followed to the letter.
  @Test func theWorkedExampleWorks() throws {
    try with([]) { command in
      let root = String(Command.fixtures.dropLast("/Fixtures".count))
      let page = try #require(FileManager.default.contents(atPath: root + "/docs/adding-a-problem.md"))
      let blocks = String(decoding: page, as: UTF8.self).split(separator: "```").map(String.init)
      let pack = try #require(blocks.first { $0.hasPrefix("json5\n") }).dropFirst(6)
      let folder = "\(command.folder)/config/kubelog/rules"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try Data(pack.utf8).write(to: URL(filePath: folder + "/tapes.json5"))
      for words in ["rules test", "rules lint"] {
        let told = try command.run(words)
        #expect(told.status == 0, "\(told.output)")
      }
    }
  }

  @Test func withoutAStoreItSaysHowToGetOne() throws {
    try with([]) { command in
      let told = try command.run("problems")
      #expect(told.status == 66 && told.error.split(separator: "\n").count == 1)
    }
  }
}

extension String {
  /// With `new` for every `old`.
  fileprivate func replacing(_ old: String, with new: String) -> String {
    split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
  }
}
