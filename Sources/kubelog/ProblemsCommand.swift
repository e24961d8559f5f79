import ArgumentParser
import KubelogKit

/// `kubelog problems`: what went wrong, why, and what to do about it.
struct ProblemsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "problems", abstract: "Say what went wrong, why, and what to do about it; causes, not symptoms.",
    discussion: """
      Without a flag: what is wrong as far as was read, the worst first, and what is left to do after an install. What
      was normal while it happened, what is over and what another problem explains is left to --all.

      Examples:
        kubelog problems --severity error
        kubelog problems --explain swap-on
        kubelog problems --all -o json | jq '.[] | {id, state, reason}'
      """)

  @Option(
    name: .long,
    help: ArgumentHelp("All about one problem: what it is, what to do, what shows it.", valueName: "id"),
    completion: .custom { _, _, _ in ((try? Kubelog.ruleBook(isChecked: false))?.problems ?? []).map(\.id) })
  var explain: String?

  @Flag(name: .long, help: "Also what was normal, what is over, and symptoms.")
  var all = false

  @Option(name: .long, help: "This bad or worse: info, warning or error.")
  var severity: Severity?

  @Option(name: .long, help: ArgumentHelp("Only this node.", valueName: "name"))
  var node: String?

  @Option(name: .long, help: ArgumentHelp("Only this session, by the beginning of its id.", valueName: "id"))
  var session: String?

  @OptionGroup var output: OutputOptions
  @OptionGroup var common: CommonOptions

  func run() throws {
    try reporting {
      let kubelog = try common.kubelog()
      if let explain { return try self.explain(explain, kubelog) }
      let cases = try kubelog.cases()
      let table = try kubelog.answer(
        "problems",
        [
          "cases": ProblemCase.parameter(cases), "all": .integer(all ? 1 : 0),
          "severity": severity.map { .text($0.name) } ?? .null, "node": node.map { .text($0) } ?? .null,
          "session": session.map { .text($0) } ?? .null,
        ])
      let isForPeople = output.output == .table || output.output == .markdown
      try show(
        isForPeople ? table.problemsForPeople(showsState: all) : table, common, output.output,
        emptyNote: all || cases.allSatisfy(\.problem.isNextStep)
          ? "no problem was found" : "no problem; --all lists what is over or normal")
      if output.output == .table, let first = table.firstProblem { say(first) }
    }
  }

  private func isWanted(_ found: ProblemCase) -> Bool {
    found.severity >= severity ?? .info && (node == nil || found.node == node)
      && session.map { found.session?.hasPrefix($0) == true } ?? true
  }

  private func explain(_ id: String, _ kubelog: Kubelog) throws {
    guard let problem = try Kubelog.ruleBook().problems.first(where: { $0.id == id }) else {
      throw ValidationError("there is no problem '\(id)': kubelog rules list names those that are known")
    }
    let cases = try kubelog.cases().filter { $0.problem.id == id && isWanted($0) }
    guard output.output == .table else {
      return try show(ProblemCase.table(cases), common, output.output, emptyNote: "nothing that was read shows it")
    }
    Terminal.writeOutput(ProblemCase.explanation(of: problem, cases, zone: kubelog.localZone))
  }
}
