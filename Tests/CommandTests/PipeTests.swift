import Testing

/// Who writes into the pipe decides whether arrival is a time: real processes.
///
/// `kubeadm` is a link to the shell, so that it does what it is told under that name.
@Suite struct PipeTests {
  struct Case: CustomTestStringConvertible {
    var isLive: Bool
    var writer: String
    init(live writer: String) { (isLive, self.writer) = (true, writer) }
    init(not writer: String) { (isLive, self.writer) = (false, writer) }
    var testDescription: String { writer }
  }

  private static let kubeadm = "./kubeadm -c 'sleep 0.2; echo \"$(cat old.log)\"; sleep 1; :'"

  @Test(arguments: [
    Case(live: kubeadm),
    Case(live: "env LANG=C nice -n 1 \(kubeadm)"),
    Case(live: "timeout 60 \(kubeadm)"),
    Case(live: "\(kubeadm) | tee copy.log"),
    Case(live: "\(kubeadm) 2>&1 | tee copy.log | cat"),
    Case(live: "sh -c './kubeadm old.sh 2>&1 | tee copy.log'"),
    // What the shell has open is not what the filter reads.
    Case(live: "exec 7<old.log; \(kubeadm) | tee copy.log"),
    // Started when all who look only at the beginning have looked.
    Case(live: "sh -c 'sleep 1; ./kubeadm old.sh 2>&1 | tee copy.log'"),
    Case(not: "cat old.log"),
    Case(not: "cat old.log | tee copy.log"),
    Case(not: "(cat old.log; sleep 0.2)"),
    Case(not: "\(kubeadm) | grep -v nothing"),
    Case(not: "grep -v nothing old.log"),
    Case(not: "(./kubeadm -c 'sleep 1; :'; cat old.log)"),
    Case(not: "sh -c './kubeadm -c \"sleep 1; :\"; cat old.log'"),
  ])
  func whoeverWrites(_ row: Case) throws {
    let command = try Command()
    defer { command.clean() }
    let made = """
      ln -s "$(command -v bash)" kubeadm; cp '\(Command.fixtures)/ha-install/01-cp1-init.txt' old.log
      printf 'sleep 0.2; echo "$(cat old.log)"; sleep 1\\n' > old.sh
      \(row.writer) |
      """
    let parsed = try command.run("parse", before: made)
    #expect(parsed.status == 0)
    #expect(parsed.output.contains("kubeadm.session.started"))
    #expect(parsed.output.contains("\"time_source\":\"arrival\"") == row.isLive)
    #expect(parsed.output.contains("\"time_source\":\"file\"") != row.isLive)
  }
}
