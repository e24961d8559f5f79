import ArgumentParser
import KubelogKit

/// `kubelog parse`: the parser without a store.
struct ParseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parse",
    abstract: "Print the events of the input as NDJSON, as they happen, without a store.",
    discussion: """
      Example:
        journalctl -u kubelet -f | kubelog parse | jq 'select(.severity == "error")'
      """)

  @Argument(help: ArgumentHelp("Files to read; - is standard input.", valueName: "file"))
  var files: [String] = []

  @OptionGroup var sourceOptions: SourceFlags

  @Option(name: .shortAndLong, help: "The form: ndjson as it happens, or table, json, csv or markdown at the end.")
  var output: OutputFormat = .ndjson

  @OptionGroup var common: CommonOptions

  func run() throws {
    try reporting {
      let kubelog = try common.kubelog()
      let options = try sourceOptions.options()
      let renderer = Renderer(Presentation(format: .ndjson))
      var whole = ParsedEvent.emptyTable
      var status: Int32 = 0
      for file in files.isEmpty ? ["-"] : files {
        do {
          try kubelog.parse(file, options) { event in
            if output != .ndjson {
              whole.rows += event.table.rows
            } else if !Terminal.writeOutput(renderer.render(event.table)) {
              throw ExitCode.success
            }
          }
        } catch let exit as ExitCode {
          throw exit
        } catch {
          let failure = Failure(error)
          failure.report()
          status = max(status, failure.status)
        }
      }
      if output != .ndjson { try show(whole, common, output, emptyNote: "no events") }
      if status != 0 { throw ExitCode(status) }
    }
  }
}
