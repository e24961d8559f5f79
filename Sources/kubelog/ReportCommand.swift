import ArgumentParser
import KubelogKit

/// `kubelog report`: the post-install report.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Write the post-install report: one page that can be attached to a hand-over.",
    discussion: """
      HTML is one file that needs no script and asks for nothing elsewhere; Markdown is GitHub's, with gantt charts; JSON
      has the answers behind both. No value of a token or key is in any of them.

      Examples:
        kubelog report --out report.html
        kubelog report --format markdown >> INSTALL.md
        kubelog report --session 3f2a --format json | jq .next_steps
        kubelog report --cluster lab --since 2026-11-23T14:00:00Z --out lab.html
      """)

  @Option(
    name: .long,
    help: ArgumentHelp(
      "markdown, html or json.", discussion: "Else by the ending of --out (.html, .md, .json), else markdown."))
  var format: Report.Format?

  @Option(
    name: .long, help: ArgumentHelp("The file; - or none is standard output.", valueName: "file"), completion: .file())
  var out: String?

  @Option(name: .long, help: ArgumentHelp("Only this session, by the beginning of its id.", valueName: "id"))
  var session: String?

  @Option(
    name: .long, help: ArgumentHelp("Only this cluster: its name, its endpoint or its CA's hash.", valueName: "name"))
  var cluster: String?

  @Option(name: .long, help: ArgumentHelp("Not before this time (RFC 3339).", valueName: "time"))
  var since: String?

  @Option(name: .long, help: ArgumentHelp("Before this time.", valueName: "time"))
  var until: String?

  @OptionGroup var common: CommonOptions

  func run() throws {
    try reporting {
      let scope = ReportScope(
        session: session, cluster: cluster, since: try moment(since, flag: "--since"),
        until: try moment(until, flag: "--until"))
      let text = try common.kubelog().report(scope).text(format ?? formatOfName)
      guard let out, out != "-" else {
        // A reader that went away (`| head`) has what it wanted.
        Terminal.writeOutput(text)
        return
      }
      try WholeFile.write(text, to: out)
    }
  }

  /// What the file's name says.
  private var formatOfName: Report.Format {
    let name = (out ?? "").lowercased()
    if name.hasSuffix(".html") || name.hasSuffix(".htm") { return .html }
    return name.hasSuffix(".json") ? .json : .markdown
  }
}

/// A time of the command line. Throws a `ValidationError` that names `flag`.
func moment(_ text: String?, flag: String) throws -> Int64? {
  guard let text else { return nil }
  guard let time = microseconds(text) else {
    throw ValidationError("'\(text)' is no time: give \(flag) as 2026-11-23T14:00:00Z")
  }
  return time
}
