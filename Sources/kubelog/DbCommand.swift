import ArgumentParser
import KubelogKit

/// `kubelog db`: the store itself.
struct DbCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "db", abstract: "Look after the store: where it is, what it is to forget.",
    discussion: """
      Examples:
        kubelog db path
        kubelog db forget --secrets
      """,
    subcommands: [Path.self, Forget.self])

  /// `kubelog db path`
  struct Path: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the store's path, whether it is there or not.",
      discussion: """
        Example:
          sqlite3 -readonly "$(kubelog db path)" .schema
        """)

    @OptionGroup var common: CommonOptions

    func run() throws {
      try reporting { Terminal.writeOutput(try common.kubelog().storePath + "\n") }
    }
  }

  /// `kubelog db forget`
  struct Forget: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Drop what the store is not to hold any longer.",
      discussion: """
        With --secrets: the values of tokens and certificate keys, also from what is free in the file. Their ids and
        expiries stay. What is ingested later is kept again, unless with --no-secrets.

        Example:
          kubelog db forget --secrets
        """)

    @Flag(name: .long, help: "The values of secrets.")
    var secrets = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
      if !secrets { throw ValidationError("say what to forget: --secrets") }
    }

    func run() throws {
      try reporting {
        let forgotten = try common.kubelog().forgetSecretValues()
        let what = forgotten.count == 1 ? "1 value" : "\(forgotten.count) values"
        Terminal.writeOutput("forgot \(what) of secrets; ids and expiries stay\n")
        if !forgotten.isScrubbed {
          Terminal.writeError(
            "kubelog: another program uses the store: the bytes are overwritten when something is ingested next\n")
        }
      }
    }
  }
}
