import ArgumentParser
import KubelogKit

/// `kubelog ingest`: read sources into the store.
struct IngestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ingest",
    abstract: "Read kubeadm output, kubelet journals and kubectl tables into the store.",
    discussion: """
      Reading the same or overlapping input again changes nothing. Values of secrets are sealed under the key in
      KUBELOG_SEAL_KEY_FILE, else kubelog/seal.key below XDG_CONFIG_HOME or ~/.config, which is made when there is none.

      Examples:
        kubeadm init --upload-certs --control-plane-endpoint lb:6443 2>&1 | kubelog ingest
        kubeadm init 2>&1 | kubelog ingest --tee | tee init.log
        journalctl -u kubelet | kubelog ingest --recorded
        kubelog ingest init.log join-*.log --at 2026-11-23T14:00:00Z
        kubelog ingest support-bundle/ kubelet.log.gz --no-secrets
        kubelog ingest --follow /var/log/syslog /var/log/kubeadm/
        kubelog ingest --journal --unit kubelet --unit containerd --follow

      --follow and --journal remember how far they read, and go on there. SIGINT, SIGTERM and SIGHUP end after what was read is
      kept; a second one ends at once.
      """)

  @Argument(help: ArgumentHelp("Files and folders to read; - is standard input.", valueName: "file"))
  var files: [String] = []

  @Flag(
    name: .shortAndLong, help: "Go on reading what is written to the files, through rotations; go on there next time.")
  var follow = false

  @Flag(name: .long, help: "Read this machine's journal through journalctl; go on there next time.")
  var journal = false

  @Option(
    name: .long, help: ArgumentHelp("A unit of the journal; kubelet where none is named.", valueName: "name"))
  var unit: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Where in the journal to begin the first time, as journalctl takes it: yesterday, -2h.", valueName: "time"))
  var since: String?

  @OptionGroup var sourceOptions: SourceFlags

  @Option(name: .shortAndLong, help: "The form of the summary: table (sentences on standard error) or json.")
  var output: SummaryForm = .table

  @OptionGroup var values: ValueFlags

  @Flag(
    name: .long,
    help: "Copy standard input to standard output, unchanged and at once, whatever becomes of reading it.")
  var tee = false

  @Flag(name: .shortAndLong, help: "Show what was not understood, by shape; all of it: query unknown-lines.")
  var verbose = false

  @OptionGroup var common: CommonOptions

  /// How the summary is printed.
  enum SummaryForm: String, ExpressibleByArgument, CaseIterable { case table, json }

  func validate() throws {
    if tee {
      if journal || follow || files.contains(where: { $0 != "-" }) {
        throw ValidationError("--tee copies standard input: read files and the journal by another ingest")
      }
      if output == .json { throw ValidationError("--tee takes standard output: leave out -o json") }
    }
    if journal {
      if !files.isEmpty { throw ValidationError("--journal reads the journal and no files: leave out one of them") }
    } else {
      if !unit.isEmpty || since != nil { throw ValidationError("--unit and --since are for --journal: add it") }
      if follow, files.isEmpty || files.contains("-") {
        throw ValidationError("--follow is for files: standard input is read until it ends anyway")
      }
    }
  }

  func run() throws {
    // Who copies ends at once, as tee does; what came is recorded by another process all the same.
    if !tee { StopSignals.note() }
    try reporting {
      let kubelog = try common.kubelog()
      var options = try sourceOptions.options()
      options.keepsValues = !values.areLeftOut
      let begun = presentMicroseconds()
      var (summaries, status): ([SourceSummary], Int32) = ([], 0)
      var hasStoreFailed = false
      // Who was told to end and could not keep what was read says so instead.
      defer { if !hasStoreFailed { StopSignals.die() } }
      if follow || journal {
        do {
          try tell(try grow(kubelog, options), kubelog, begun)
        } catch let error as StoreError {
          hasStoreFailed = true
          throw error
        }
        return
      }
      if files.isEmpty || files.contains("-"), Terminal.isInput {
        Terminal.writeError("kubelog: reading from the terminal; end with Ctrl-D\n")
      }
      if tee { return try copy(kubelog, options) }
      reading: for file in files.isEmpty ? ["-"] : files where StopSignals.came == nil {
        do {
          for path in try inputs(file) where StopSignals.came == nil {
            do {
              summaries.append(try ingest(path, kubelog, options))
            } catch let error as StoreError {
              // What is wrong with the store is wrong for all inputs.
              status = max(status, report(error))
              hasStoreFailed = true
              break reading
            } catch {
              status = max(status, report(error))
            }
          }
        } catch {
          status = max(status, report(error))
        }
      }
      do {
        try tell(summaries, kubelog, begun)
      } catch {
        // A store that failed cannot be asked either, and why was said.
        guard hasStoreFailed else { throw error }
      }
      if status != 0 { throw ExitCode(status) }
    }
  }

  /// Prints what was read.
  private func tell(_ summaries: [SourceSummary], _ kubelog: Kubelog, _ begun: Int64) throws {
    // All is committed, and to judge it may take a while.
    StopSignals.letGo()
    // What was found in the inputs is judged with everything that was read before.
    let problems = summaries.isEmpty ? [] : try kubelog.problems(in: summaries)
    switch output {
    case .json:
      Terminal.writeOutput(json(summaries, problems.count, seconds: Double(presentMicroseconds() - begun) / 1e6))
    case .table:
      if !summaries.isEmpty {
        for line in try kubelog.summary(of: summaries, problems) { say("kubelog: \(line)") }
        if verbose { for line in Kubelog.unknownLines(in: summaries) { say("kubelog: \(line)") } }
      }
    }
    for note in Kubelog.notes(in: summaries) { say("kubelog: \(note)") }
  }

  /// Follows what is named until a signal comes.
  private func grow(_ kubelog: Kubelog, _ options: IngestOptions) throws -> [SourceSummary] {
    var view = liveView
    defer { view?.end() }
    let note = { (sentence: String) in say("kubelog: \(sentence)") }
    let show = { (progress: IngestProgress) in
      if view != nil { view?.show(progress, at: presentMicroseconds()) }
    }
    guard journal else {
      return try kubelog.follow(files, options, note: note, progress: show) { _ in StopSignals.came != nil }
    }
    let units = unit.isEmpty ? ["kubelet"] : unit
    return [
      try kubelog.ingestJournal(
        units: units, since: since, follows: follow, options, note: note, progress: show
      ) { _ in StopSignals.came != nil }
    ]
  }

  /// Reads standard input while it is copied.
  private func copy(_ kubelog: Kubelog, _ options: IngestOptions) throws {
    let outcome = kubelog.tee(options, line: liveLine) { Failure($0).parts }
    for sentence in outcome.summary { say("kubelog: \(sentence)") }
    outcome.tell()
    if let failure = outcome.failure { throw ExitCode(failure.status) }
    if outcome.isCut { throw ExitCode(74) }
  }

  /// The files that an argument stands for.
  private func inputs(_ path: String) throws -> [String] {
    guard path != "-", Folder.isFolder(path) else { return [path] }
    let listing = try Folder.files(below: path)
    if listing.skipped > 0 {
      let left =
        listing.skipped == 1
        ? "1 file in '\(path)' holds no text and was" : "\(listing.skipped) files in '\(path)' hold no text and were"
      say("kubelog: \(left) left out")
    }
    return listing.files
  }

  private func report(_ error: any Error) -> Int32 {
    let failure = Failure(error)
    failure.report()
    return failure.status
  }

  /// The lines on a person's terminal, nil where nobody looks.
  private var liveView: LiveView? {
    guard Terminal.isError, output == .table else { return nil }
    return LiveView(
      columns: { Terminal.columns(ofError: true) ?? 80 }, color: common.wantsColor(isTerminal: true),
      now: presentMicroseconds(), write: { Terminal.writeError($0) })
  }

  private func ingest(_ file: String, _ kubelog: Kubelog, _ options: IngestOptions) throws -> SourceSummary {
    var view = liveView
    defer { view?.end() }
    return try kubelog.ingest(file, options) {
      if view != nil { view?.show($0, at: presentMicroseconds()) }
    } until: {
      StopSignals.came != nil
    }
  }

  private func json(_ sources: [SourceSummary], _ problems: Int, seconds: Double) -> String {
    let sum = { (part: (SourceSummary) -> Int) in sources.reduce(0) { $0 + part($1) } }
    let parts = sources.map { source in
      """
      {"path":\(jsonText(source.path)),"format":\(jsonText(source.format)),"lines":\(source.lines),\
      "events":\(source.events),"truncated_lines":\(source.truncatedLines),"bad_utf8_lines":\(source.badUTF8Lines)}
      """
    }
    return """
      {"bytes":\(sum(\.bytes)),"lines":\(sum(\.lines)),"events":\(sum(\.events)),"new_events":\(sum(\.newEvents)),\
      "sessions":\(sum(\.sessions)),"secrets":\(sum(\.secrets)),"problems":\(problems),"seconds":\(seconds),\
      "sources":[\(parts.joined(separator: ","))]}

      """
  }
}

