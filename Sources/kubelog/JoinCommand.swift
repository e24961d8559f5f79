import ArgumentParser
import KubelogKit

/// `kubelog join`: the join command again.
struct JoinCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "join",
    abstract: "Print the join command again, as long as it works, or what to run for a new one.",
    discussion: """
      It is made of the newest token, certificate key, endpoint and CA hash that were read of the cluster. Exit status 1
      when no such command is known to work.

      Examples:
        ssh worker-4 sudo "$(kubelog join worker)"
        kubelog join control-plane --cluster prod
        kubelog join worker --node cp1 --force
      """)

  @Argument(help: ArgumentHelp("worker or control-plane.", valueName: "role"))
  var role: JoinAnswer.Role = .worker

  @Flag(name: .long, help: "Print it also when it does not work any more, or nobody knows.")
  var force = false

  @Option(name: .shortAndLong, help: "The form: table (the command alone) or json.")
  var output: IngestCommand.SummaryForm = .table

  @Option(
    name: .long,
    help: ArgumentHelp("The cluster, where the store knows several: its name, endpoint or CA hash.", valueName: "name"))
  var cluster: String?

  @Option(name: .long, help: ArgumentHelp("The cluster that this node is of.", valueName: "name"))
  var node: String?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if cluster != nil, node != nil {
      throw ValidationError("--cluster and --node both name the cluster: give one of them")
    }
  }

  func run() throws {
    try reporting {
      let kubelog = try common.kubelog()
      let answer = try kubelog.join(role, cluster: cluster, node: node)
      if let warning = answer.warning { say("kubelog: \(warning)") }
      if output == .json {
        Terminal.writeOutput(json(answer))
      } else if let command = answer.command, answer.isValid || force {
        Terminal.writeOutput(command + "\n")
        if let end = answer.expiresAt, Terminal.isOutput {
          say(
            "works until \(answer.isApproximate ? "about " : "")\(localTime(end, kubelog.localZone)), limited by the \(answer.limitedBy ?? "token")"
          )
        }
      }
      guard answer.isValid || (force && answer.command != nil) else {
        say(
          "kubelog: no join command for a \(role.rawValue): \(answer.reason ?? "nothing was seen"). "
            + "On a control-plane node run: \(answer.renew.joined(separator: "; "))")
        throw ExitCode(1)
      }
    }
  }

  private func json(_ answer: JoinAnswer) -> String {
    let text = { (value: String?) in value.map { jsonText($0) } ?? "null" }
    let isShown = answer.isValid || force
    return """
      {"role":\(jsonText(answer.role.rawValue)),"command":\(isShown ? text(answer.command) : "null"),\
      "valid":\(answer.isValid),"expires_at":\(text(answer.expiresAt.map { rfc3339($0) })),\
      "remaining_s":\(answer.remaining.map { "\($0)" } ?? "null"),"limited_by":\(text(answer.limitedBy)),\
      "renew":\(jsonText(answer.renew))}

      """
  }
}
