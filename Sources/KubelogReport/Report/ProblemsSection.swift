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

/// One problem, on all the nodes and in all the runs where it was found alike.
struct ProblemBlock {
  /// The first of them stands for all.
  let cases: [ReportProblem]
  /// Where they are.
  let nodes: [String]
  private let isOfSeveral: Bool

  private init(_ cases: [ReportProblem]) {
    self.cases = cases
    nodes = ReportFacts.distinct(cases.map(\.node))
    isOfSeveral = cases.contains { $0.title != cases[0].title }
  }

  var problem: ReportProblem { cases[0] }

  /// The words of a title before what it is about: `a container ends again and again: kube-system/kube-proxy-sg2bn`.
  private static func words(_ title: String) -> (stem: String, subject: String?) {
    guard let colon = title.firstRange(of: ": ") else { return (title, nil) }
    return (String(title[..<colon.lowerBound]), String(title[colon.upperBound...]))
  }

  /// What they have in common.
  private static func key(_ problem: ReportProblem) -> [String] {
    [problem.id, words(problem.title).stem, problem.cause, problem.severity, problem.state] + problem.remedy
  }

  /// `problems` put together, each where the first of its kind stood.
  static func blocks(_ problems: [ReportProblem]) -> [ProblemBlock] {
    var (blocks, places) = ([[ReportProblem]](), [[String]: Int]())
    for problem in problems {
      let key = key(problem)
      if let place = places[key] {
        blocks[place].append(problem)
      } else {
        places[key] = blocks.count
        blocks.append([problem])
      }
    }
    return blocks.map(ProblemBlock.init)
  }

  /// What it is; of several things only what they share.
  var title: String { isOfSeveral ? Self.words(problem.title).stem : problem.title }

  /// What tells a case from the others: its node, what it is about.
  func label(_ problem: ReportProblem) -> String? {
    let words = [nodes.count > 1 ? problem.node : nil, isOfSeveral ? Self.words(problem.title).subject : nil]
    let known = words.compactMap { $0 }
    return known.isEmpty ? nil : known.joined(separator: ", ")
  }

  /// ` on cp1, cp2 and w1`; nothing where no node is known.
  var place: String {
    nodes.isEmpty ? "" : " on " + listed(nodes, most: 5)
  }

  /// A handful of lines, of each case one before any has two.
  var evidence: [ReportProblem.Evidence] {
    let most = cases.map(\.evidence.count).max() ?? 0
    return Array(
      (0..<most).flatMap { nth in cases.compactMap { nth < $0.evidence.count ? $0.evidence[nth] : nil } }.prefix(3))
  }
}

/// Known failures with their remedies, the open ones first.
struct ProblemsSection: ReportSection {
  let id = "problems"
  let title = "Problems"
  private let facts: ReportFacts
  private let blocks: [ProblemBlock]
  /// The most that get a block of their own; the rest is counted.
  private static let most = 12

  init(_ facts: ReportFacts) {
    self.facts = facts
    blocks = ProblemBlock.blocks(facts.problems)
  }

  /// So many that are over are shown at once.
  private static let mostOver = 4

  private var lines: Int { facts.sources.reduce(0) { $0 + $1.lines } }

  private var none: String {
    facts.sources.isEmpty
      ? "Nothing was read." : "No known problem was found in \(lines) \(lines == 1 ? "line" : "lines")."
  }

  var remark: String? {
    guard !blocks.isEmpty else { return nil }
    let open = blocks.filter { $0.problem.state == "open" }.count
    return "\(open) open, \(blocks.count - open) over"
  }

  private func head(_ block: ProblemBlock) -> String {
    let title = block.title
    return title.prefix(1).uppercased() + title.dropFirst() + (block.place.isEmpty ? "" : "," + block.place)
  }

  /// So many cases of a block tell when they were seen.
  private static let mostSpans = 20

  /// When each case was seen.
  private func spans(_ block: ProblemBlock) -> [String] {
    let told = block.cases.prefix(Self.mostSpans).map { problem in
      block.label(problem).map { "\($0): \(span(problem))" } ?? span(problem)
    }
    let left = block.cases.count - told.count
    return left > 0 ? told + ["\(left) more: kubelog problems --all"] : told
  }

  private func span(_ problem: ReportProblem) -> String {
    let times = problem.count == 1 ? "Seen once" : "Seen \(problem.count) times"
    guard let first = problem.firstSeen, let last = problem.lastSeen else { return "\(times), at no known time." }
    let clock = { (time: Int64) in facts.times.clock(time) }
    let text = first == last ? "\(times), at \(clock(first))" : "\(times), from \(clock(first)) to \(clock(last))"
    return text + (problem.endedAt.map { "; over at \(clock($0))" } ?? "") + "."
  }

  var html: HTML {
    guard !blocks.isEmpty else { return absence(none) }
    let shown: [HTML] = blocks.prefix(Self.most).map { block in
      let problem = block.problem
      let remedies: [HTML] = problem.remedy.map { "<code class=\"cmd\">\($0)</code>" }
      let evidence: [HTML] = block.evidence.map {
        "<span>\($0.path):\($0.line)</span> \(shortened($0.text))<br>\n"
      }
      let proof: HTML = evidence.isEmpty ? "" : "<dt>Evidence</dt><dd class=\"lines\">\(Markup(evidence))</dd>\n"
      return """
        <article class="prob">
        <h3>\(head(block)) <span class="tag \(problem.state)">\(problem.state), \(problem.severity)</span></h3>
        <dl><dt>Why</dt><dd>\(problem.cause)</dd>
        <dt>When</dt><dd>\(Markup(spans(block).map { "\($0)" as HTML }, separator: "<br>"))</dd>
        \(proof)<dt>Remedy</dt><dd>\(Markup(remedies))</dd></dl>
        </article>

        """
    }
    // What is over folds away where it is much; on paper it is all there.
    let open = blocks.prefix(Self.most).filter { $0.problem.state == "open" }.count
    let over = Markup(Array(shown.dropFirst(open)))
    let rest: HTML =
      shown.count - open > Self.mostOver
      ? "<details><summary>\(shown.count - open) that are over</summary>\n\(over)</details>\n" : over
    return Markup(Array(shown.prefix(open))) + rest + (folded.map { absence($0) } ?? "")
  }

  private var folded: String? {
    let left = blocks.count - Self.most
    return left > 0 ? "\(left) more: kubelog problems --all" : nil
  }

  var markdown: Markdown {
    guard !blocks.isEmpty else { return "\(none)\n" }
    let shown: [Markdown] = blocks.prefix(Self.most).map { block in
      let problem = block.problem
      let remedies: [Markdown] = problem.remedy.map { "- \($0)\n" }
      let evidence: [Markdown] = block.evidence.map {
        "> \($0.path):\($0.line): \(shortened($0.text))\n>\n"
      }
      return """
        ### \(head(block)) (\(problem.state), \(problem.severity))

        \(problem.cause) \(spans(block).joined(separator: " "))

        \(Markup(remedies))
        \(Markup(evidence))

        """
    }
    return Markup(shown) + (folded.map { "\($0)\n" } ?? "")
  }
}
