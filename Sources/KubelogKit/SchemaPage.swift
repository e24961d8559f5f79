extension Kubelog {
  /// `docs/schema.md`: the views that SQL of one's own may rely on, drawn and column by column.
  public static func schemaPage(_ views: [View] = View.all) -> String {
    var page = """
      # The store, for SQL of your own

      Made from `Sources/KubelogStore/View+All.swift`; do not edit it here.

      `kubelog query --sql 'SELECT …'` and your own queries in `~/.config/kubelog/queries/` read these views. They keep their
      names, columns and meanings; a change is written in the changelog. The tables behind them do not, so leave those alone.
      A view tells what was read. What takes judgement, such as whether a token is still valid, what a failed session waited
      for or who had a vote, is answered by the named queries, whose stages your own may use (`-- uses: NAME`).

      Times come twice: as RFC 3339 in UTC for people, and in microseconds since 1970 UTC (`…_us`), which is what to compare
      and to sort by. `:now` is the present in microseconds. No view holds the value of a secret, sealed or not.

      ```mermaid
      erDiagram

      """
    for reference in View.references {
      page += "  \(reference.one) \(reference.relation) \(reference.many) : \(reference.column)\n"
    }
    for view in views {
      page += "  \(view.name) {\n" + view.columns.map { "    \($0.type) \($0.name)\n" }.joined() + "  }\n"
    }
    page += "```\n"
    for view in views {
      page += "\n## \(view.name)\n\n\(view.summary)\n\n| column | type | meaning |\n| --- | --- | --- |\n"
      page += view.columns.map { "| `\($0.name)` | \($0.type) | \($0.meaning) |\n" }.joined()
    }
    return page + examples
  }

  private static let examples = """

    ## Examples

    What happened in the ten minutes before the first error:

    ```sql
    SELECT time, kind, node, message FROM v_events
    WHERE time_us BETWEEN (SELECT min(time_us) FROM v_events WHERE severity = 'error' AND time_source <> 'file') - 600000000
      AND (SELECT min(time_us) FROM v_events WHERE severity = 'error' AND time_source <> 'file')
    ORDER BY time_us
    ```

    The last step of each session that failed:

    ```sql
    SELECT session, node, name, max(ordinal) AS ordinal, error
    FROM v_sessions JOIN v_phases USING (run, session) WHERE outcome = 'failed' GROUP BY run
    ```

    Which checks fail where:

    ```sql
    SELECT "check", count(*) AS times, group_concat(DISTINCT node) AS nodes FROM v_findings
    WHERE severity = 'error' GROUP BY "check" ORDER BY times DESC
    ```

    Where a token was seen:

    ```sql
    SELECT v_secrets.id, role, time, path, line
    FROM v_secrets JOIN v_sightings USING (secret) JOIN v_events USING (event)
    WHERE v_secrets.kind = 'bootstrap-token' ORDER BY time_us
    ```

    A search by time (`time_us`), `run`, `event`, `secret` or the `node` of `v_node_states` uses an index. One by `kind`, `node` or
    `severity` alone looks at every event.

    """
}
