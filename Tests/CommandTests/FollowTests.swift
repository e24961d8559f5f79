import FoundationEssentials
import Glibc
import KubelogKit
import TestSamples
import Testing

/// `ingest --follow` with real processes: a log that is written, rotated, emptied and replaced while it is followed, while
/// nobody follows it, and when who follows it is killed, ends in the store as if it had been read at once.
@Suite struct FollowTests {
  private static let journal = Command.fixtures + "/journal/generated/input.journal.txt"

  /// `line A B` prints lines of the journal; `shown N` waits until the store has N lines of a.log, `stop` ends following.
  private static let words = """
    line() { sed -n "$1,$2p" '\(journal)'; }
    k() { '\(Command.program)' "$@"; }
    follow() { '\(Command.program)' ingest --follow --year 2026 "${@:-a.log}" >>out 2>>err & pid=$!; }
    stop() { kill -TERM $pid; wait $pid; [ $? = 143 ] || echo "ended with $?" >>faults; }
    until_() { n=0; until [ "$(eval "$1")" = "$2" ]; do n=$((n+1)); [ $n -gt 600 ] && { echo "$1 is not $2" >>faults; kill $pid; exit 1; }; sleep 0.05; done; }
    shown() { until_ "k query sources -o csv 2>/dev/null | grep /a.log | cut -d, -f4" "$1"; }

    """

