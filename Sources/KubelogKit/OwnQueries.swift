/// The named queries that there are: the built-in ones and behind them the user's own, each by name.
public struct QueryLibrary: Sendable {
  /// A user's own query that cannot be asked.
  public struct Unusable: Sendable {
    /// What it would be called; "" for the folder that holds them.
    public var name: String
    /// Why it cannot be asked.
    public var error: QueryError
  }

  /// Those that can be asked.
  public var queries: [QueryDefinition]
  /// Those that cannot. One with the name of a built-in query, which the commands rely on, leaves that in its place.
  public var unusable: [Unusable]

  /// The query that `name` names. Throws ``QueryError``, for a name that a file takes which cannot be asked, too.
  public func query(_ name: String) throws(QueryError) -> QueryDefinition {
    if let taken = unusable.first(where: { $0.name == name }) { throw taken.error }
    guard let query = queries.first(where: { $0.name == name }) else {
      // A folder that cannot be read may hold it.
      throw unusable.first { $0.name.isEmpty }?.error ?? .unknownQuery(name, known: queries.map(\.name))
    }
    return query
  }
}

extension Kubelog {
  /// Where a user's own queries lie: `kubelog/queries` below `XDG_CONFIG_HOME`, else below `~/.config`.
  public static var queriesFolder: String { configurationFolder + "/queries" }

  /// The built-in queries and the `*.sql` files of ``queriesFolder``.
  public static func queries() -> QueryLibrary {
    var library = QueryLibrary(queries: Answers.queries, unusable: [])
    let folder = queriesFolder
    let paths: [String]
    do throws(Input.Failure) { paths = try TextFiles.paths(in: folder, endings: [".sql"]) } catch {
      library.unusable.append(.init(name: "", error: .badQuery(path: folder, reason: error.sentence)))
      return library
    }
    for path in paths {
      let name = String(path.dropFirst(folder.count + 1).dropLast(4))
      do throws(Input.Failure) {
        let text = try TextFiles.text(path, isFound: true)
        if library.queries.contains(where: { $0.name == name }) {
          let reason = "kubelog has a query of that name itself, so rename the file"
          library.unusable.append(.init(name: name, error: .badQuery(path: path, reason: reason)))
        } else {
          library.queries.append(Answers.query(name, text: text))
        }
      } catch {
        library.unusable.append(.init(name: name, error: .badQuery(path: path, reason: error.sentence)))
      }
    }
    return library
  }
}
