import TestSamples
import Testing

@testable import KubelogStore

/// What a node's observation keeps of its event.
@Suite struct ObservationTests {
  /// Observations that say something else than their events.
  private static let disagreeing = """
    SELECT observations.event, seen_at, is_inferred, observations.cluster
    FROM observations JOIN events ON events.id = observations.event
    WHERE seen_at IS NOT CASE WHEN time_source < 5 THEN coalesce(last_time, time) END
      OR is_inferred IS NOT (time_source >= 3) OR observations.cluster IS NOT events.cluster
    """

  @Test(arguments: FixtureInput.texts) func observationsSayWhatTheirEventsSay(_ input: FixtureInput) throws {
    let text = String(decoding: input.bytes, as: UTF8.self)
    try withStore { path in
      try ingest(text, into: path)
      #expect(try rows(path, Self.disagreeing) == [])
      try ingest(text, into: path, source: "/var/log/b.log", recorded(at: now - 60 * minute))
      #expect(try rows(path, Self.disagreeing) == [])
    }
  }

  @Test func surerTimeOfAnEventIsThatOfItsObservation() throws {
    let table = """
      NAME   STATUS     ROLES           AGE   VERSION
      cp1    NotReady   control-plane   12s   v1.31.0

      """
    try withStore { path in
      try ingest(table, into: path)
      #expect(try rows(path, "SELECT node, seen_at, is_inferred FROM observations") == ["cp1|NULL|1"])
      try ingest(table, into: path, recorded(at: now - 60 * minute))
      #expect(
        try rows(path, "SELECT node, seen_at, is_inferred FROM observations") == ["cp1|\(now - 60 * minute)|1"])
      #expect(try rows(path, Self.disagreeing) == [])
    }
  }
}
