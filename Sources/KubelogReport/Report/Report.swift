public import KubelogQuery

/// The post-install report: what named queries answered, as one page for people or one document for programs.
///
/// It holds no value of a secret, and whatever comes from a log is escaped.
public struct Report {
  /// The forms, by the word that `--format` takes.
  public enum Format: String, CaseIterable, Sendable {
    /// GitHub's Markdown, with gantt charts of mermaid.
    case markdown
    /// One file without scripts that asks for nothing elsewhere.
    case html
    /// The answers behind it.
    case json
  }

  /// The named queries that a report stands on, in the order of its JSON.
  public static let queries = [
    "sessions", "phases", "nodes", "node-transitions", "cordons", "quorum", "secrets", "preflight-findings", "problems",
    "timeline", "source-times",
  ]

  /// The name of a further answer of `timeline`: what was done to nodes. Its JSON stands behind `network_events`.
  public static let nodeEvents = "node-events"

  /// The most rows of an answer that a report tells, besides nodes: the last ones. More than that nobody reads, and a page of it
  /// no browser shows.
  public static let most = 20_000

  let answers: [String: ResultTable]
  let facts: ReportFacts
  private let scope: String?
  private let leftOut: [String: Int]

  /// A report of the answers of ``queries``, seen from `now`; `leftOut` says how many rows stand before those of an answer,
  /// where some do. `problems` are those open or over, `nextSteps` what is left to do after an install, `quorumNotes` what is to
  /// be said about the majorities of control planes. `scope` says of what: a session, a cluster, a span; nil for all there is.
  public init(
    answers: [String: ResultTable], leftOut: [String: Int] = [:],
    problems: [ReportProblem] = [], nextSteps: [ReportProblem] = [],
    quorumNotes: [String] = [], scope: String? = nil, now: Int64, zone: LocalZone
  ) {
    self.answers = answers
    self.scope = scope
    self.leftOut = leftOut
    facts = ReportFacts(
      answers, leftOut, problems, nextSteps, quorumNotes: quorumNotes, scope: scope, now: now, zone: zone)
  }

  /// The complete text, with its final newline.
  public func text(_ format: Format) -> String {
    switch format {
    case .html: html.text
    case .markdown: markdown.text
    case .json: json
    }
  }

  /// The sections below the head, in their order. A new one is one file and one line here.
  private var sections: [any ReportSection] {
    [
      NextStepsSection(facts), ExpirySection(facts), SessionsSection(facts), NodesSection(facts), QuorumSection(facts),
      ProblemsSection(facts), PreflightSection(facts), CertificatesSection(facts), SourcesSection(facts),
    ]
  }

  private var html: HTML {
    let head = HeadSection(facts)
    var page: HTML = """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>\(facts.title) – post-install report, \(facts.times.date(facts.now))</title>
      <style>
      \(reportStyle)</style>
      </head>
      <body>
      <a class="skip" href="#next">Skip to what to do next</a>
      \(reportPatterns)<div class="page">
      \(head.html)<main>

      """
    for section in sections {
      page += """
        <section aria-labelledby="\(section.id)">
        <h2 id="\(section.id)">\(section.title)\(section.remark.map { " <small>\($0)</small>" as HTML } ?? "")</h2>
        \(section.html)</section>

        """
    }
    page += """
      </main>
      <footer><p>Made by kubelog from what was read, as of \(facts.times.full(facts.now)) \(facts.times.zoneName). \
      No value of a token or key is in this file.</p></footer>
      </div>
      </body>
      </html>

      """
    return page
  }

  private var markdown: Markdown {
    var page = HeadSection(facts).markdown
    for section in sections {
      page += "\n## \(section.title)\n\n\(section.markdown)"
    }
    page += """

      ---

      Made by kubelog from what was read, as of \(facts.times.full(facts.now)) \(facts.times.zoneName). \
      No value of a token or key is in this file.

      """
    return page
  }

