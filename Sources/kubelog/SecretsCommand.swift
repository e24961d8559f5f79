import ArgumentParser
import KubelogKit

/// `kubelog secrets`: what was handed out, and until when.
struct SecretsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "secrets",
    abstract: "List join tokens, certificate keys and certificates with their expiry, the soonest first.",
    discussion: """
      Without a flag: all that may still work. Values are masked unless --reveal. Certificates whose end is not known
      are left to --all.

      Examples:
        kubelog secrets --expiring
        kubelog secrets --reveal --kind bootstrap-token
        kubelog secrets --check --within 30m || echo "renew before the next join"
        kubelog secrets --explain m4449q
      """)

  @Flag(name: .long, help: "Only those about to expire: a token in 2 h, a key in 30 min, a certificate in 30 d.")
  var expiring = false

  @Flag(name: .long, help: "Only those that have expired.")
  var expired = false

  @Flag(name: .long, help: "All that was ever seen.")
  var all = false

  @Option(
    name: .long, help: ArgumentHelp("What counts as about to expire instead, such as 30m.", valueName: "duration"))
  var within: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Only this kind: bootstrap-token, certificate-key or certificate.", valueName: "kind"))
  var kind: SecretKind?

  @Flag(name: .long, help: "Show the whole values, which takes the seal key.")
  var reveal = false

  @Flag(
    name: .long,
    help: "One line each for what is about to expire and for expired certificates; exit status 1 when there is any.")
  var check = false

  @Option(
    name: .long,
    help: ArgumentHelp("Show the evidence for the expiry of one secret, and what would make it surer.", valueName: "id")
  )
  var explain: String?

  @OptionGroup var output: OutputOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if explain != nil, expiring || expired || all || check || reveal || within != nil || kind != nil {
      throw ValidationError("--explain takes the id of one secret and no other flag of secrets")
    }
    if explain != nil, ![.table, .json].contains(output.output) {
      throw ValidationError("--explain answers with one thing: give -o table or json")
    }
    if [expiring || check, expired, all].filter({ $0 }).count > 1 {
      throw ValidationError("--expiring, --expired and --all exclude each other: give one of them")
    }
  }

  func run() throws {
    try reporting {
      let kubelog = try common.kubelog()
      if let explain {
        try show(explanationOf: explain, kubelog)
        return
      }
      let isRevealed = reveal && !check
      var values: [String: Value] = ["reveal": .integer(isRevealed ? 1 : 0)]
      if let within {
        guard let length = seconds(within) else {
          throw ValidationError("'\(within)' is no duration: give --within as 30m, 2h or 1d")
        }
        values["within"] = .real(length)
      }
      guard isRevealed || check else {
        return try show(common, output.output, emptyNote: note) { columns, row in
          try each(kubelog, values) {
            columns(withoutValues($0))
          } row: {
            row($0)
          }
        }
      }
      var table = ResultTable(columns: [])
      try each(kubelog, values) {
        table.columns = $0
      } row: {
        table.rows.append($0)
        return true
      }
      if check {
        for row in table.rows { Terminal.writeOutput(line(table, row, kubelog)) }
        if !table.rows.isEmpty { throw ExitCode(1) }
        return
      }
      let revealing = try kubelog.reveal(&table)
      try show(table, common, output.output, emptyNote: note)
      try report(revealing)
    }
  }

  /// Asks for the secrets that the flags name.
  private func each(
    _ kubelog: Kubelog, _ values: [String: Value], columns: ([Column]) -> Void, row: ([Value]) -> Bool
  ) throws {
    var head = ResultTable(columns: [])
    try kubelog.each(try Answers.query("secrets"), values) {
      head.columns = $0
      columns($0)
    } row: { values in
      guard kind == nil || head.text("kind", values) == kind?.rawValue, isWanted(head, values) else { return true }
      return row(values)
    }
  }

  /// A masked value says no more than the id beside it: it is in no table.
  private func withoutValues(_ columns: [Column]) -> [Column] {
    columns.map { $0.name == "value" ? Column(name: $0.name, type: $0.type, title: nil) : $0 }
  }

  private func show(explanationOf id: String, _ kubelog: Kubelog) throws {
    guard let found = try kubelog.explain(secret: id) else {
      throw Failure("no secret is called '\(id)': kubelog secrets --all lists the ids", 66)
    }
    if output.output == .json {
      Terminal.writeOutput(found.json)
      return
    }
    let presentation = Presentation(
      width: Terminal.columns(), color: common.wantsColor(isTerminal: Terminal.isOutput), zone: kubelog.localZone,
      now: kubelog.now)
    Terminal.writeOutput(found.text(presentation))
  }

  /// Says what could not be shown and why; throws the exit status where that is an error.
  private func report(_ revealing: Revealing) throws {
    if let warning = revealing.warning { say("kubelog: \(warning)") }
    if revealing.missing > 0 {
      let what = revealing.missing == 1 ? "1 value is" : "\(revealing.missing) values are"
      Terminal.writeError("kubelog: \(what) not in the store: ingest the sources again without --no-secrets\n")
    }
    if let problem = revealing.problem { throw Failure(problem.sentence, problem.exitStatus) }
  }

  /// Whether the flags ask for a row.
  private func isWanted(_ table: ResultTable, _ row: [Value]) -> Bool {
    if all { return true }
    let state = table.text("state", row) ?? ""
    let isCertificate = table.text("kind", row) == SecretKind.certificate.rawValue
    if expired { return state == "expired" }
    // An expired token is of no use; an expired certificate stops the cluster.
    if check { return state == "expiring" || (state == "expired" && isCertificate) }
    if expiring { return state == "expiring" }
    return ["valid", "expiring", "never"].contains(state) || (state == "unknown" && !isCertificate)
  }

  private var note: String {
    if expiring { return "nothing is about to expire" }
    if expired { return "nothing has expired" }
    return all ? "no secrets were seen yet" : "no secret that may still work; --all lists the others"
  }

  private func line(_ table: ResultTable, _ row: [Value], _ kubelog: Kubelog) -> String {
    if table.text("state", row) == "expired" {
      let end = table.number("expires_at", row).map { localTime(Int64($0), kubelog.localZone) } ?? "-"
      return "\(table.text("kind", row) ?? "") \(table.text("id", row) ?? "") expired at \(end)\n"
    }
    let left = table.number("remaining_s", row).map { humanDuration($0) } ?? "-"
    let end = table.number("expires_at", row).map { localTime(Int64($0), kubelog.localZone) } ?? "-"
    return "\(table.text("kind", row) ?? "") \(table.text("id", row) ?? "") expires in \(left), at \(end)\n"
  }
}
