import FoundationEssentials
import Testing

/// `kubelog run` and the live line on a real terminal.
@Suite struct RunOnTerminalTests {
  private func with(_ body: (Command) throws -> Void) throws {
    let command = try Command()
    defer { command.clean() }
    try body(command)
  }

  private let erase = "\r\u{1B}[K"

  @Test func theCommandHasATerminalOfTheSameSize() throws {
    try with { command in
      let person = try Person(
        command, "$kubelog run -- sh -c 'stty size; for d in 0 1 2; do test -t $d && echo tty; done; exit 3'",
        columns: 40)
      #expect(person.end() == 3)
      #expect(person.shown == "24 40\r\ntty\r\ntty\r\ntty\r\n")
    }
  }

  @Test func whatIsRedirectedStaysApart() throws {
    try with { command in
      let script = "test -t 1 && echo out; test -t 2 && echo tty >&2 || echo error >&2"
      let person = try Person(command, "$kubelog run -- sh -c '\(script)' 2>errors; echo; cat errors")
      #expect(person.end() == 0)
      #expect(person.shown == "out\r\n\r\nerror\r\n")
      let other = try Person(command, "$kubelog run -- sh -c '\(script)' >output; echo; cat output")
      #expect(other.end() == 0)
      #expect(other.shown == "error\r\n\r\n")
      let piped = try Person(command, "echo y | $kubelog run -- sh -c 'read a; echo got $a; test -t 1 && echo tty'")
      #expect(piped.end() == 0)
      #expect(piped.shown == "got y\r\ntty\r\n")
    }
  }

  @Test func aNewSizeReachesTheCommand() throws {
    try with { command in
      let script = "trap \"stty size; exit\" WINCH; echo ready; while :; do sleep 0.1; done"
      let person = try Person(command, "$kubelog run -- sh -c '\(script)'")
      #expect(person.sees("ready"))
      person.resize(columns: 100)
      #expect(person.end() == 0)
      #expect(person.shown.hasSuffix("24 100\r\n"))
    }
  }

  @Test func keysMeanWhatTheCommandSays() throws {
    try with { command in
      let person = try Person(
        command, "$kubelog run -- cat; echo $?; $kubelog run -- sh -c 'echo ready; exec sleep 600'")
      person.type("hello\r")
      #expect(person.sees("hello\r\nhello\r\n"))
      person.type("\u{4}")
      #expect(person.sees("0\r\nready\r\n"))
      person.type("\u{3}")
      #expect(person.end() == 130)
    }
  }

  /// However it ends, the terminal is as it was.
  @Test(arguments: [
    "true", "sh -c 'stty raw -echo'", "sh -c 'kill -9 $$'", "sh -c 'kill -TERM $PPID; sleep 600'", "none",
  ])
  func theTerminalIsAsItWas(_ words: String) throws {
    try with { command in
      let person = try Person(
        command,
        "stty -a >before; $kubelog run -- \(words) >/dev/tty; stty -a >after; cmp before after && echo the same")
      #expect(person.end() == 0)
      #expect(person.shown.contains("the same"))
      let typed = try Person(
        command, "stty -a >before; $kubelog run -- \(words); stty -a >after; cmp before after && echo the same")
      #expect(typed.end() == 0)
      #expect(typed.shown.contains("the same"))
    }
  }

  @Test func stoppedAndContinuedByAShell() throws {
    try with { command in
      let person = try Person(command, "PS1='> ' exec bash --norc --noprofile -i")
      person.type("$kubelog run -- sh -c 'echo first; sleep 1; echo second'\r")
      #expect(person.sees("first\r\n"))
      person.type("\u{1A}")
      #expect(person.sees("Stopped"))
      person.type("stty -a | grep -o ' icanon'; echo mark\r")
      #expect(person.sees(" icanon\r\nmark\r\n"))
      #expect(!person.shown.contains("second\r\n"))
      person.type("fg\r")
      #expect(person.sees("second\r\n"))
      person.type("exit\r")
      #expect(person.end() == 0)
    }
  }