  private var json: String {
    let text = { (text: String?) in text.map { jsonString($0) } ?? "null" }
    let time = { (time: Int64?) in text(time.map { rfc3339($0) }) }
    var members = [
      "\"as_of\": \(time(facts.now))", "\"scope\": \(text(scope))", "\"title\": \(text(facts.title))",
      "\"verdict\": \(text(facts.verdict))",
      "\"nodes_ready\": \(facts.readyNodes.count)", "\"nodes_known\": \(facts.presentNodes.count)",
      "\"first_at\": \(time(facts.span?.lowerBound))", "\"last_at\": \(time(facts.span?.upperBound))",
      "\"next_steps\": ["
        + facts.steps.map {
          "\n  {\"do\":\(text($0.sentence)),\"why\":\(text($0.reason)),\"command\":\(text($0.command))}"
        }.joined(separator: ",") + "]",
    ]
    let key = { (name: String) in name == "timeline" ? "network_events" : name.replacing("-", with: "_") }
    let names = Self.queries.flatMap { $0 == "timeline" ? [$0, Self.nodeEvents] : [$0] }
    let missing = names.compactMap { name in leftOut[name].map { "\(jsonString(key(name))):\($0)" } }
    members.append("\"left_out\": {\(missing.joined(separator: ","))}")
    for name in names {
      guard let table = answers[name] else { continue }
      members.append("\(jsonString(key(name))): \(Renderer(Presentation(format: .json)).render(table).dropLast())")
    }
    return "{\n" + members.joined(separator: ",\n") + "\n}\n"
  }
}

/// A part of a report: typed rows in, HTML and Markdown out.
protocol ReportSection {
  /// The anchor of its heading.
  var id: String { get }
  /// Its heading.
  var title: String { get }
  /// What is said beside the heading, at most a few words.
  var remark: String? { get }
  /// What stands below the heading.
  var html: HTML { get }
  /// The same for GitHub.
  var markdown: Markdown { get }
}

extension ReportSection {
  var remark: String? { nil }
}

/// A table of a section: headings and cells, the first cell of a row names it.
struct ReportTable {
  var headings: [String]
  var rows: [[String]]
  /// The columns whose cells stand at the right.
  var numbers: Set<Int> = []
  /// The columns in the fixed-width type.
  var codes: Set<Int> = []
  /// The columns whose words are as long as a log likes, and break anywhere.
  var free: Set<Int> = []

  /// More rows than these fold away on screens; on paper they are all there.
  private static let most = 8

  /// The table, by its name where it may fold away.
  func html(below figure: String? = nil) -> HTML {
    let heads: [HTML] = headings.enumerated().map { column, heading in
      numbers.contains(column) ? "<th scope=\"col\" class=\"n\">\(heading)</th>" : "<th scope=\"col\">\(heading)</th>"
    }
    let lines: [HTML] = rows.map { row in
      let cells: [HTML] = row.enumerated().map { column, text in
        let body: HTML = codes.contains(column) ? "<code>\(text)</code>" : "\(text)"
        if column == 0 { return "<th scope=\"row\">\(body)</th>" }
        let style: HTML = numbers.contains(column) ? " class=\"n\"" : free.contains(column) ? " class=\"w\"" : ""
        return "<td data-l=\"\(headings[column])\"\(style)>\(body)</td>"
      }
      return "<tr>\(Markup(cells))</tr>\n"
    }
    let table: HTML = """
      <table class="stack"><thead><tr>\(Markup(heads))</tr></thead>
      <tbody>
      \(Markup(lines))</tbody></table>

      """
    guard let figure else { return table }
    let open: HTML = rows.count <= Self.most ? " open" : ""
    return "<details\(open)><summary>\(figure)</summary>\n\(table)</details>\n"
  }

  /// The table; it folds away, called `name`, where it is long.
  func html(folding name: String) -> HTML {
    rows.count <= Self.most ? html() : html(below: name)
  }

  /// The table for GitHub.
  var markdown: Markdown {
    let line = { (cells: [Markdown]) -> Markdown in "| \(Markup(cells, separator: " | ")) |\n" }
    let rule: [Markdown] = headings.indices.map { numbers.contains($0) ? "---:" : "---" }
    return line(headings.map { "\($0)" }) + line(rule) + Markup(rows.map { line($0.map { "\($0)" }) })
  }
}

