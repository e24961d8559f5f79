extension Kubelog {
  /// Where a user's own rule packs lie: `kubelog/rules` below `XDG_CONFIG_HOME`, else below `~/.config`.
  public static var rulesFolder: String { configurationFolder + "/rules" }

  /// The built-in rules with the user's packs, `*.json5` and `*.json`, by name, and those of `files` behind them.
  ///
  /// With `isChecked` false only the form of the packs must be right. Throws ``RuleError`` where a pack cannot be used,
  /// ``Input/Failure`` where one of `files` cannot be read.
  public static func ruleBook(files: [String] = [], isChecked: Bool = true) throws -> RuleBook {
    var sources: [RuleBook.Source] = []
    for path in try TextFiles.paths(in: rulesFolder, endings: [".json5", ".json"]) {
      do {
        sources.append((path, try TextFiles.text(path, isFound: true)))
      } catch {
        throw RuleError(path: path, rule: nil, problem: error.sentence)
      }
    }
    for path in files where !sources.contains(where: { $0.path == path }) {
      sources.append((path, try TextFiles.text(path)))
    }
    return isChecked ? try RuleBook(sources) : try RuleBook(unchecked: sources)
  }
}

extension RuleBook {
  /// The rules as a listing, in the order they are asked.
  public var table: ResultTable {
    ResultTable(
      columns: [
        Column(name: "id", type: .text, title: "ID"), Column(name: "kind", type: .text, title: "KIND"),
        Column(name: "component", type: .text, title: "COMPONENT"), Column(name: "pack", type: .text, title: "PACK"),
        Column(name: "repeats", type: .boolean, title: "REPEATS"),
        Column(name: "samples", type: .integer, title: "SAMPLES"), Column(name: "path", type: .text, title: nil),
        Column(name: "problem", type: .text, title: "PROBLEM"),
      ],
      rows: entries.map { rule in
        [
          .text(rule.id), .text(rule.kind), .text(rule.component), .text(rule.pack), .integer(rule.repeats ? 1 : 0),
          .integer(Int64(rule.hits.count + rule.misses.count)), rule.path.map { .text($0) } ?? .null,
          rule.problem.map { .text($0) } ?? .null,
        ]
      })
  }

  /// One rule as one row, all of it; nil where no rule has that id.
  public func table(of id: String) -> ResultTable? {
    guard let rule = entries.first(where: { $0.id == id }) else { return nil }
    let parts: [(String, ColumnType, Value)] = [
      ("id", .text, .text(rule.id)), ("kind", .text, .text(rule.kind)), ("component", .text, .text(rule.component)),
      ("pack", .text, .text(rule.pack)), ("path", .text, rule.path.map { .text($0) } ?? .null),
      ("led_to_by", .json, .text(jsonText(rule.literals))), ("pattern", .text, rule.pattern.map { .text($0) } ?? .null),
      ("message", .text, rule.message.map { .text($0) } ?? .null),
      ("severity", .text, rule.severity.map { .text($0) } ?? .null),
      ("repeats", .boolean, .integer(rule.repeats ? 1 : 0)),
      ("problem", .text, rule.problem.map { .text($0) } ?? .null), ("hits", .json, .text(jsonText(rule.hits))),
      ("misses", .json, .text(jsonText(rule.misses))),
    ]
    return ResultTable(
      columns: parts.map { Column(name: $0.0, type: $0.1, title: $0.0.uppercased()) }, rows: [parts.map(\.2)])
  }

  /// One rule for people: a line a part, a line a sample; nil where no rule has that id.
  public func text(of id: String) -> String? {
    guard let rule = entries.first(where: { $0.id == id }) else { return nil }
    var lines = [
      "id:        \(rule.id)", "kind:      \(rule.kind)", "component: \(rule.component)",
      "pack:      \(rule.path ?? "\(rule.pack), built in")",
    ]
    lines += rule.literals.map { "led to by: \($0)" }
    if let pattern = rule.pattern { lines.append("pattern:   \(pattern)") }
    if let message = rule.message { lines.append("message:   \(message)") }
    if let severity = rule.severity { lines.append("severity:  \(severity)") }
    if rule.repeats { lines.append("repeats:   the occurrences of a minute are one row") }
    if let problem = rule.problem { lines.append("problem:   \(problem)") }
    lines += rule.hits.map { "hit:       \($0)" } + rule.misses.map { "miss:      \($0)" }
    // A pack may come from anybody.
    return lines.joined(separator: "\n").split(separator: "\n", omittingEmptySubsequences: false)
      .map { visible(String($0)) + "\n" }.joined()
  }

  /// Findings as a listing.
  public static func table(_ findings: [Finding]) -> ResultTable {
    ResultTable(
      columns: [
        Column(name: "rule", type: .text, title: "RULE"), Column(name: "pack", type: .text, title: "PACK"),
        Column(name: "problem", type: .text, title: "PROBLEM"), Column(name: "line", type: .text, title: "LINE"),
      ],
      rows: findings.map { [.text($0.rule), .text($0.pack), .text($0.problem), $0.line.map { .text($0) } ?? .null] })
  }
}
