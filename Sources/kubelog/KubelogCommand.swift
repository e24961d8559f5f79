import ArgumentParser
import CStartup
import KubelogKit

/// The root of the command line. Synchronous on purpose: an asynchronous root starts ten times slower
/// in a static executable.
@main
struct KubelogCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kubelog",
    abstract: "Reads what kubeadm, kubelet and kubectl print, and answers what your cluster's life depends on.",
    discussion: """
      kubelog run -- kubeadm init --upload-certs …
      kubelog secrets --expiring
      kubelog timeline
      kubelog nodes
      """,
    version: "\(Version.number) (\(Version.commit))",
    subcommands: [
      IngestCommand.self, RunCommand.self, ParseCommand.self, SecretsCommand.self, JoinCommand.self,
      SessionsCommand.self,
      PhasesCommand.self, DiffCommand.self, TimelineCommand.self, NodesCommand.self, QuorumCommand.self,
      ProblemsCommand.self,
      ReportCommand.self, QueryCommand.self, RedactCommand.self, RulesCommand.self, DbCommand.self,
    ])

  static func main() {
    Terminal.ignoreBrokenPipes()
    let words = (1..<max(1, kl_argument_count())).compactMap { kl_argument($0).map { String(cString: $0) } }
    do {
      var command = try parseAsRoot(words)
      try command.run()
    } catch {
      let code = exitCode(for: error)
      guard !code.isSuccess else { exit(withError: error) }
      // The parser of arguments repeats them as they are.
      let message = fullMessage(for: error)
      if !message.isEmpty {
        for line in message.split(separator: "\n", omittingEmptySubsequences: false) { say(String(line)) }
      }
      exit(withError: code)
    }
  }
}

/// What is the same for every command.
struct CommonOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp("The store.", discussion: "Else KUBELOG_DB, else below XDG_STATE_HOME.", valueName: "path"))
  var db: String?

  @Option(name: .long, help: ArgumentHelp("Take this moment for the present (RFC 3339).", valueName: "time"))
  var now: String?

  @Flag(name: .long, help: "Show times in UTC.")
  var utc = false

  @Option(
    name: .long,
    help: ArgumentHelp("The zone of local times: an offset, UTC, or a name such as Asia/Seoul.", valueName: "zone"))
  var timeZone: String?

  @Option(name: .long, help: "Colours: auto, always or never.")
  var color: ColorChoice = .auto

  /// When to use colours.
  enum ColorChoice: String, ExpressibleByArgument, CaseIterable { case auto, always, never }

  /// The kubelog that the options describe.
  func kubelog() throws -> Kubelog {
    var kubelog = Kubelog(storePath: db ?? Kubelog.defaultStorePath)
    if let text = now ?? Terminal.environment("KUBELOG_NOW") {
      guard let moment = microseconds(text) else {
        throw ValidationError("'\(text)' is no time: give --now as 2026-11-23T14:00:00Z")
      }
      kubelog.now = moment
    }
    if let text = Terminal.environment("KUBELOG_WAIT") {
      guard let seconds = Double(text), (0...86_400).contains(seconds) else {
        throw Failure("KUBELOG_WAIT is '\(text)': give the seconds to wait for a locked store, such as 30", 78)
      }
      kubelog.patience = Int(seconds * 1_000)
    }
    if let timeZone {
      guard let zone = Zone.named(timeZone) else {
        throw Failure(
          "there is no zone '\(timeZone)' on this machine: give an offset such as +09:00, or install tzdata", 78)
      }
      kubelog.zone = zone
    }
    if utc { kubelog.zone = .utc }
    kubelog.isZoneGiven = utc || timeZone != nil
    return kubelog
  }

  /// How an answer is printed here.
  func presentation(_ output: OutputFormat) throws -> Presentation {
    let kubelog = try kubelog()
    return Presentation(
      format: output, width: Terminal.columns(), color: wantsColor(isTerminal: Terminal.isOutput),
      zone: kubelog.localZone, now: kubelog.now)
  }

  /// Whether output on a terminal (or not) is to be coloured.
  func wantsColor(isTerminal: Bool) -> Bool {
    switch color {
    case .always: true
    case .never: false
    case .auto: isTerminal && Terminal.environment("NO_COLOR") == nil && Terminal.environment("TERM") != "dumb"
    }
  }
}

