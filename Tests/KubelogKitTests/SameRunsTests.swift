import KubelogKit
import Testing

/// Thousands of runs of kubeadm that nothing tells apart: each is one, each has a name of its own, and reading them again
/// adds none. Asking of each whether it is one of all others would take hours.
@Suite struct SameRunsTests {
  @Test(.timeLimit(.minutes(2))) func eachIsOne() throws {
    let count = 3_000
    let text = (0..<count).map { "Nov 23 14:40:00 h unit\($0)[1]: [init] Using Kubernetes version: v1.31.0\n" }.joined()
    try withDesk { desk in
      let path = try desk.file("a.log", text)
      let first = try desk.kubelog.ingest(path)
      #expect(first.sessions == count)
      let names = try ids(desk)
      #expect(names.count == count)
      let again = try desk.kubelog.ingest(path)
      #expect(again.newEvents == 0)
      #expect(try ids(desk) == names)
    }
  }

  private func ids(_ desk: Desk) throws -> Set<String> {
    let table = try desk.kubelog.answer("sessions")
    return Set(table.rows.compactMap { table.text("id", $0) })
  }
}
