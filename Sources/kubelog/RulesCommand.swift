import ArgumentParser
import KubelogKit

/// `kubelog rules`: the extraction rules, built in and one's own.
struct RulesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rules", abstract: "List, show, test and lint the extraction rules.",
    discussion: """
      Rules are data: packs in JSON5, the built-in ones and your own in ~/.config/kubelog/rules
      (below XDG_CONFIG_HOME where that is set). A rule of yours with the id of a built-in one
      replaces it; all others are asked after the built-in rules.

      Examples:
        kubelog rules list
        kubelog rules show kubelet-node-ready
        kubelog rules test
        kubelog rules lint my-rules.json5
      """,
    subcommands: [List.self, Show.self, Test.self, Lint.self])

  /// `kubelog rules list`
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the rules in the order they are asked.",
      discussion: """
        Example:
          kubelog rules list -o json | jq -r '.[] | select(.path != null) | .id'
        """)

    @OptionGroup var output: OutputOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
      try reporting {
        try show(try Kubelog.ruleBook(isChecked: false).table, common, output.output, emptyNote: "no rules")
      }
    }
  }

  /// `kubelog rules show ID`
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show all of one rule, its samples included.",
      discussion: """
        Example:
          kubelog rules show kubelet-node-ready -o json
        """)

    @Argument(
      help: ArgumentHelp("The rule's id.", valueName: "id"),
      completion: .custom { _, _, _ in ((try? Kubelog.ruleBook(isChecked: false))?.entries ?? []).map(\.id) })
    var id: String

    @Option(name: .shortAndLong, help: "The form: table (a line a part) or json.")
    var output: IngestCommand.SummaryForm = .table

    @OptionGroup var common: CommonOptions

    func run() throws {
      try reporting {
        let book = try Kubelog.ruleBook(isChecked: false)
        guard let text = book.text(of: id), let table = book.table(of: id) else {
          throw ValidationError("there is no rule '\(id)': kubelog rules list names them")
        }
        let json = Renderer(Presentation(format: .json, single: true))
        Terminal.writeOutput(output == .json ? json.render(table) : text)
      }
    }
  }

  /// `kubelog rules test [FILE…]`
  struct Test: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Hold every rule against its own samples; exit 1 when one does not come out.",
      discussion: """
        Every line in hits must be matched by its own rule, with exactly the attributes that stand beside
        it; no line in misses may be.

        Example:
          kubelog rules test my-rules.json5
        """)

    @Argument(help: ArgumentHelp("Packs to test with the built-in ones and your own.", valueName: "file"))
    var files: [String] = []

    @OptionGroup var output: OutputOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
      try reporting {
        let book = try Kubelog.ruleBook(files: files, isChecked: false)
        try report(
          book.test(), common, output,
          emptyNote: "\(book.entries.count) rules, \(book.samples) samples: all come out as they should")
      }
    }
  }

  /// `kubelog rules lint [FILE…]`
  struct Lint: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Look for what makes a rule slow, unreachable or ambiguous; exit 1 when something is found.",
      discussion: """
        It finds a rule that nothing leads to or with too short a literal, a pattern that can backtrack
        without bound, a hit that another rule takes, an id that is there twice, a group whose name is not
        snake_case, a rule without hits or misses.

        Example:
          kubelog rules lint my-rules.json5
        """)

    @Argument(help: ArgumentHelp("Packs to look at with the built-in ones and your own.", valueName: "file"))
    var files: [String] = []

    @OptionGroup var output: OutputOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
      try reporting {
        let book = try Kubelog.ruleBook(files: files, isChecked: false)
        try report(book.lint(), common, output, emptyNote: "\(book.entries.count) rules: nothing found")
      }
    }
  }
}

extension ParsableCommand {
  /// Shows what a check of the rules found; throws the exit status 1 where that is anything.
  fileprivate func report(
    _ findings: [RuleBook.Finding], _ common: CommonOptions, _ output: OutputOptions, emptyNote: String
  ) throws {
    try show(RuleBook.table(findings), common, output.output, emptyNote: emptyNote)
    if !findings.isEmpty { throw ExitCode(1) }
  }
}