/// What the input belongs to.
struct NameFlags: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("The node the input comes from.", valueName: "name"))
  var node: String?

  @Option(name: .long, help: ArgumentHelp("The cluster it belongs to.", valueName: "name"))
  var cluster: String?
}

/// What is kept of secrets.
struct ValueFlags: ParsableArguments {
  @Flag(name: .customLong("no-secrets"), help: "Keep only ids and expiries of secrets, and no values.")
  var areLeftOut = false
}

/// What the user says about sources that they do not say themselves.
struct SourceFlags: ParsableArguments {
  @OptionGroup var names: NameFlags

  @Option(name: .long, help: ArgumentHelp("When the first session began (RFC 3339).", valueName: "time"))
  var at: String?

  @Option(name: .long, help: ArgumentHelp("The year of stamps that have none.", valueName: "n"))
  var year: Int?

  @Option(
    name: .customLong("as"),
    help: ArgumentHelp("What the input is, where it is not to be found out.", valueName: "format"))
  var form: SourceForm?

  @Flag(name: .long, help: "The input is being written now: arrival is its time.")
  var live = false

  @Flag(name: .long, help: "The input was written earlier: arrival says nothing.")
  var recorded = false

  func validate() throws {
    if live, recorded { throw ValidationError("--live and --recorded exclude each other: give one of them") }
    if let year, !(1970...9999).contains(year) { throw ValidationError("--year takes four digits, such as 2026") }
  }

  /// The options as the library takes them.
  func options() throws -> IngestOptions {
    var options = IngestOptions()
    (options.node, options.cluster, options.year) = (names.node, names.cluster, year)
    options.form = form
    options.isLive = live ? true : recorded ? false : nil
    if let at {
      guard let moment = microseconds(at) else {
        throw ValidationError("'\(at)' is no time: give --at as 2026-11-23T14:00:00Z")
      }
      options.at = moment
    }
    return options
  }
}
