/// A known failure that the sources show, or what is left to do after an install; in plain words.
public struct ReportProblem: Sendable {
  /// A line that proves it, secrets masked.
  public struct Evidence: Sendable {
    let path: String
    let line: Int
    let text: String

    /// The words of line `line`, from 1, of the input at `path`.
    public init(path: String, line: Int, text: String) { (self.path, self.line, self.text) = (path, line, text) }
  }

  /// Which it is, what it is, why, where to read more.
  public var id, title, cause, reference: String
  /// What to do, first things first.
  public var remedy: [String]
  /// `error`, `warning` or `info`; `open`, `symptom`, `ended` or `benign`, and why so.
  public var severity, state, reason: String
  /// Where it was seen.
  public var node, session, cluster: String?
  /// Microseconds since 1970 UTC; nil where nothing dates it.
  public var firstSeen, lastSeen, endedAt: Int64?
  /// How often it was said.
  public var count: Int
  /// A handful of lines.
  public var evidence: [Evidence]

  /// A problem of which only the words are known so far.
  public init(
    id: String, title: String, cause: String, remedy: [String], reference: String, severity: String, state: String,
    reason: String, count: Int, evidence: [Evidence]
  ) {
    (self.id, self.title, self.cause, self.reference, self.remedy) = (id, title, cause, reference, remedy)
    (self.severity, self.state, self.reason) = (severity, state, reason)
    (self.count, self.evidence) = (count, evidence)
  }
}

/// Known failures with their remedies, the open ones first.
struct ProblemsSection: ReportSection {
  let id = "problems"
  let title = "Problems"
  private let facts: ReportFacts
  /// The most that get a block of their own; the rest is counted.
  private static let most = 12

  init(_ facts: ReportFacts) { self.facts = facts }

  /// So many that are over are shown at once.
  private static let mostOver = 4

  private var lines: Int { facts.sources.reduce(0) { $0 + $1.lines } }

  private var none: String {
    facts.sources.isEmpty
      ? "Nothing was read." : "No known problem was found in \(lines) \(lines == 1 ? "line" : "lines")."
  }

  var remark: String? {
    guard !facts.problems.isEmpty else { return nil }
    let open = facts.problems.filter { $0.state == "open" }.count
    return "\(open) open, \(facts.problems.count - open) over"
  }

  private func head(_ problem: ReportProblem) -> String {
    let title = problem.title.prefix(1).uppercased() + problem.title.dropFirst()
    return title + (problem.node.map { ", on \($0)" } ?? "")
  }

  private func span(_ problem: ReportProblem) -> String {
    let times = problem.count == 1 ? "Seen once" : "Seen \(problem.count) times"
    guard let first = problem.firstSeen, let last = problem.lastSeen else { return "\(times), at no known time." }
    let clock = { (time: Int64) in facts.times.clock(time) }
    let text = first == last ? "\(times), at \(clock(first))" : "\(times), from \(clock(first)) to \(clock(last))"
    return text + (problem.endedAt.map { "; over at \(clock($0))" } ?? "") + "."
  }

  var html: HTML {
    guard !facts.problems.isEmpty else { return absence(none) }
    let blocks: [HTML] = facts.problems.prefix(Self.most).map { problem in
      let remedies: [HTML] = problem.remedy.map { "<code class=\"cmd\">\($0)</code>" }
      let evidence: [HTML] = problem.evidence.prefix(3).map {
        "<span>\($0.path):\($0.line)</span> \(shortened($0.text))<br>\n"
      }
      let proof: HTML = evidence.isEmpty ? "" : "<dt>Evidence</dt><dd class=\"lines\">\(Markup(evidence))</dd>\n"
      return """
        <article class="prob">
        <h3>\(head(problem)) <span class="tag \(problem.state)">\(problem.state), \(problem.severity)</span></h3>
        <dl><dt>Why</dt><dd>\(problem.cause)</dd>
        <dt>When</dt><dd>\(span(problem))</dd>
        \(proof)<dt>Remedy</dt><dd>\(Markup(remedies))</dd></dl>
        </article>

        """
    }
    // What is over folds away where it is much; on paper it is all there.
    let open = facts.problems.prefix(Self.most).filter { $0.state == "open" }.count
    let over = Markup(Array(blocks.dropFirst(open)))
    let rest: HTML =
      blocks.count - open > Self.mostOver
      ? "<details><summary>\(blocks.count - open) that are over</summary>\n\(over)</details>\n" : over
    return Markup(Array(blocks.prefix(open))) + rest + (folded.map { absence($0) } ?? "")
  }

  private var folded: String? {
    let left = facts.problems.count - Self.most
    return left > 0 ? "\(left) more: kubelog problems --all" : nil
  }

  var markdown: Markdown {
    guard !facts.problems.isEmpty else { return "\(none)\n" }
    let blocks: [Markdown] = facts.problems.prefix(Self.most).map { problem in
      let remedies: [Markdown] = problem.remedy.map { "- \($0)\n" }
      let evidence: [Markdown] = problem.evidence.prefix(3).map {
        "> \($0.path):\($0.line): \(shortened($0.text))\n>\n"
      }
      return """
        ### \(head(problem)) (\(problem.state), \(problem.severity))

        \(problem.cause) \(span(problem))

        \(Markup(remedies))
        \(Markup(evidence))

        """
    }
    return Markup(blocks) + (folded.map { "\($0)\n" } ?? "")
  }
}
