import FoundationEssentials
import Glibc
import KubelogKit
import Testing
import TestSamples

/// `kubelog run` without a terminal: real processes, real pipes.
@Suite struct RunCommandTests {
  private func with(_ body: (Command) throws -> Void) throws {
    let command = try Command()
    defer { command.clean() }
    try body(command)
  }

  private func file(_ name: String, of command: Command) -> [UInt8] {
    FileManager.default.contents(atPath: "\(command.folder)/\(name)").map { Array($0) } ?? []
  }

  /// A script called kubeadm that prints a real init, then ends as `rest` says.
  private func kubeadm(_ rest: String = "exit 0") -> String {
    """
    printf '#!/bin/sh\\ncat "%s"\\n%s\\n' '\(Command.fixtures)/ha-install/01-cp1-init.txt' '\(rest)' > kubeadm
    chmod +x kubeadm;
    """
  }

  // MARK: What is passed on

  @Test func bytesPassUnchanged() throws {
    try with { command in
      let run = try command.run(
        "run -- sh -c 'cat big; cat small >&2' >copy 2>errors; cmp big copy && cmp small errors && echo the same",
        before: "head -c 3000000 /dev/urandom >big; head -c 70001 /dev/urandom >small;")
      #expect(run.output == "the same\n")
      #expect(run.error == "")
    }
  }

  @Test func theTwoStreamsStayApartAndInOrder() throws {
    try with { command in
      let script = "i=0; while [ $i -lt 2000 ]; do echo out $i; echo error $i >&2; i=$((i+1)); done"
      let run = try command.run("run -- sh -c '\(script)'")
      #expect(run.output == (0..<2000).map { "out \($0)\n" }.joined())
      #expect(run.error == (0..<2000).map { "error \($0)\n" }.joined())
    }
  }

  /// The writer goes on only when the reader has seen the part of a line that came before.
  @Test(arguments: ["run -- sh -c 'printf abc; cat gate; printf def'", "ingest --tee"])
  func noByteIsHeldBack(_ arguments: String) throws {
    try with { command in
      let writer = arguments.hasPrefix("ingest") ? "(printf abc; cat gate; printf def) |" : ""
      let run = try command.run(
        "\(arguments) | (head -c 3; echo x >gate; cat)", before: "mkfifo gate; \(writer) timeout 120")
      #expect(run.output == "abcx\ndef")
    }
  }

  @Test func inputIsTheCommandsOwn() throws {
    try with { command in
      let piped = try command.run("run -- sh -c 'read a; read b; echo $b $a'", before: "printf '1\\n2\\n' |")
      #expect(piped.output == "2 1\n")
      let file = try command.run("run -- cat <in", before: "echo file >in;")
      #expect(file.output == "file\n")
    }
  }

  // MARK: How it ends

  @Test(
    arguments: [
      ("true", 0), ("sh -c 'exit 7'", 7), ("sh -c 'exit 255'", 255), ("sh -c 'kill -9 $$'", 137),
      ("sh -c 'kill -TERM $$'", 143), ("sh -c 'kill -PIPE $$; echo no'", 141),
    ] as [(String, Int32)])
  func itEndsAsTheCommand(_ words: String, _ status: Int32) throws {
    try with { command in
      let run = try command.run("run -- \(words)")
      #expect(run.status == status)
      #expect(run.output == "" && run.error == "")
      let stored = try command.run("query --sql \"SELECT attributes ->> 'exit_status' FROM v_events\" -o csv")
      #expect(stored.output.contains("\n\(status)\n"))
    }
  }

  @Test(
    arguments: [
      ("no-such-program", 127, "there is no such program"), ("./none/there", 127, "there is no such program"),
      ("./plain", 126, "Permission denied"), (".", 126, "Permission denied"),
      ("./orphan", 126, "the program that its first line names"),
    ] as [(String, Int32, String)])
  func whatCannotBeStartedIsSaidInOneSentence(_ word: String, _ status: Int32, _ reason: String) throws {
    try with { command in
      let made = "echo text >plain; printf '#!/no/such/interpreter\\n' >orphan; chmod +x orphan;"
      let run = try command.run("run -- \(word) --token abcdef.0123456789abcdef", before: made)
      #expect(run.status == status)
      #expect(run.error.hasPrefix("kubelog: cannot run '\(word)': \(reason)"))
      #expect(run.error.split(separator: "\n").count == 1 && !run.error.contains("0123456789abcdef"))
      #expect(access(command.store, F_OK) != 0)
    }
  }

  @Test func withoutACommandItIsAMisuse() throws {
    try with { command in
      let run = try command.run("run --node cp1")
      #expect(run.status == 64)
      #expect(run.error.contains("kubelog run -- kubeadm init"))
    }
  }