/// How a listing is printed.
struct OutputOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "The form: table, json, ndjson, csv or markdown.")
  var output: OutputFormat = .table
}

/// A command that failed with a sentence and an exit status that README.md lists.
struct Failure: Error {
  var sentence: String
  var status: Int32

  init(_ sentence: String, _ status: Int32) {
    (self.sentence, self.status) = (sentence, status)
  }

  /// The sentence and status of any error of ours.
  init(_ error: any Error) {
    switch error {
    case let failure as Failure: self = failure
    case let error as QueryError: self.init(error.sentence, error.exitStatus)
    case let error as StoreError: self.init(error.sentence, error.exitStatus)
    case let error as JoinChoice: self.init(error.sentence, error.exitStatus)
    case let error as SessionChoice: self.init(error.sentence, error.exitStatus)
    case let error as RuleError: self.init(error.sentence, error.exitStatus)
    case let error as ReportError: self.init(error.sentence, error.exitStatus)
    case let error as WholeFile.Failure: self.init(error.sentence, error.exitStatus)
    case let error as OutputBytes.Failure: self.init(error.sentence, error.exitStatus)
    case let error as Journalctl.Failure: self.init(error.sentence, error.exitStatus)
    case let error as Input.Failure: self.init(error.sentence, error.exitStatus)
    default: self.init("internal fault: \(error)", 70)
    }
  }

  /// The two of them.
  var parts: (sentence: String, status: Int32) { (sentence, status) }

  /// Says the sentence on standard error.
  ///
  /// It is one line, whatever names of files stand in it.
  func report() { say("kubelog: \(sentence)") }
}

/// Writes a line on standard error; nothing in it acts on a terminal, whatever names and texts of inputs it has.
func say(_ line: String) { Terminal.writeError(visible(line) + "\n") }

extension ParsableCommand {
  /// Runs `body`; an error becomes one sentence on standard error and its exit status.
  func reporting(_ body: () throws -> Void) throws {
    do {
      try body()
      // What was asked for is not there as a whole.
      if let failure = Terminal.outputFailure { throw failure }
    } catch let exit as ExitCode {
      guard exit.isSuccess, let failure = Terminal.outputFailure else { throw exit }
      Failure(failure).report()
      throw ExitCode(failure.exitStatus)
    } catch let error as ValidationError {
      throw error
    } catch {
      let failure = Failure(error)
      failure.report()
      throw ExitCode(failure.status)
    }
  }

  /// Prints an answer as it is found; `note` goes to standard error where a table would be empty. `ask` gives its columns and
  /// its rows, and ends where a row was in vain.
  func show(
    _ common: CommonOptions, _ output: OutputFormat, emptyNote note: String,
    ask: (_ columns: ([Column]) -> Void, _ row: ([Value]) -> Bool) throws -> Void
  ) throws {
    let renderer = Renderer(try common.presentation(output))
    var (rows, count, text) = ((any AnswerRows)?.none, 0, "")
    // A reader that went away (`| head`) has what it wanted.
    func write(atLeast least: Int) -> Bool {
      guard text.utf8.count >= least else { return true }
      defer { text.removeAll(keepingCapacity: true) }
      return Terminal.writeOutput(text)
    }
    try ask { columns in
      rows = renderer.rows(under: columns)
      text = rows?.head ?? ""
    } _: { row in
      count += 1
      text += rows?.text(of: row) ?? ""
      return write(atLeast: 1 << 16)
    }
    text += rows?.end() ?? ""
    if count == 0, output == .table { say(note) }
    _ = write(atLeast: 1)
  }

  /// Prints an answer; `note` goes to standard error where a table would be empty.
  func show(_ table: ResultTable, _ common: CommonOptions, _ output: OutputFormat, emptyNote note: String) throws {
    try show(common, output, emptyNote: note) { columns, row in
      columns(table.columns)
      for values in table.rows where !row(values) { return }
    }
  }
}
