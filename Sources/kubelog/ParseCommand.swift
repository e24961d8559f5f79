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

  @Option(name: .shortAndLong, help: "The form: ndjson as it happens, or table, json, csv or markdown.")
  var output: OutputFormat = .ndjson

  @OptionGroup var common: CommonOptions

  func run() throws {
    try reporting {
      let kubelog = try common.kubelog()
      let options = try sourceOptions.options()
      var status: Int32 = 0
      func read(_ row: ([Value]) -> Bool) throws {
        for file in files.isEmpty ? ["-"] : files {
          do {
            try kubelog.parse(file, options) { event in
              for values in event.table.rows where !row(values) { throw ExitCode.success }
            }
          } catch let exit as ExitCode {
            throw exit
          } catch {
            let failure = Failure(error)
            failure.report()
            status = max(status, failure.status)
          }
        }
      }
      let columns = ParsedEvent.emptyTable.columns
      if output == .ndjson {
        // Each at once, since more may take a while.
        var rows = Renderer(Presentation(format: .ndjson)).rows(under: columns)
        try read { Terminal.writeOutput(rows.text(of: $0)) }
      } else {
        try show(common, output, emptyNote: "no events") {
          $0(columns)
          try read($1)
        }
      }
      if status != 0 { throw ExitCode(status) }
    }
  }
}