  /// The words of the command are its own, also without `--`.
  @Test func optionsBehindTheCommandAreItsOwn() throws {
    try with { command in
      let apart = try command.run("run --node cp1 -- echo --node x -- y")
      #expect(apart.output == "--node x -- y\n")
      let bare = try command.run("run --node cp1 echo --help -- y")
      #expect(bare.output == "--help -- y\n")
    }
  }

  @Test func whoeverReadsNoLongerIsNoticedByTheCommand() throws {
    try with { command in
      let script = "run -- sh -c 'while :; do echo y; done'; echo $? >status) | head -n 1"
      let run = try command.run(script, before: "(")
      #expect(run.output == "y\n")
      #expect(file("status", of: command) == Array("141\n".utf8))
    }
  }

  /// A process that a command leaves behind holds the pipe open; the command is over.
  @Test func itDoesNotWaitForWhatTheCommandLeftBehind() throws {
    try with { command in
      let run = try command.run(
        "run -- sh -c 'sleep 600 & echo $! >left; echo done'; kill -0 $(cat left) && kill $(cat left) && echo lived)",
        before: "(")
      #expect(run.output == "done\nlived\n")
    }
  }

  // MARK: Signals

  @Test(arguments: ["TERM", "HUP", "INT", "USR1"])
  func signalsReachTheCommand(_ name: String) throws {
    try with { command in
      let script = """
        trap "echo got it; exit 9" \(name); echo $PPID >ready.new; mv ready.new ready; while :; do sleep 0.1; done
        """
      // A shell has its background jobs ignore SIGINT, and so would the command.
      let run = try command.run(
        """
        run -- sh -c '\(script)' & process=$!
        while [ ! -e ready ]; do sleep 0.1; done; kill -\(name) $(cat ready); wait $process; echo $?)
        """, before: "(env --default-signal=INT,QUIT")
      #expect(run.output == "got it\n9\n")
    }
  }

  // MARK: What is recorded

  @Test func aSessionHasItsArgumentsTimesAndStatus() throws {
    try with { command in
      let run = try command.run("run --cluster lab -- ./kubeadm init --upload-certs", before: kubeadm())
      #expect(run.status == 0)
      let sessions = try command.run("sessions -o json").output
      #expect(sessions.contains("\"command\":\"init\",\"arguments\":[\"--upload-certs\"]"))
      #expect(sessions.contains("\"outcome\":\"succeeded\"") && sessions.contains("\"exit_status\":0"))
      #expect(sessions.contains("\"duration_basis\":\"arrival\"") && sessions.contains("\"cluster\":\"lab\""))
      let sources = try command.run("query --sql 'SELECT DISTINCT time_source FROM v_events' -o csv").output
      #expect(sources == "time_source\r\narrival\r\n" || sources == "time_source\narrival\n", "\(sources)")
      let timeline = try command.run("timeline").output
      #expect(timeline.contains("command.started") && timeline.contains("./kubeadm init --upload-certs: exit status 0"))
    }
  }

  @Test(arguments: [("exit 3", 3), ("kill -9 $$", 137)] as [(String, Int32)])
  func whatTheWordsLeaveOpenTheStatusDecides(_ end: String, _ status: Int32) throws {
    try with { command in
      let made = """
        printf '#!/bin/sh\\necho "[preflight] Running pre-flight checks"\\n\(end)\\n' > kubeadm; chmod +x kubeadm;
        """
      #expect(try command.run("run --node w1 -- ./kubeadm join lb:6443", before: made).status == status)
      let sessions = try command.run("sessions -o json").output
      #expect(sessions.contains("\"command\":\"join\"") && sessions.contains("\"node\":\"w1\""))
      #expect(sessions.contains("\"outcome\":\"failed\",") && sessions.contains("\"exit_status\":\(status)"))
      #expect(sessions.contains("\"error\":\"exit status \(status)\""))
    }
  }

  /// The same output, read from a log of somebody else, does not take back what is known.
  @Test func aLogOfTheSameRunChangesNothing() throws {
    try with { command in
      let made = """
        printf '#!/bin/sh\\necho "[preflight] Running pre-flight checks" | tee -a log\\nexit 3\\n' > kubeadm; chmod +x kubeadm;
        """
      _ = try command.run("run --node w1 -- ./kubeadm join lb:6443", before: made)
      let before = try command.run("sessions -o json").output
      _ = try command.run("ingest --node w1 log")
      #expect(try command.run("sessions -o json").output.contains("\"outcome\":\"failed\","))
      #expect(before.contains("\"exit_status\":3"))
    }
  }

