/// Two sessions of kubeadm side by side: how each ran, their phases, and what they differ in.
public struct SessionDiff: Sendable, Equatable {
  /// The answer of the query `diff-sessions`: A before B.
  public var sessions: ResultTable
  /// The answer of the query `diff-phases`.
  public var phases: ResultTable
  /// The answer of the query `diff-settings`.
  public var settings: ResultTable

  /// All of it for people, as tables or in Markdown; in any other form the phases, a row each.
  public func text(_ presentation: Presentation) -> String {
    let renderer = Renderer(presentation)
    guard presentation.format == .table || presentation.format == .markdown else { return renderer.render(phases) }
    return [sessions, phases, settings].filter { !$0.rows.isEmpty }.map(renderer.render).joined(separator: "\n")
  }

  /// All of it as one JSON object: `a` and `b`, `phases` and `differences` as their queries answer.
  public var json: String {
    """
    {"a":\(side(0)),"b":\(side(1)),"phases":\(phases.jsonPart(single: false)),\
    "differences":\(settings.jsonPart(single: false))}

    """
  }

  /// What is to be said about it for people: a sentence each.
  public var notes: [String] {
    let known = sessions.rows.map { sessions.text("arguments", $0) != "[]" }
    guard known.count == 2, known[0] != known[1] else { return [] }
    return ["the command line of \(known[0] ? "B" : "A") was not read or had no flags: those of the other stand alone"]
  }

  private func side(_ index: Int) -> String {
    // The key says which it is.
    ResultTable(
      columns: Array(sessions.columns.dropFirst()),
      rows: sessions.rows[index...].prefix(1).map { Array($0.dropFirst()) }
    ).jsonPart(single: true)
  }
}

/// Which session is meant.
public enum SessionChoice: Error, Sendable, Equatable {
  /// No session begins like this.
  case unknown(String)
  /// Several do.
  case ambiguous(String, ids: [String])

  /// One sentence that names the thing and the way out.
  public var sentence: String {
    switch self {
    case .unknown(let text): "no session begins with '\(visible(text))': kubelog sessions lists them"
    case .ambiguous(let text, let ids):
      "\(ids.count) sessions begin with '\(visible(text))': give more of the id of one, "
        + ids.prefix(5).joined(separator: ", ") + (ids.count > 5 ? ", …" : "")
    }
  }

  /// The exit status that README.md lists.
  public var exitStatus: Int32 { 64 }
}

extension Kubelog {
  /// The sessions whose ids begin with `a` and `b`, side by side.
  ///
  /// Throws ``SessionChoice`` where none or several begin so, and ``QueryError``.
  public func diff(_ a: String, _ b: String) throws -> SessionDiff {
    let known = try sessionIDs()
    let sides: [String: Value] = [
      "a": .text(try Self.session(a, of: known)), "b": .text(try Self.session(b, of: known)),
    ]
    return SessionDiff(
      sessions: try answer("diff-sessions", sides), phases: try answer("diff-phases", sides),
      settings: try answer("diff-settings", sides))
  }

  /// The ids of all sessions, as ``answer(_:_:)`` lists these. Throws ``QueryError``.
  public func sessionIDs() throws(QueryError) -> [String] {
    var ids: [String] = []
    try each("sessions") { table, row in if let id = table.text("id", row) { ids.append(id) } }
    return ids
  }

  private static func session(_ beginning: String, of known: [String]) throws(SessionChoice) -> String {
    let found = known.filter { $0.hasPrefix(beginning.lowercased()) }
    guard let first = found.first else { throw .unknown(beginning) }
    guard found.count == 1 else { throw .ambiguous(beginning, ids: found) }
    return first
  }
}

extension ResultTable {
  /// It as a part of a larger JSON document: an array, or with `single` its one row.
  func jsonPart(single: Bool) -> String {
    let text = Renderer(Presentation(format: .json, single: single)).render(self)
    return String(text.split(separator: "\n").map { $0.drop { $0 == " " } }.joined())
  }
}
