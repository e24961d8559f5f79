extension Kubelog {
  /// What went wrong, by everything that was read and the catalogue with the user's packs.
  ///
  /// Throws ``QueryError`` where the store cannot be asked, ``RuleError`` where a pack cannot be used.
  public func diagnosis() throws -> Diagnosis { try diagnosis(by: try Self.ruleBook().problems) }

  /// All there is to tell, in the order in which it is told: what is wrong, what is left to do, then the rest. Throws
  /// ``QueryError``.
  public func cases() throws(QueryError) -> [ProblemCase] {
    let catalogue: [Problem]
    do { catalogue = try Self.ruleBook().problems } catch {
      let reason = (error as? Input.Failure)?.sentence ?? "it cannot be read"
      throw .badRule(error as? RuleError ?? RuleError(path: Self.rulesFolder, rule: nil, problem: reason))
    }
    let found = try diagnosis(by: catalogue)
    return found.open + (try nextSteps(by: catalogue)) + found.cases.filter { $0.state != .open }
  }

  func diagnosis(by catalogue: [Problem]) throws(QueryError) -> Diagnosis {
    try Diagnosis(try Answers(path: storePath, waiting: patience), catalogue)
  }

  /// The problems that inputs show, judged by everything that was read. Throws as ``diagnosis()`` does.
  public func problems(in sources: [SourceSummary]) throws -> [ProblemCase] {
    let paths = Set(sources.filter(\.showsProblems).map(\.path))
    guard !paths.isEmpty else { return [] }
    return try diagnosis().open.filter { !$0.paths.isDisjoint(with: paths) }
  }

  /// What is left to do after an install that succeeded; nothing where none did. Throws as ``diagnosis()`` does.
  public func nextSteps() throws -> [ProblemCase] { try nextSteps(by: try Self.ruleBook().problems) }

  private func nextSteps(by catalogue: [Problem]) throws(QueryError) -> [ProblemCase] {
    let catalogue = catalogue.filter(\.isNextStep)
    guard let install = try lastInstall() else { return [] }
    var (present, members) = (0, 0)
    try each("nodes") { nodes, row in
      guard nodes.number("removed_at", row) == nil else { return }
      present += 1
      if (nodes.text("roles", row) ?? "").contains("control-plane\"") { members += 1 }
    }
    // A join that does not tell its node may be anything.
    let isSure = !install.hasUnnamedJoin
    var hasNetwork = false
    try each("problem-marks") { marks, row in
      hasNetwork = hasNetwork || ["network", "ready"].contains(marks.text("mark", row))
    }
    var key: String?
    try each("secrets") { secrets, row in
      guard key == nil, secrets.text("kind", row) == "certificate-key" else { return }
      if secrets.text("state", row) == "expiring" { key = secrets.text("id", row) }
    }
    var steps: [(id: String, values: [String: String])] = []
    if !hasNetwork { steps.append(("next-install-network", [:])) }
    if isSure, present <= max(members, 1) { steps.append(("next-join-workers", [:])) }
    if isSure, members <= 1 { steps.append(("next-single-control-plane", [:])) }
    if members > 1, members % 2 == 0 { steps.append(("next-even-control-planes", ["members": "\(members)"])) }
    if let key { steps.append(("next-certificate-key", ["certificate_key": key])) }
    return steps.compactMap { step in
      guard let problem = catalogue.first(where: { $0.id == step.id }) else { return nil }
      return ProblemCase(
        nextStep: problem.filled(step.values), node: install.node, cluster: install.cluster, session: install.session,
        since: install.ended)
    }
  }

  /// An `init` that succeeded, and what came after it.
  private struct Install {
    var node, cluster, session: String?
    /// Microseconds since 1970 UTC.
    var ended: Int64?
    var wasReset = false
    var hasUnnamedJoin = false
  }

  /// The last `init` that succeeded and was not reset since.
  private func lastInstall() throws(QueryError) -> Install? {
    var found: Install?
    try each("sessions") { sessions, row in
      guard sessions.text("outcome", row) == "succeeded", !sessions.isTrue("dry_run", row) else { return }
      let node = sessions.text("node", row)
      switch sessions.text("command", row) {
      case "init":
        found = Install(
          node: node, cluster: sessions.text("cluster", row), session: sessions.text("id", row),
          ended: sessions.integer("ended_at", row))
      case "reset" where node == found?.node: found?.wasReset = true
      case "join" where node == nil: found?.hasUnnamedJoin = true
      default: break
      }
    }
    return found?.wasReset == true ? nil : found
  }
}