  @Test func secretsOfTheCommandLineAreSealed() throws {
    try with { command in
      let secrets = ["4sfwioowappz2qre", certificateKey, "hunter2secret"]
      let run = try command.run(
        """
        run -- ./kubeadm join lb:6443 --token m4449q.4sfwioowappz2qre --discovery-token-ca-cert-hash \(caHash) \\
          --control-plane --certificate-key \(certificateKey); '\(Command.program)' run -- sh -c : --password=hunter2secret
        """, before: "printf '#!/bin/sh\\nexit 1\\n' > kubeadm; chmod +x kubeadm;")
      #expect(run.status == 0)
      let scan = SecretScan(Set(secrets))
      for folder in ["state", "config"] {
        for name in try FileManager.default.contentsOfDirectory(atPath: "\(command.folder)/\(folder)") {
          #expect(scan.found(in: file("\(folder)/\(name)", of: command)).isEmpty, "\(name)")
        }
      }
      let timeline = try command.run("timeline -o json").output
      #expect(timeline.contains("m4449q.****************") && scan.found(in: Array(timeline.utf8)).isEmpty)
      let values = try command.run("secrets --all --reveal -o json").output
      #expect(values.contains("m4449q.4sfwioowappz2qre") && values.contains(certificateKey))
    }
  }

  @Test func linesOfTwoStreamsDoNotMix() throws {
    try with { command in
      let script = """
        printf "[init] Using Kubernetes "; printf "W1123 14:00:00.000000 1 initconfiguration.go:1] x" >&2; sleep 0.2
        echo "version: v1.31.0"; sleep 0.2; echo >&2; exit 1
        """
      _ = try command.run("run -- sh -c '\(script)'")
      #expect(try command.run("sessions -o json").output.contains("\"kubernetes_version\":\"v1.31.0\""))
    }
  }

  // MARK: When recording fails

  @Test(
    arguments: [
      ("KUBELOG_DB=/proc/none/store.db", "cannot create the store at /proc/none/store.db"),
      ("; mkdir state; echo text >state/kubelog.db", "kubelog.db"),
      ("; mkdir -p config/kubelog/rules; echo x >config/kubelog/rules/a.json5", "a.json5"),
      ("; ulimit -f 64", "was ended by signal"),
    ])
  func theCommandRunsToItsEnd(_ environment: String, _ said: String) throws {
    try with { command in
      let log = "\(Command.fixtures)/ha-install/01-cp1-init.txt"
      let run = try command.run(
        "run -- sh -c 'cat \(log); sleep 0.5; cat \(log); echo end; exit 5'", environment: environment)
      #expect(run.status == 5)
      let whole = String(decoding: FileManager.default.contents(atPath: log) ?? Data(), as: UTF8.self)
      #expect(run.output == whole + whole + "end\n")
      #expect(run.error.split(separator: "\n").count == 1 && run.error.contains(said), "\(run.error)")
    }
  }

  @Test func aLockedStoreHoldsNothingUp() throws {
    try with { command in
      _ = try command.run("run -- true")
      let connection = try Connection(path: command.store, access: .readWrite)
      try connection.execute("BEGIN EXCLUSIVE")
      let run = try command.run("run -- sh -c 'echo one; echo two; exit 5'")
      try connection.execute("ROLLBACK")
      #expect(run.status == 5 && run.output == "one\ntwo\n")
      #expect(run.error.contains("what came last is still being stored"))
      // Whoever records goes on by itself.
      let later = try command.run(
        "query --sql 'SELECT message FROM v_events' -o csv",
        before: """
          for turn in $(seq 600); do
            '\(Command.program)' query --sql 'SELECT message FROM v_events' -o csv | grep -q 'exit status 5' && break; sleep 0.1
          done;
          """)
      #expect(later.output.contains("exit status 5"))
    }
  }

  /// The command itself ends what records it, and goes on.
  @Test func anEndOfTheRecorderIsSaid() throws {
    try with { command in
      let script = """
        echo before; n=0
        while [ $n -lt 600 ] && [ -z "$other" ]; do
          for id in $(cat /proc/$PPID/task/$PPID/children); do [ $id = $$ ] || other=$id; done; sleep 0.1; n=$((n+1))
        done
        kill -9 $other; sleep 0.2; echo after; exit 5
        """
      let run = try command.run("run -- sh script", before: "cat >script <<'END'\n\(script)\nEND\n")
      #expect(run.status == 5 && run.output == "before\nafter\n")
      #expect(run.error.contains("not recorded to its end, since what records it was ended by signal 9"))
    }
  }

  // MARK: --tee

