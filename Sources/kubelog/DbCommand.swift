import ArgumentParser
import KubelogKit

/// `kubelog db`: the store itself.
struct DbCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "db", abstract: "Look after the store: where it is, whether it is sound, what it is to forget.",
    discussion: """
      Nothing is ever forgotten by itself.

      Examples:
        kubelog db path
        kubelog db check
        kubelog db forget --before 2026-01-01T00:00:00Z --dry-run
        kubelog db compact
        kubelog db recover
      """,
    subcommands: [Path.self, Check.self, Recover.self, Compact.self, Forget.self])

  /// `kubelog db path`
  struct Path: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the store's path, whether it is there or not.",
      discussion: """
        Example:
          sqlite3 -readonly "$(kubelog db path)" .schema
        """)

    @OptionGroup var common: CommonOptions

    func run() throws {
      try reporting { Terminal.writeOutput(try common.kubelog().storePath + "\n") }
    }
  }

  /// `kubelog db check`
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Look through the whole store for damage; exit status 1 where there is any.",
      discussion: """
        Looks at each page and index, at the schema, at what refers to what, at what events hold, and whether the values of
        secrets open with the seal key. Ten million events take some minutes.

        Examples:
          kubelog db check
          kubelog db check -o json || kubelog db recover
        """)

    @OptionGroup var output: OutputOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
      try reporting {
        let check = try common.kubelog().check()
        let table = ResultTable(
          columns: [
            Column(name: "part", type: .text, title: "PART"), Column(name: "finding", type: .text, title: "FINDING"),
            Column(name: "count", type: .integer, title: "COUNT"),
          ],
          rows: check.findings.map { [.text($0.part), .text($0.finding), .integer(Int64($0.count))] })
        let opened = check.opened == 0 ? "" : "; \(counted(check.opened, "value")) of secrets open"
        try show(
          table, common, output.output,
          emptyNote: "the store is sound: \(counted(check.events, "row")) of events\(opened)")
        if let seal = check.seal {
          say("kubelog: whether values of secrets open was not tried: \(seal.sentence)")
        }
        guard check.findings.isEmpty else {
          Terminal.writeError("kubelog: the store is damaged: kubelog db recover saves what can be saved\n")
          throw ExitCode(1)
        }
      }
    }
  }

  /// `kubelog db recover`
  struct Recover: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Save what can be saved of a damaged store into a new one.",
      discussion: """
        Reads each page that is whole, whether SQLite still finds it or not, and the commits that wait in the log. The new
        store takes the place of the damaged one, which stays beside it as PATH.damaged (then .damaged.2 and so on) with its
        log. Reading the inputs again completes what was lost. It works on a sound store too, and loses nothing of it.

        Examples:
          kubelog db recover
          kubelog db recover --db copy-of-a-broken.db -o json
        """)

    @Option(name: .shortAndLong, help: "The form: table (sentences) or json.")
    var output: IngestCommand.SummaryForm = .table

    @OptionGroup var common: CommonOptions

    func run() throws {
      try reporting {
        let kubelog = try common.kubelog()
        let saved = try kubelog.recover()
        switch output {
        case .json:
          let rows = saved.rows.map { "\(jsonText($0.table)):\($0.rows)" }.joined(separator: ",")
          Terminal.writeOutput(
            """
            {"path":\(jsonText(kubelog.storePath)),"damaged":\(jsonText(saved.damaged)),"pages":\(saved.pages),\
            "damaged_pages":\(saved.damagedPages),"rows":{\(rows)},"dropped_rows":\(saved.dropped),\
            "lost_events":\(saved.lostEvents),"notes":\(jsonText(saved.notes))}

            """)
        case .table:
          let rows = saved.rows.filter { $0.rows > 0 }.map { "\($0.rows) \($0.table)" }.joined(separator: ", ")
          var lines = ["saved \(rows.isEmpty ? "nothing" : rows)"]
          if saved.damagedPages > 0 {
            lines.append("\(saved.damagedPages) of \(counted(saved.pages, "page")) could not be read")
          }
          if saved.dropped > 0 { lines.append("left out \(counted(saved.dropped, "row")) that made no sense any more") }
          if saved.lostEvents > 0 {
            lines.append(
              "lost at least \(counted(saved.lostEvents, "row")) of events: ingest the inputs again to have them back")
          }
          lines.append("the damaged store is \(visible(saved.damaged)) now")
          for line in lines { Terminal.writeOutput(line + "\n") }
        }
        for note in saved.notes { say("kubelog: \(note)") }
      }
    }
  }

  /// `kubelog db compact`
  struct Compact: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make the store's file as small as what it holds.",
      discussion: """
        Writes the store anew, without what is free in it, and empties its log; twice the store has to fit on its disk for a
        moment. While another program uses the store it says so and ends with 75.

        Examples:
          kubelog db compact
          kubelog db forget --before 2026-01-01T00:00:00Z && kubelog db compact
        """)

    @Option(name: .shortAndLong, help: "The form: table (a sentence) or json.")
    var output: IngestCommand.SummaryForm = .table

    @OptionGroup var common: CommonOptions

    func run() throws {
      try reporting {
        let kubelog = try common.kubelog()
        let (before, after) = try kubelog.compact()
        switch output {
        case .json:
          Terminal.writeOutput(
            "{\"path\":\(jsonText(kubelog.storePath)),\"bytes_before\":\(before),\"bytes_after\":\(after)}\n")
        case .table: Terminal.writeOutput("\(before) bytes before, \(after) bytes now\n")
        }
      }
    }
  }

  /// `kubelog db forget`
  struct Forget: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Drop what the store is not to hold any longer.",
      discussion: """
        --before drops events that had happened by then, --cluster those of a cluster, both together what is both. Of a run
        of kubeadm all goes or nothing: its last event decides. What is nobody's then goes too: secrets with their values,
        inputs, states of nodes. Events without a time stay. The bytes are overwritten; db compact makes the file smaller.
        --secrets drops the values of tokens and certificate keys only; their ids and expiries stay.

        It asks nothing: --dry-run tells what would go. What is ingested again later is kept again.

        Examples:
          kubelog db forget --before 2026-01-01T00:00:00Z --dry-run
          kubelog db forget --cluster lab
          kubelog db forget --cluster lab --before 2026-06-01T00:00:00Z -o json
          kubelog db forget --secrets
        """)

    @Option(name: .long, help: ArgumentHelp("What had happened before this time (RFC 3339).", valueName: "time"))
    var before: String?

    @Option(
      name: .long, help: ArgumentHelp("What belongs to this cluster: its name, endpoint or CA hash.", valueName: "name")
    )
    var cluster: String?

    @Flag(name: .long, help: "The values of secrets.")
    var secrets = false

    @Flag(name: [.customShort("n"), .long], help: "Only tell what would go.")
    var dryRun = false

    @Option(name: .shortAndLong, help: "The form: table (a sentence) or json.")
    var output: IngestCommand.SummaryForm = .table

    @OptionGroup var common: CommonOptions

    func validate() throws {
      if !secrets, before == nil, cluster == nil {
        throw ValidationError("say what to forget: --before, --cluster or --secrets")
      }
      if secrets, before != nil || cluster != nil {
        throw ValidationError("--secrets is of the whole store: give it alone")
      }
    }

    func run() throws {
      try reporting {
        let kubelog = try common.kubelog()
        let forgotten =
          secrets
          ? try kubelog.forgetSecretValues(isDryRun: dryRun)
          : try kubelog.forget(before: try moment(before, flag: "--before"), cluster: cluster, isDryRun: dryRun)
        switch output {
        case .json: Terminal.writeOutput(json(forgotten))
        case .table: Terminal.writeOutput(sentence(forgotten, kubelog) + "\n")
        }
        if !dryRun, !forgotten.isOverwritten {
          Terminal.writeError(
            "kubelog: another program uses the store: the bytes are overwritten when something is ingested next\n")
        }
      }
    }

    private func sentence(_ forgotten: Forgotten, _ kubelog: Kubelog) -> String {
      let did = dryRun ? "would forget" : "forgot"
      if secrets { return "\(did) \(counted(forgotten.values, "value")) of secrets; ids and expiries stay" }
      var text = "\(did) \(counted(forgotten.events, "event"))"
      if let first = forgotten.first, let last = forgotten.last {
        text += " from \(localTime(first, kubelog.localZone)) to \(localTime(last, kubelog.localZone))"
      }
      let more = [
        (forgotten.sessions, "session"), (forgotten.secrets, "secret"), (forgotten.values, "value of a secret"),
        (forgotten.sources, "input"),
      ].filter { $0.0 > 0 }.map { $0.1.hasPrefix("value") ? "\($0.0) of their values" : counted($0.0, $0.1) }
      return more.isEmpty ? text : text + ", with them " + more.joined(separator: ", ")
    }

    private func json(_ forgotten: Forgotten) -> String {
      let time = { (moment: Int64?) in moment.map { jsonText(rfc3339($0)) } ?? "null" }
      return """
        {"dry_run":\(dryRun),"events":\(forgotten.events),"sessions":\(forgotten.sessions),\
        "secrets":\(forgotten.secrets),"values":\(forgotten.values),"sources":\(forgotten.sources),\
        "first_time":\(time(forgotten.first)),"last_time":\(time(forgotten.last)),\
        "overwritten":\(dryRun ? "null" : "\(forgotten.isOverwritten)")}

        """
    }
  }
}

/// A number with its noun.
private func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)" + (count == 1 ? "" : "s") }
