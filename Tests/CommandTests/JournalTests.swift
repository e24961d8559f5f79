import FoundationEssentials
import TestSamples
import Testing

/// `ingest --journal` with a journalctl that does what the real one (systemd 219 to 257) does with the options that are used.
@Suite struct JournalTests {
  private static let journal = Command.fixtures + "/envelopes/journal-json/input.journal.txt"

  /// `journal` holds what is logged; `since` the number of the first line that is not older than yesterday.
  private static let journalctl = #"""
    #!/bin/sh
    cursor= since= follow= format= units=
    echo "$$ $*" >>calls
    while [ $# -gt 0 ]; do
      case $1 in
        --no-pager|--all|--no-tail) ;;
        --output=json) format=json;;
        --cursor=*) cursor=${1#*=};;
        --since=*) since=${1#*=};;
        --follow) follow=1;;
        --unit) units="$units $2"; shift;;
        *) echo "journalctl: unrecognized option '$1'" >&2; exit 1;;
      esac
      shift
    done
    [ -n "$cursor" ] && [ -n "$since" ] && { echo "Please specify only one of --since=, --cursor=, and --after-cursor." >&2; exit 1; }
    [ "$format" = json ] || exit 1
    [ -e forbidden ] && { echo "No journal files were opened due to insufficient permissions." >&2; exit 1; }
    [ -e journal ] || { echo "No journal files were found." >&2; exit 0; }
    from=1
    case $since in
      "") ;;
      yesterday) from=$(cat since);;
      *) echo "Failed to parse timestamp: $since" >&2; exit 1;;
    esac
    if [ -n "$cursor" ]; then
      # The entry itself; where it is gone the next that is there.
      from=$(grep -nF "$cursor" journal | head -n 1 | cut -d: -f1)
    fi
    [ -n "$follow" ] && exec tail -n +"${from:-1}" -f journal
    exec tail -n +"${from:-1}" journal
    """#

  private static let words = """
    mkdir bin; PATH="$PWD/bin:$PATH"; cat >bin/journalctl <<'END'
    \(journalctl)
    END
    chmod +x bin/journalctl; : >calls; : >faults
    line() { sed -n "$1,$2p" '\(journal)'; }
    k() { '\(Command.program)' "$@"; }
    shown() { n=0; until k query sources -o csv 2>/dev/null | grep -q "journal:.*,$1,"; do n=$((n+1)); [ $n -gt 600 ] && { echo "not $1" >>faults; break; }; sleep 0.05; done; }

    """

  private func run(
    _ script: String, isLocked: Bool = false, _ body: (Command, Command.Outcome) throws -> Void
  ) throws {
    let command = try Command()
    defer { command.clean() }
    let script = Self.words + script
    let outcome = try isLocked ? command.runWhileLocked(script: script) : command.run(script: script)
    #expect(FileManager.default.contents(atPath: "\(command.folder)/faults") == Data(), "\(outcome.error)")
    try body(command, outcome)
  }

  /// Holds the store against one that has read the lines of the journal at once.
  private func same(_ command: Command, as lines: String = "cat") throws {
    let whole = try command.run(
      script:
        "\(lines) '\(Self.journal)' | '\(Command.program)' ingest --recorded --time-zone UTC --db whole.db >out 2>err")
    #expect(whole.status == 0)
    let plain = { (path: String) in
      Set(try dump(ofStore: path).map { $0.replacing("journal:kubelet", with: "-") })
    }
    let (one, other) = (try plain("\(command.folder)/whole.db"), try plain(command.store))
    #expect(one.count > 10)
    #expect(one.subtracting(other).sorted().prefix(3) == [])
    #expect(other.subtracting(one).sorted().prefix(3) == [])
  }

  @Test func readingGoesOnAfterTheCursor() throws {
    try run(
      """
      for end in 1 2 3 5 8 13 21 34 35 36 55 60; do line 1 $end >journal; k ingest --journal >out 2>err || echo $end >>faults; done
      k ingest --journal >out 2>err
      """
    ) { command, outcome in
      #expect(outcome.status == 0)
      #expect(outcome.error.contains("0 lines, 0 events"))
      let calls = FileManager.default.contents(atPath: "\(command.folder)/calls").map {
        String(decoding: $0, as: UTF8.self)
      }
      let words = try #require(calls).split(separator: "\n")
      #expect(words[0].hasSuffix(" --no-pager --output=json --all --unit kubelet"))
      #expect(words.dropFirst().allSatisfy { $0.contains("--cursor=s=") && !$0.contains("--since") })
      try same(command)
    }
  }

  @Test func theJournalIsFollowed() throws {
    try run(
      """
      line 1 20 >journal; '\(Command.program)' ingest --journal --follow >out 2>err & pid=$!
      shown 20; line 21 40 >>journal; shown 40; kill -9 $pid; wait $pid
      line 41 50 >>journal; '\(Command.program)' ingest --journal --follow >out 2>err & pid=$!
      shown 50; line 51 60 >>journal; shown 60; kill -TERM $pid; wait $pid; ended=$?
      child=$(tail -n 1 calls | cut -d' ' -f1); kill -0 $child 2>/dev/null && echo "journalctl still runs" >>faults
      exit $ended
      """
    ) { command, outcome in
      #expect(outcome.status == 143)
      try same(command)
    }
  }

  /// Who follows waits, and what comes meanwhile is kept once the store is free; who is told to end meanwhile says so (75), and
  /// goes on the next time where what is kept ends.
  @Test(arguments: [false, true])
  func aLockedStore(isStopped: Bool) throws {
    let follow = "KUBELOG_WAIT=0.05 '\(Command.program)' ingest --journal --follow >>out 2>>err & pid=$!"
    try run(
      """
      line 1 20 >journal; \(follow)
      shown 20; isLocked; line 21 40 >>journal
      n=0; until grep -q 'is locked by another program: what comes' err || [ $n -gt 600 ]; do n=$((n+1)); sleep 0.05; done
      \(isStopped ? "kill -TERM $pid; wait $pid; [ $? = 75 ] || echo 'ended otherwise' >>faults; : >free" : ": >free; shown 40")
      line 41 60 >>journal; \(isStopped ? follow : ":")
      shown 60; kill -TERM $pid; wait $pid
      """, isLocked: true
    ) { command, outcome in
      #expect(outcome.status == 143)
      #expect(
        outcome.error.contains("is locked by another program: what comes meanwhile is kept as soon as it is free"))
      try same(command)
    }
  }

  /// Who does not follow does not wait for long; the next reading has all.
  @Test func aLockedStoreEndsReadingOnce() throws {
    try run(
      """
      line 1 20 >journal; k ingest --journal >out 2>err; isLocked
      line 21 60 >>journal; KUBELOG_WAIT=0.05 '\(Command.program)' ingest --journal >out 2>err; ended=$?; : >free
      k ingest --journal >again 2>&1; exit $ended
      """, isLocked: true
    ) { command, outcome in
      #expect(outcome.status == 75)
      #expect(
        outcome.error == "kubelog: the store at \(command.store) is locked by another program: try again in a moment\n")
      try same(command)
    }
  }

  /// The oldest entries are gone, among them the one where reading begins again, or also the last that was read.
  @Test(arguments: [2, 25])
  func whatWasVacuumedIsNoMatter(_ first: Int) throws {
    try run(
      """
      line 1 20 >journal; k ingest --journal >out 2>err
      line \(first) 60 >journal; k ingest --journal >out 2>err
      """
    ) { command, outcome in
      #expect(outcome.status == 0)
      let events = try command.run("timeline --fold none -o csv").output
      let whole = try command.run(
        script:
          "(sed -n 1,20p '\(Self.journal)'; sed -n '\(first),60p' '\(Self.journal)') | '\(Command.program)' ingest --recorded --time-zone UTC --db whole.db >out 2>err"
      )
      #expect(whole.status == 0)
      let other = try command.run("timeline --fold none -o csv --db whole.db").output
      let ids = { (text: String) in Set(text.split(separator: "\n").map { $0.prefix { $0 != "," } }) }
      #expect(ids(events) == ids(other) && ids(events).count > 10)
    }
  }

  @Test func unitsAreSourcesOfTheirOwn() throws {
    try run(
      "line 1 9 >journal; k ingest --journal --unit kubelet --unit containerd >out 2>err; k ingest --journal >out 2>err"
    ) {
      command, _ in
      let sources = try command.run("query sources -o csv").output
      #expect(sources.contains("\"journal:kubelet,containerd\"") && sources.contains("\njournal:kubelet,"))
    }
  }

  @Test func sinceIsForTheFirstTime() throws {
    try run("line 1 60 >journal; echo 31 >since; k ingest --journal --since yesterday >out 2>err") { command, outcome in
      #expect(outcome.error.contains("30 lines"))
      try same(command, as: "sed -n 31,60p")
      let again = try command.run(
        script: "PATH=\"$PWD/bin:$PATH\" '\(Command.program)' ingest --journal --since yesterday >out 2>err")
      #expect(again.error.contains("reading goes on after 2026-11-23 "))
      #expect(again.status == 0)
    }
  }

  @Test(arguments: [
    ("touch forbidden", "", 74, "this user may not read the journal: run kubelog as root"),
    (":", "", 66, "this machine has no journal files"),
    ("line 1 2 >journal", "--since quark", 64, "journalctl knows no time 'quark'"),
    ("printf '#!/bin/sh\\necho oops >&2; exit 3\\n' >bin/journalctl", "", 74, "journalctl ended with status 3: oops"),
    ("rm bin/journalctl; PATH=$PWD/bin", "", 66, "there is no journalctl here"),
  ])
  func whatIsMissingIsOneSentence(_ made: String, _ words: String, _ status: Int32, _ sentence: String) throws {
    try run("\(made)\nk ingest --journal \(words) >out 2>err") { command, outcome in
      #expect(outcome.status == status)
      #expect(outcome.error.hasPrefix("kubelog: \(sentence)"), "\(outcome.error)")
    }
  }

  @Test func aJournalThatShowsNothingIsSaid() throws {
    try run(": >journal; k ingest --journal >out 2>err") { _, outcome in
      #expect(outcome.status == 0)
      #expect(outcome.error.contains("the journal shows this user nothing of kubelet"))
    }
  }
}