  @Test func teeCopiesByteForByte() throws {
    try with { command in
      let run = try command.run(
        "ingest --tee | tee copy | cmp - big && cmp copy big && echo the same",
        before: "(cat '\(Command.fixtures)/ha-install/01-cp1-init.txt'; head -c 1000000 /dev/urandom) >big; cat big |")
      #expect(run.output == "the same\n")
      #expect(try command.run("sessions -o json").output.contains("\"command\":\"init\""))
    }
  }

  @Test func nobodyHasToReadWhatIsCopied() throws {
    try with { command in
      let log = "'\(Command.fixtures)/ha-install/01-cp1-init.txt'"
      let run = try command.run(
        "ingest --tee; echo $? >status) | head -n 1", before: "(cat \(log); sleep 0.5; cat \(log)) | (")
      #expect(run.output.split(separator: "\n").count == 1)
      #expect(file("status", of: command) == Array("0\n".utf8))
      #expect(try command.run("sessions -o json").output.contains("\"outcome\":\"succeeded\""))
    }
  }

  @Test func whatIsCopiedGoesOnWithoutAStore() throws {
    try with { command in
      let log = "\(Command.fixtures)/ha-install/01-cp1-init.txt"
      let run = try command.run(
        "ingest --tee", before: "cat '\(log)' |", environment: "KUBELOG_DB=/proc/none/store.db")
      #expect(run.status == 73)
      #expect(run.output == String(decoding: FileManager.default.contents(atPath: log) ?? Data(), as: UTF8.self))
      #expect(run.error.contains("cannot create the store at /proc/none/store.db"))
    }
  }

  /// Who writes into the pipe is seen through the copying.
  @Test(arguments: [("./kubeadm -c 'sleep 0.2; echo \"$(cat old.log)\"; sleep 1; :'", true), ("cat old.log", false)])
  func aCopyIsAsLiveAsWhatIsCopied(_ writer: String, _ isLive: Bool) throws {
    try with { command in
      let made = """
        ln -s "$(command -v bash)" kubeadm; cp '\(Command.fixtures)/ha-install/01-cp1-init.txt' old.log; \(writer) |
        """
      _ = try command.run("ingest --tee", before: made)
      let sources = try command.run("query --sql 'SELECT time_source FROM v_events' -o csv").output
      #expect(sources.contains("arrival") == isLive && sources.contains("file") != isLive)
    }
  }

  @Test(arguments: ["ingest --tee old.log", "ingest --tee -o json"])
  func whatTeeCannotDoIsSaid(_ arguments: String) throws {
    try with { command in
      let run = try command.run(arguments, before: ": |")
      #expect(run.status == 64 && run.error.contains("--tee"))
    }
  }

  // MARK: What another process sees meanwhile

  private static let live = ["ingest -", "ingest --live", "ingest --tee", "run -- cat"]

  /// One line comes and then nothing: another process sees what it says while the writer still holds the pipe open.
  @Test(arguments: live)
  func aLineIsStoredWhileTheStreamGoesOn(_ arguments: String) throws {
    try with { command in
      let run = try command.run(
        "query sessions -o csv",
        before: """
          mkfifo pipe; '\(Command.program)' \(arguments) <pipe >copy 2>&1 & process=$!
          exec 3>pipe; echo '[init] Using Kubernetes version: v1.31.0' >&3
          for turn in $(seq 600); do
            '\(Command.program)' query sessions -o csv 2>/dev/null | grep -q v1.31.0 && echo seen >seen && break; sleep 0.1
          done
          exec 3>&-; wait $process;
          """)
      #expect(file("seen", of: command) == Array("seen\n".utf8))
      #expect(run.output.contains("v1.31.0"))
    }
  }

  /// Lines that come one after the other without a pause do not keep each other from being stored.
  @Test(arguments: ["ingest --live", "ingest --live --tee", "run -- cat"])
  func aStreamWithoutPausesIsStoredAsItComes(_ arguments: String) throws {
    try with { command in
      _ = try command.run(
        "query sessions -o csv",
        before: """
          mkfifo pipe; '\(Command.program)' \(arguments) <pipe >copy 2>&1 & process=$!
          (echo '[init] Using Kubernetes version: v1.31.0'
          for turn in $(seq 6000); do [ -e seen ] && exit; echo "[certs] line $turn"; sleep 0.01; done) >pipe & writer=$!
          for turn in $(seq 600); do
            kill -0 $writer || break
            '\(Command.program)' query sessions -o csv 2>/dev/null | grep -q v1.31.0 && echo seen >seen && break; sleep 0.1
          done
          wait $writer; wait $process;
          """)
      #expect(file("seen", of: command) == Array("seen\n".utf8))
    }
  }
}