extension ResultTable {
  /// An answer of `queries/problems.sql` as people read it: what to do first beside each problem, and how it stands where
  /// that is not the same for all.
  public func problemsForPeople(showsState: Bool) -> ResultTable {
    let shown = [
      ("severity", "SEVERITY"), ("id", "PROBLEM"), ("node", "NODE"), ("last_seen_at", "LAST SEEN"), ("count", "COUNT"),
      ("state", showsState ? "STATE" : nil), ("title", "WHAT"), ("_do_first", "DO FIRST"),
    ].compactMap { name, title in
      columns.firstIndex { $0.name == name }.map { index in
        (index, Column(name: name == "_do_first" ? "remedy" : name, type: columns[index].type, title: title))
      }
    }
    return ResultTable(columns: shown.map(\.1), rows: rows.map { row in shown.map { row[$0.0] } })
  }

  /// What to do first about the worst of an answer of `queries/problems.sql`, where that is an error: a sentence.
  public var firstProblem: String? {
    guard let row = rows.first, text("state", row) == "open", text("severity", row) == "error", let id = text("id", row)
    else { return nil }
    let place = text("node", row).map { " on \($0)" } ?? ""
    let remedy = text("_do_first", row) ?? text("reference", row) ?? ""
    return "first \(text("title", row) ?? id)\(place): \(remedy); more: kubelog problems --explain \(id)"
  }
}

extension Kubelog {
  /// The catalogue as a page in Markdown.
  public static func problemsPage(_ problems: [Problem]) -> String {
    var page = """
      # Problems that kubelog knows

      Made from the catalogue in `Sources/KubelogParse/Rules/Packs/problems.json5`; do not edit it here. What shows a problem
      is in the rules that name it: `kubelog rules list`.

      """
    for problem in problems {
      page += "\n## \(problem.id)\n\n**\(problem.title)** (\(problem.severity.name)). \(problem.cause)\n\n"
      page += problem.remedy.map { "- \($0)\n" }.joined()
      var notes: [String] = []
      if !problem.benignWhen.isEmpty {
        notes.append("Normal: \(problem.benignWhen.map(\.sentence).joined(separator: "; ")).")
      }
      if !problem.outranks.isEmpty {
        notes.append("Explains: \(problem.outranks.map { "[\($0)](#\($0))" }.joined(separator: ", ")).")
      }
      notes.append("See <\(problem.reference)>.")
      page += "\n" + notes.joined(separator: "\n") + "\n"
    }
    return page
  }
}

extension ProblemCase {
  /// The problem and what to do first: a sentence without its end.
  public var sentence: String {
    let place = node.map { " on \($0)" } ?? ""
    return "\(problem.title)\(place): \(problem.remedy.first ?? problem.reference)"
  }

  /// What it is, why, what to do, for people: some lines.
  public static func explanation(of problem: Problem, _ cases: [ProblemCase], zone: LocalZone) -> String {
    let shown = cases.first?.problem ?? problem
    var lines = ["\(problem.id) (\(problem.severity.name))", "", shown.title, "  \(shown.cause)", "", "what to do"]
    lines += shown.remedy.map { "  \($0)" }
    lines += ["", "read more", "  \(problem.reference)"]
    if !problem.outranks.isEmpty { lines += ["", "it explains", "  \(problem.outranks.joined(separator: ", "))"] }
    if cases.isEmpty { lines += ["", "nothing that was read shows it"] }
    for found in cases {
      let node = found.node.map(visible) ?? "a node that nothing names"
      lines += ["", "\(node): \(found.state.rawValue), since \(found.reason)", "  " + found.span(zone)]
      lines += found.evidence.map { "  " + visible("\($0.path):\($0.line): \($0.text)") }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func span(_ zone: LocalZone) -> String {
    let times = count == 1 ? "once" : "\(count) times"
    guard let firstSeen, let lastSeen else { return "seen \(times), at no known time" }
    var text = "seen \(times), at \(localTime(firstSeen, zone))"
    if lastSeen != firstSeen {
      text = "seen \(times), from \(localTime(firstSeen, zone)) to \(localTime(lastSeen, zone))"
    }
    if let endedAt { text += "; over at \(localTime(endedAt, zone))" }
    return text
  }
}
