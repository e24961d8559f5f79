extension Kubelog {
  /// Where a user's own queries lie: `kubelog/queries` below `XDG_CONFIG_HOME`, else below `~/.config`.
  public static var queriesFolder: String { configurationFolder + "/queries" }

  /// The built-in queries and behind them the user's own, the `*.sql` files of ``queriesFolder``, each by name.
  ///
  /// Throws ``QueryError/badQuery(path:reason:)`` where a file cannot be read or takes the name of a built-in query, which
  /// the commands rely on.
  public static func queries() throws(QueryError) -> [QueryDefinition] {
    let builtIn = Answers.queries
    let folder = queriesFolder
    let paths: [String]
    do throws(Input.Failure) { paths = try TextFiles.paths(in: folder, endings: [".sql"]) } catch {
      throw .badQuery(path: folder, reason: error.sentence)
    }
    var found = builtIn
    for path in paths {
      let name = String(path.dropFirst(folder.count + 1).dropLast(4))
      if builtIn.contains(where: { $0.name == name }) {
        throw .badQuery(path: path, reason: "kubelog has a query of that name itself, so rename the file")
      }
      do throws(Input.Failure) { found.append(Answers.query(name, text: try TextFiles.text(path))) } catch {
        throw .badQuery(path: path, reason: error.sentence)
      }
    }
    return found
  }
}