  private func with(_ script: String, isAlone: Bool = true, _ body: (Command) throws -> Void = { _ in }) throws {
    let command = try Command()
    defer { command.clean() }
    _ = try command.run(script: ": >out; : >err; : >faults\n" + Self.words + script)
    #expect(
      FileManager.default.text("\(command.folder)/faults") == "", "\(FileManager.default.text("\(command.folder)/err"))"
    )
    if isAlone { try isAsReadAtOnce(command) }
    try body(command)
  }

  /// Holds the store against that of the same read at once, by the same path.
  private func isAsReadAtOnce(_ command: Command) throws {
    let whole = try command.run(
      script:
        "cp '\(Self.journal)' a.log; '\(Command.program)' ingest --year 2026 --db whole.db a.log >out 2>whole-err"
    )
    #expect(whole.status == 0)
    let followed = try dump(ofStore: command.store).filter {
      !$0.hasPrefix("text(\"source\")") || $0.contains("/a.log")
    }
    let (one, other) = (Set(try dump(ofStore: "\(command.folder)/whole.db")), Set(followed))
    #expect(one.subtracting(other).sorted().prefix(3) == [])
    #expect(other.subtracting(one).sorted().prefix(3) == [])
  }

  private func whileLocked(_ command: Command, _ script: String) throws -> Command.Outcome {
    try command.runWhileLocked(script: ": >out; : >err; : >faults\n" + Self.words + script)
  }

  // MARK: Growth and rotations

  @Test func growthIsFollowed() throws {
    try with(
      """
      line 1 20 >a.log; follow; shown 20
      line 21 21 >>a.log; shown 21
      line 22 22 | head -c 40 >>a.log; sleep 0.2; line 22 22 | tail -c +41 >>a.log; shown 22
      line 23 224 >>a.log; shown 224; stop
      """)
  }

  @Test func aLogThatIsRenamedIsReadToItsEndFirst() throws {
    try with(
      """
      line 1 50 >a.log; follow; shown 50
      mv a.log a.log.1; line 51 90 >>a.log.1; shown 90; : >a.log; line 91 100 >>a.log.1; shown 100
      line 101 150 >>a.log; shown 150
      mv a.log a.log-20261123; line 151 200 >a.log; shown 200
      line 201 224 >>a.log; shown 224; stop
      """)
  }

  @Test func aLogThatIsCopiedAndEmptiedIsFollowed() throws {
    try with(
      """
      line 1 50 >a.log; follow; shown 50
      cp a.log a.log.1; : >a.log; line 51 60 >>a.log; shown 60
      line 61 100 >>a.log; shown 100
      mv a.log.1 a.log.2; cp a.log a.log.1; : >a.log; line 101 224 >>a.log; shown 224; stop
      """)
  }

  @Test func aLogThatIsReplacedIsFollowed() throws {
    try with(
      """
      line 1 50 >a.log; follow; shown 50
      line 51 90 >new; mv new a.log; shown 90
      rm a.log; line 91 224 >a.log; shown 224; stop
      """)
  }

  // MARK: Stopped meanwhile

  @Test func readingGoesOnWhereItStopped() throws {
    try with(
      """
      line 1 50 >a.log; follow; shown 50; stop
      line 51 70 >>a.log; follow; shown 70; stop
      follow; line 71 224 >>a.log; shown 224; stop
      """
    ) { command in
      // What was read before is no part of the last summary.
      let said = FileManager.default.text("\(command.folder)/err").split(separator: "\n")
      #expect(said.filter { $0.contains(" lines, ") }.map { $0.split(separator: " ")[1] } == ["50", "20", "154"])
    }
  }

  @Test func severalRotationsWhileNobodyFollows() throws {
    try with(
      """
      line 1 50 >a.log; follow; shown 50; stop
      line 51 60 >>a.log; mv a.log a.log.1; line 61 100 >a.log; sleep 0.02
      mv a.log.1 a.log.2; mv a.log a.log.1; line 101 130 >a.log; sleep 0.02
      mv a.log.2 a.log.3; mv a.log.1 a.log.2; mv a.log a.log.1; gzip a.log.2; line 131 200 >a.log
      follow; shown 200; line 201 224 >>a.log; shown 224; stop
      """)
  }

  @Test func emptiedWhileNobodyFollows() throws {
    try with(
      """
      line 1 50 >a.log; follow; shown 50; stop
      line 51 60 >>a.log; cp a.log a.log.1; : >a.log; line 61 224 >>a.log
      follow; shown 224; stop
      """)
  }

  @Test func packedWhileNobodyFollows() throws {
    try with(
      """
      line 1 50 >a.log; follow; shown 50; stop
      line 51 60 >>a.log; mv a.log a.log.1; gzip a.log.1; line 61 224 >a.log
      follow; shown 224; stop
      """)
  }

  /// An inode is used again, but what stands in the file is another's.
  @Test func whatIsLostIsSaid() throws {
    try with(
      """
      line 100 150 >a.log; follow; shown 51; stop
      line 1 224 >a.log; follow; shown 275; stop
      grep -q "is not what it was when reading stopped" err || echo "nothing said" >>faults
      rm "$KUBELOG_DB"*; follow; shown 224; stop
      """)
  }

  // MARK: Killed

  /// Killed at once after starting, in the middle, and after everything was read; rotated with nobody there or somebody.
  @Test func whoeverIsKilledReadsOn() throws {
    try with(
      """
      : >a.log; follow; i=0
      while [ $i -lt 224 ]; do
        line $((i+1)) $((i+7)) >>a.log; i=$((i+7))
        case $i in 21|105) shown $i;; esac
        case $i in 21|49|77|105|133|161|189) kill -9 $pid; wait $pid; follow;; esac
        case $i in 70) mv a.log a.log.1; : >a.log;; 140) cp a.log a.log.2; : >a.log;; esac
      done
      shown 224; stop
      """)
  }

  // MARK: Locked

  /// It is asked again and again, and what comes meanwhile waits, through a rotation.
  @Test func aLockedStoreIsWaitedFor() throws {
    let command = try Command()
    defer { command.clean() }
    _ = try whileLocked(
      command,
      """
      export KUBELOG_WAIT=0.05
      line 1 50 >a.log; follow; shown 50; isLocked; line 51 70 >>a.log
      until_ "grep -c 'is locked by another program: what comes meanwhile is kept as soon as it is free' err" 1
      mv a.log a.log.1; line 71 90 >>a.log.1; line 91 150 >a.log; sleep 0.3; cp a.log a.log.0; : >a.log; mv a.log.0 a.log.2
      : >free; shown 150; line 151 224 >>a.log; shown 224; stop
      """)
    #expect(FileManager.default.text("\(command.folder)/faults") == "")
    try isAsReadAtOnce(command)
  }

  /// A new file in a folder cannot be taken up before.
  @Test func aFileThatComesWhileTheStoreIsLockedIsTakenUp() throws {
    let command = try Command()
    defer { command.clean() }
    _ = try whileLocked(
      command,
      """
      export KUBELOG_WAIT=0.05; mkdir d
      line 1 50 >a.log; follow a.log d; shown 50; isLocked; line 1 20 >d/one.log
      until_ "grep -c 'is locked by another program: what comes' err" 1
      : >free; until_ "k query sources -o csv | grep /one.log, | cut -d, -f4" 20; stop
      """)
    #expect(FileManager.default.text("\(command.folder)/faults") == "")
  }

  /// What was read is not kept: so it ends as a store that is locked, and not as if all were well.
  @Test(arguments: ["ingest --follow --year 2026 a.log", "ingest --year 2026 - <pipe"])
  func aSignalWhileTheStoreIsLockedForLongIsNoSuccess(_ arguments: String) throws {
    let command = try Command()
    defer { command.clean() }
    let isPipe = arguments.hasSuffix("pipe")
    _ = try whileLocked(
      command,
      """
      mkfifo pipe; exec 3<>pipe
      KUBELOG_WAIT=0.05 '\(Command.program)' \(arguments) >>out 2>>err 3>&- & pid=$!
      line 1 50 | tee a.log >&3
      until_ "k query --sql 'SELECT count(*) > 5 FROM v_events' -o csv 2>/dev/null | tail -n 1" 1
      isLocked; line 51 70 | tee -a a.log >&3; sleep 0.3; kill -TERM $pid; wait $pid; code=$?
      : >free; [ $code = 75 ] || echo "ended with $code" >>faults
      exec 3>&-; line 71 224 >>a.log
      \(isPipe ? "k ingest --year 2026 a.log >>out 2>>again" : "follow; shown 224; stop")
      """)
    #expect(FileManager.default.text("\(command.folder)/faults") == "")
    let said = FileManager.default.text("\(command.folder)/err")
    #expect(
      said.contains("kubelog: the store at \(command.store) is locked by another program: try again in a moment\n"))
    if !isPipe { try isAsReadAtOnce(command) }
  }

  // MARK: Several

  @Test func severalFilesAndAFolder() throws {
    try with(
      """
      mkdir -p d/deep; line 1 100 >a.log; follow a.log b.log d; shown 100
      until_ 'grep -c "no file .*b.log. yet: waiting for it" err' 1
      has() { until_ "k query sources -o csv | grep /$1, | cut -d, -f4" "$2"; }
      line 1 10 >b.log; has b.log 10
      line 1 20 >d/one.log; has one.log 20; line 1 30 >d/deep/two.log; has two.log 30
      mkdir d/later; line 1 5 >d/later/three.log; has three.log 5; line 6 9 >>d/later/three.log; has three.log 9
      line 101 224 >>a.log; shown 224; line 21 22 >>d/one.log; has one.log 22
      mv d/one.log d/one.log.1; line 23 25 >d/one.log; has one.log 25
      stop; k query sources -o csv | grep -q one.log.1 && echo "the old file was read as another" >>faults; :
      """, isAlone: false)
  }

  // MARK: Ends

  @Test(arguments: [("INT", 130), ("TERM", 143), ("HUP", 129)])
  func aSignalEndsAfterCommitting(_ signal: String, _ status: Int32) throws {
    let command = try Command()
    defer { command.clean() }
    // In front, since a shell without job control has its background ignore SIGINT.
    let ended = try command.run(
      script: """
        mkfifo pipe
        (
          exec 3>pipe; cat '\(Command.fixtures)/ha-install/01-cp1-init.txt' >&3
          n=0; until '\(Command.program)' sessions -o csv 2>/dev/null | grep -q init; do n=$((n+1)); [ $n -gt 600 ] && break; sleep 0.05; done
          echo '[reset] Reading configuration from the cluster...' >&3
          kill -\(signal) $(cat pid); sleep 1
        ) &
        sh -c 'echo $$ >pid; exec "$0" ingest --recorded - <pipe >out 2>err' '\(Command.program)'
        """)
    #expect(ended.status == status)
    #expect(ended.error.contains("last session: "))
    #expect(try command.run("sessions -o csv").output.contains("init,"))
    // What the pipe held when the signal came.
    #expect(try command.run("sessions -o csv").output.contains("reset,"))
  }

  /// The answer waits in a pipe that nobody reads, which is more than it holds.
  @Test func aSignalEndsAtOnceWhenAllIsCommitted() throws {
    let command = try Command()
    defer { command.clean() }
    let ended = try command.run(
      script: """
        mkdir d; mkfifo full; exec 4<>full
        for n in $(seq 300); do echo "[init] Using Kubernetes version: v1.31.$n" >d/$(printf '%0240d' $n); done
        '\(Command.program)' ingest --recorded -o json d >&4 2>err &
        pid=$!; n=0
        for caught in 1 0; do
          until [ $(( 0x$(sed -n 's/^SigCgt:[^0-9a-f]*//p' /proc/$pid/status) >> 14 & 1 )) = $caught ]; do
            n=$((n+1)); [ $n -gt 1200 ] && break; sleep 0.05
          done
        done
        sleep 0.5; kill -TERM $pid; n=0
        while kill -0 $pid 2>/dev/null; do n=$((n+1)); [ $n -gt 600 ] && kill -9 $pid; sleep 0.05; done
        wait $pid
        """)
    #expect(ended.status == 143)
    #expect(try command.run("query sources -o csv").output.split(whereSeparator: \.isNewline).count == 301)
  }

  /// The store is locked for good, so that the first signal waits to commit; the second does not wait for it.
  @Test(
    arguments: [
      ("ingest --recorded - <pipe", "INT", 2), ("ingest --recorded - <pipe", "TERM", 15),
      ("ingest --follow --recorded a.log", "HUP", 1),
    ] as [(String, String, Int32)])
  func aSecondSignalEndsAtOnce(_ arguments: String, _ signal: String, _ number: Int32) throws {
    let command = try Command()
    defer { command.clean() }
    // In front, since a shell without job control has its background ignore SIGINT. A signal that is not caught any more was
    // taken: the next is another.
    let ended = try whileLocked(
      command,
      """
      mkfifo pipe; : >a.log
      (
        exec 3<>pipe; cat '\(Command.fixtures)/ha-install/01-cp1-init.txt' | tee a.log >&3
        until_ "k sessions -o csv 2>/dev/null | grep -c init," 1
        isLocked; cat '\(Command.fixtures)/ha-install/02-cp2-join.txt' | tee -a a.log >&3; pid=$(cat pid)
        caught() { echo $(( 0x$(sed -n 's/^SigCgt:[^0-9a-f]*//p' /proc/$pid/status) >> \(number - 1) & 1 )); }
        [ "$(caught)" = 1 ] || echo "it is not noted" >>faults
        kill -\(signal) $pid; until_ caught 0; sleep 0.3
        kill -0 $pid || echo "it did not wait" >>faults
        kill -\(signal) $pid; n=0
        while kill -0 $pid 2>/dev/null; do n=$((n+1)); [ $n -gt 600 ] && { echo "it waits" >>faults; kill -9 $pid; break; }; sleep 0.05; done
        : >free
      ) &
      KUBELOG_WAIT=86400 sh -c 'echo $$ >pid; exec "$0" \(arguments) >>out 2>>err' '\(Command.program)'
      code=$?; wait; exit $code
      """)
    #expect(FileManager.default.text("\(command.folder)/faults") == "")
    #expect(ended.status == 128 + number)
    #expect(ended.error == "")
    #expect(try command.run("db check").status == 0)
    // Nothing of what was read since is there, and all of it after the same again.
    #expect(try !command.run("sessions -o csv").output.contains("join,"))
    let again = arguments.replacing("- <pipe", with: "a.log").replacing("--follow", with: "")
    #expect(try command.run(again).status == 0)
    #expect(try command.run("sessions -o csv").output.contains("join,"))
  }

  @Test func aReaderThatLeavesEndsParseQuietly() throws {
    let command = try Command()
    defer { command.clean() }
    let parsed = try command.run("parse --year 2026 '\(Self.journal)' | head -n 1; :")
    #expect(parsed.error.isEmpty)
    #expect(parsed.status == 0)
  }

  @Test(arguments: [
    ("--follow", "standard input is read until it ends anyway"), ("--follow -", "--follow is for files"),
    ("--journal a.log", "leave out one of them"), ("--unit kubelet a.log", "are for --journal"),
  ])
  func mistakesAreNamed(_ words: String, _ sentence: String) throws {
    let command = try Command()
    defer { command.clean() }
    let asked = try command.run("ingest \(words)")
    #expect(asked.status == 64)
    #expect(asked.error.contains(sentence))
  }
}

extension FileManager {
  /// The text of a file, "" where there is none.
  fileprivate func text(_ path: String) -> String {
    contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
