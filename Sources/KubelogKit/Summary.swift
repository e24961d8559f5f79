extension Kubelog {
  /// What reading the inputs brought, as sentences for a person, with what to do next.
  ///
  /// `problems` are those that ``problems(in:)`` finds. No secret is in it. Throws ``QueryError`` when the store cannot be
  /// asked.
  public func summary(of sources: [SourceSummary], _ problems: [ProblemCase] = []) throws(QueryError) -> [String] {
    let lines = sources.reduce(0) { $0 + $1.lines }
    let events = sources.reduce(0) { $0 + $1.events }
    let new = sources.reduce(0) { $0 + $1.newEvents }
    var text = ["\(count(lines, "line")), \(count(events, "event")), \(new == events ? "all" : "\(new)") new"]
    for source in sources where source.format == "unknown" && source.lines > 0 && source.events == 0 {
      text.append("nothing known in \(source.path): kubelog reads kubeadm, kubelet journals and kubectl get nodes")
    }
    for source in sources where source.truncatedLines + source.badUTF8Lines > 0 {
      text.append(
        "\(source.path): \(count(source.truncatedLines, "line")) cut at 1 MiB, \(source.badUTF8Lines) not UTF-8")
    }
    for source in sources where !source.ruleLimits.isEmpty {
      text.append(
        "\(source.path): patterns gave up on lines, see kubelog rules lint: \(source.ruleLimits.joined(separator: ", "))"
      )
    }
    if sources.contains(where: { $0.sessions > 0 }) { text += try sessionLines() }
    if let first = problems.first, first.severity > .info {
      text.append("\(count(problems.count, "problem")), first \(first.sentence)")
      text.append("all of them: kubelog problems")
    }
    if sources.contains(where: { $0.secrets > 0 }) { text += try secretLines() }
    if new > 0, sources.allSatisfy({ $0.sessions == 0 }) { text.append("see it with: kubelog timeline, kubelog nodes") }
    return text
  }

  /// What is to be said about the values of secrets, each sentence once.
  public static func notes(in sources: [SourceSummary]) -> [String] {
    sources.flatMap(\.notes).reduce(into: []) { notes, note in if !notes.contains(note) { notes.append(note) } }
  }

  /// What was not understood, as sentences: the most frequent shapes of all inputs together.
  public static func unknownLines(in sources: [SourceSummary]) -> [String] {
    let shapes = sources.flatMap { source in source.unknown.map { (source.path, $0) } }
    let sum = shapes.reduce(0) { $0 + $1.1.count }
    guard sum > 0 else { return ["every klog line and every tag was understood"] }
    let shown = shapes.sorted { $0.1.count > $1.1.count }.prefix(20)
    return ["not understood: \(sum) lines of \(shapes.count) shapes, the most frequent first"]
      + shown.map { path, shape in
        "  \(shape.count) × \(visible(shape.shape))  (\(path):\(shape.line))"
      }
  }

  private func sessionLines() throws(QueryError) -> [String] {
    var (last, table) = ([Value]?.none, ResultTable(columns: []))
    try each("sessions") { (table, last) = ($0, $1) }
    guard let row = last else { return [] }
    let value = { (name: String) in table.text(name, row) }
    var sentence = "last session: \(value("command") ?? "kubeadm")"
    if let version = value("kubernetes_version") { sentence += " \(version)" }
    if let node = value("node") { sentence += " on \(node)" }
    sentence += " \(value("outcome") ?? "incomplete")"
    if let took = table.number("duration_s", row) { sentence += " in \(humanDuration(took))" }
    guard let error = value("error") else { return [sentence] }
    return [sentence, "  \(error.split(separator: "\n").first.map(String.init) ?? error)"]
  }

  private func secretLines() throws(QueryError) -> [String] {
    var (text, told, isKept): ([String], Int, Bool) = ([], 0, false)
    // With what is sealed, to see whether it is there.
    try each("secrets", ["reveal": .integer(1)]) { table, row in
      // Certificates are worth a word when they end soon, TTL proxies never.
      guard table.text("kind", row) != "certificate" || table.text("state", row) == "expiring",
        table.text("usages", row) != "[]"
      else { return }
      isKept = isKept || table.text("endpoint", row) != nil && table.text("value", row) != nil
      told += 1
      if told <= 20, text.count < 4, let sentence = sentence(onSecret: row, table) { text.append(sentence) }
    }
    if isKept { text.append("the join commands are kept: kubelog join worker, kubelog join control-plane") }
    return text
  }

  private func sentence(onSecret row: [Value], _ table: ResultTable) -> String? {
    let state = table.text("state", row) ?? ""
    guard ["valid", "expiring", "unknown"].contains(state) else { return nil }
    let kind = table.text("kind", row) ?? ""
    let name = kind == "bootstrap-token" ? "token" : kind.replacing("-", with: " ")
    let id = table.text("id", row) ?? ""
    if state == "unknown" {
      return "when \(name) \(id) expires is not known: say when the session began with --at TIME"
    }
    guard let moment = table.number("expires_at", row), let left = table.number("remaining_s", row) else { return nil }
    let about = table.number("approximate", row) == 1 ? "about " : ""
    return "\(name) \(id) expires \(about)\(localTime(Int64(moment), localZone)), in \(humanDuration(left))"
  }

  private func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