/// A chart with a caption, its legend and its data as a table.
struct ReportFigure {
  var id: String
  var title: String
  /// What it shows, with the finding.
  var caption: String
  var chart: LaneChart
  var legend: [(style: String, text: String)] = []
  /// What the letters in the chart stand for.
  var letters: [(letter: String, time: String, text: String)] = []

  var html: HTML {
    let keys: [HTML] = legend.map { style, text in
      "<li><svg aria-hidden=\"true\" viewBox=\"0 0 34 14\">\(Self.sample(style))</svg>\(text)</li>"
    }
    let list: HTML = keys.isEmpty ? "" : "<ul class=\"key\">\(Markup(keys))</ul>\n"
    let lines: [HTML] = letters.map { "<li><b>\($0.letter)</b><span>\($0.time)</span><span>\($0.text)</span></li>\n" }
    let explained: HTML = lines.isEmpty ? "" : "<ol class=\"ev\">\n\(Markup(lines))</ol>\n"
    return """
      <figure>
      <figcaption>\(caption)</figcaption>
      \(chart.svg(id: id, title: title, description: caption))\(list)\(explained)</figure>

      """
  }

  private static func sample(_ style: String) -> HTML {
    switch style {
    case "end":
      "<rect class=\"m-valid\" y=\"3\" width=\"30\" height=\"8\"/><line class=\"endl\" x1=\"30\" x2=\"30\" y1=\"0\" y2=\"14\"/>"
    case "ring":
      "<rect class=\"m-valid\" y=\"3\" width=\"26\" height=\"8\"/><circle class=\"ring\" cx=\"28\" cy=\"7\" r=\"4.5\"/>"
    case "cross": "<path class=\"cross\" d=\"M13,3 l8,8 m0,-8 l-8,8\"/>"
    case "open":
      "<line class=\"m-open\" x1=\"0\" x2=\"22\" y1=\"7\" y2=\"7\"/><text class=\"b\" x=\"26\" y=\"11\">?</text>"
    case "stroke": "<line class=\"endl\" x1=\"17\" x2=\"17\" y1=\"1\" y2=\"13\"/>"
    case "assumed": "<line class=\"m-assumed\" x1=\"0\" x2=\"34\" y1=\"7\" y2=\"7\"/>"
    case "cni": "<line class=\"cni\" x1=\"17\" x2=\"17\" y1=\"0\" y2=\"14\"/>"
    case "stop", "deed": "<line class=\"ev-\(style)\" x1=\"17\" x2=\"17\" y1=\"0\" y2=\"14\"/>"
    case "band": "<rect class=\"band\" x=\"8\" y=\"0\" width=\"18\" height=\"14\"/>"
    case "assumed risk", "assumed lost", "assumed open":
      "<line class=\"m-\(style)\" x1=\"0\" x2=\"34\" y1=\"7\" y2=\"7\"/>"
    case "not": "<rect class=\"m-not\" x=\"0.5\" y=\"7\" width=\"33\" height=\"6.5\"/>"
    case "bounds", "never", "perhaps": "<rect class=\"m-\(style)\" x=\"0.5\" y=\"3\" width=\"33\" height=\"8\"/>"
    default: "<rect class=\"m-\(style)\" x=\"0.5\" y=\"0.5\" width=\"33\" height=\"13\"/>"
    }
  }
}

/// A sentence in the place of what is not there.
func absence(_ sentence: String) -> HTML { "<p class=\"none\">\(sentence)</p>\n" }

/// `cp1, cp2 and w1`, or of more than `most` the first and how many more there are.
func listed(_ names: [String], most: Int) -> String {
  if names.count > most { return names.prefix(most).joined(separator: ", ") + " and \(names.count - most) more" }
  return names.count > 1
    ? names.dropLast().joined(separator: ", ") + " and " + names[names.count - 1] : names.first ?? ""
}

/// The begin of a text that is longer than a reader wants.
func shortened(_ text: String) -> String { text.count > 300 ? text.prefix(299) + "…" : text }