  // MARK: The live line

  /// A kubeadm that says what it waits for, waits for the file `go`, and says more.
  private let kubeadm = """
    cat >kubeadm <<'END'
    #!/bin/sh
    echo '[init] Using Kubernetes version: v1.31.0'
    echo '[wait-control-plane] Waiting for the kubelet to boot up the control plane'
    n=0; while [ ! -e go ] && [ $n -lt 600 ]; do sleep 0.1; n=$((n+1)); done
    echo '[apiclient] All control plane components are healthy after 5.0 seconds'
    exit 1
    END
    chmod +x kubeadm;
    """
  private let said = """
    [init] Using Kubernetes version: v1.31.0\r
    [wait-control-plane] Waiting for the kubelet to boot up the control plane\r
    [apiclient] All control plane components are healthy after 5.0 seconds\r

    """

  private func go(_ command: Command) {
    _ = FileManager.default.createFile(atPath: "\(command.folder)/go", contents: nil)
  }

  /// The line stands below the output and is gone before more of it comes: without it, the output is as the command wrote it.
  @Test(arguments: [
    "$kubelog run -- ./kubeadm init", "./kubeadm init | $kubelog ingest --live --tee",
    "./kubeadm init | $kubelog ingest --live --tee | cat", "$kubelog run -- ./kubeadm init | cat",
  ])
  func theLiveLineStandsBelowTheOutput(_ script: String) throws {
    try with { command in
      let person = try Person(command, "\(kubeadm) \(script)")
      #expect(person.sees(" wait-control-plane  0 s"))
      #expect(person.sees(" wait-control-plane  1 s"))
      go(command)
      #expect(person.end() != nil)
      let output = String(person.shown.prefix { _ in true }.split(separator: "kubelog: ", maxSplits: 1)[0])
      let drawn = output.split(separator: erase)
      #expect(drawn.count > 2)
      let passed = drawn.map { piece in
        // Up to the `s` behind the seconds it is the line's own.
        guard piece.hasPrefix("  "), let end = piece.firstIndex(of: "s", after: "  ") else { return String(piece) }
        return String(piece[end...].dropFirst())
      }
      #expect(passed.joined() == said)
    }
  }

  @Test func theLiveLineFitsTheWindow() throws {
    try with { command in
      let person = try Person(command, "\(kubeadm) $kubelog run -- ./kubeadm init", columns: 40)
      #expect(person.sees(" wait-control-plane  0 s"))
      person.resize(columns: 20)
      #expect(person.sees(" wait-control-pl" + erase))
      go(command)
      #expect(person.end() == 1)
    }
  }

  @Test(arguments: [
    ("dumb", "$kubelog run -- ./kubeadm init"), ("dumb", "./kubeadm init | $kubelog ingest --live --tee"),
    ("xterm", "$kubelog run -- ./kubeadm init 2>errors"),
    // Who moves the cursor has the terminal to himself.
    ("xterm", "$kubelog run -- sh -c 'printf \"\\033[1;1H\"; ./kubeadm init'"),
  ])
  func whereItCannotBeThereIsNone(_ term: String, _ script: String) throws {
    try with { command in
      let person = try Person(command, "\(kubeadm) \(script)", term: term)
      #expect(person.sees("boot up the control plane"))
      // A second in which it would be drawn.
      let other = try Person(command, "sleep 1")
      #expect(other.end() == 0)
      go(command)
      #expect(person.end() != nil)
      #expect(!person.shown.contains("wait-control-plane  "))
    }
  }
}

extension Substring {
  /// The place of `letter` behind the second occurrence of `mark`.
  fileprivate func firstIndex(of letter: Character, after mark: String) -> Index? {
    guard let second = dropFirst(mark.count).firstRange(of: mark) else { return nil }
    return self[second.upperBound...].firstIndex(of: letter)
  }
}
