import Foundation
import PackagePlugin

/// Embeds the text files a target needs at run time: `queries/*.sql` into KubelogQuery, rule packs into KubelogParse.
/// A new file in those folders is picked up by the next build; no Swift is edited for it.
@main
struct EmbedTexts: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let root = context.package.directoryURL
    let (name, folder, suffix): (String, URL, String)
    switch target.name {
    case "KubelogQuery": (name, folder, suffix) = ("EmbeddedQueries", root.appending(path: "queries"), "sql")
    case "KubelogParse":
      (name, folder, suffix) = (
        "EmbeddedPacks", root.appending(path: "Sources/KubelogParse/Rules/Packs"), "json5"
      )
    default: return [try version(context, root)]
    }
    let files = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil
    )
    .filter { $0.pathExtension == suffix }
    .sorted { $0.path < $1.path }
    let output = context.pluginWorkDirectoryURL.appending(path: "\(name).swift")
    return [
      .buildCommand(
        displayName: "Embedding \(files.count) files as \(name)",
        executable: try context.tool(named: "EmbedText").url,
        arguments: [output.path, name] + files.map(\.path),
        inputFiles: files, outputFiles: [output])
    ]
  }

  /// `--version` names the commit that was built; outside of a checkout it says so.
  private func version(_ context: PluginContext, _ root: URL) throws -> Command {
    let output = context.pluginWorkDirectoryURL.appending(path: "Version.swift")
    let head = [".git/HEAD", ".git/logs/HEAD"].map { root.appending(path: $0) }
    return .buildCommand(
      displayName: "Noting the commit", executable: try context.tool(named: "EmbedText").url,
      arguments: [output.path, "--commit", root.path],
      inputFiles: head.filter { FileManager.default.fileExists(atPath: $0.path) }, outputFiles: [output])
  }
}
