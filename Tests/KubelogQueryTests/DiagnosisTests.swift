import KubelogParse
import Testing

@testable import KubelogQuery

/// What is told of findings, by marks beside them. Times are minutes after the hour.
@Suite struct DiagnosisTests {
  private static let catalogue = [
    problem("swap-on", outranks: ["kubelet-unhealthy"]), problem("kubelet-unhealthy", outranks: ["timeout"]),
    problem("timeout", outranks: ["api-refused"]), problem("etcd-down", outranks: ["api-refused"], reach: .cluster),
    problem("api-refused", benign: [.boot, .brief], endedBy: ["kubelet.node.registered"]),
    problem("cni-not-ready", severity: .warning, benign: [.boot, .beforeCNI, .brief]),
    problem("no-config", severity: .info, benign: [.beforeInit]),
    problem("lb-down", severity: .warning, benign: [.beforeJoins], endedBy: ["lb.up"], saidOnce: true),
    problem("kubeadm-failed", lastResort: true), problem("firewall", severity: .warning),
  ]

  private static func problem(
    _ id: String, severity: Severity = .error, outranks: [String] = [], benign: [Problem.Benign] = [],
    endedBy: [String] = [], reach: Problem.Reach = .node, saidOnce: Bool = false, lastResort: Bool = false
  ) -> Problem {
    Problem(
      id: id, title: "\(id) {what}", cause: "c", remedy: ["r"], reference: "https://example.org", severity: severity,
      outranks: outranks, benignWhen: benign, endedBy: ["ready"] + endedBy, reach: reach, isSaidOnce: saidOnce,
      isLastResort: lastResort, isNextStep: false)
  }

  /// A line of a log at minute `at`.
  private func seen(_ problem: String, _ node: String? = "w1", at minute: Double, to last: Double? = nil) -> Finding {
    var finding = Finding(problem: problem, moment: moment(minute))
    (finding.node, finding.kind, finding.path, finding.line) = (node, "kubelet.x", "w1.log", Int(minute))
    finding.last = last.map { Int64($0 * 60e6) }
    finding.text = "\(problem) at \(minute)"
    return finding
  }

  /// What kubeadm said in a run; without a clock, as the `line`th of input `source`.
  private func failed(
    _ problem: String, _ node: String? = "w1", run: String = "s1", source: Int = 9, line: Int = 1,
    kind: String = "kubeadm.session.ended"
  ) -> Finding {
    var finding = Finding(problem: problem, moment: Moment(time: nil, isDated: false, source: source, byte: line))
    (finding.node, finding.session, finding.command, finding.kind) = (node, run, "init", kind)
    (finding.path, finding.line) = ("init.txt", line)
    return finding
  }

  private func mark(
    _ name: String, _ node: String? = "w1", from began: Double? = nil, at minute: Double, command: String = "init",
    run: String? = nil
  ) -> Mark {
    Mark(
      mark: name, node: node, cluster: nil, session: run, command: command, began: began.map { Int64($0 * 60e6) },
      moment: moment(minute))
  }

  private func moment(_ minute: Double) -> Moment {
    Moment(time: Int64(minute * 60e6), isDated: true, source: 1, byte: Int(minute * 100))
  }

  /// How each case stands: `swap-on open`, and behind a symptom what explains it.
  private func told(_ findings: [Finding], _ marks: [Mark] = []) -> [String] {
    Diagnosis(findings, marks, Self.catalogue).cases.map { found in
      "\(found.problem.id) \(found.state.rawValue)" + (found.causedBy.map { " of \($0)" } ?? "")
    }
  }

  // MARK: Causes and symptoms

  @Test func aCauseExplainsItsSymptomsAndTheirs() {
    #expect(
      told([
        seen("api-refused", at: 1, to: 9), failed("timeout"), seen("swap-on", at: 2, to: 8),
        failed("kubelet-unhealthy"),
      ])
        == [
          "swap-on open", "api-refused symptom of swap-on", "kubelet-unhealthy symptom of swap-on",
          "timeout symptom of swap-on",
        ])
  }

  @Test func anotherNodesTroubleExplainsNothingUnlessItReachesTheCluster() {
    #expect(
      told([seen("swap-on", "cp1", at: 1), seen("api-refused", "w1", at: 1, to: 9)])
        == ["api-refused open", "swap-on open"])
    #expect(
      told([seen("etcd-down", "cp1", at: 1), seen("api-refused", "w1", at: 1, to: 9)])
        == ["etcd-down open", "api-refused symptom of etcd-down"])
  }

  @Test func whatWasAtAnotherTimeExplainsNothing() {
    #expect(
      told([seen("swap-on", at: 1), seen("api-refused", at: 40, to: 49)], []) == ["swap-on open", "api-refused open"])
    #expect(told([seen("swap-on", at: 1), seen("api-refused", at: 10, to: 19)]).first == "swap-on open")
  }

  @Test func runsThatDoNotTellTheirNodesAreNotTakenForOne() {
    #expect(
      told([failed("swap-on", nil, run: "a"), failed("timeout", nil, run: "b")]) == ["swap-on open", "timeout open"])
    #expect(
      told([failed("swap-on", nil, run: "a"), failed("timeout", nil, run: "a")])
        == ["swap-on open", "timeout symptom of swap-on"])
  }

  @Test func theLastResortIsForWhereNothingElseSaysWhy() {
    #expect(told([failed("kubeadm-failed")]) == ["kubeadm-failed open"])
    #expect(
      told([failed("kubeadm-failed"), failed("swap-on")]) == ["swap-on open", "kubeadm-failed symptom of swap-on"])
    // A warning is no reason.
    #expect(told([failed("kubeadm-failed"), failed("firewall")]) == ["kubeadm-failed open", "firewall open"])
  }

  // MARK: What was normal

  @Test func whatBelongsToABootIsNormal() {
    let install = mark("success", from: 10, at: 12)
    #expect(told([seen("api-refused", at: 11, to: 11.5)], [install]) == ["api-refused benign"])
    #expect(told([seen("api-refused", at: 16, to: 22)], [install]) == ["api-refused benign"])
    #expect(told([seen("api-refused", at: 18, to: 24)], [install]) == ["api-refused open"])
    #expect(told([seen("api-refused", "w2", at: 11, to: 16)], [install]) == ["api-refused open"])
  }

  @Test func whatIsBriefIsNormal() {
    #expect(told([seen("api-refused", at: 1), seen("api-refused", at: 3.5)]) == ["api-refused benign"])
    #expect(told([seen("api-refused", at: 1), seen("api-refused", at: 4.5)]) == ["api-refused open"])
    // What stopped kubeadm is not.
    #expect(told([failed("api-refused")]) == ["api-refused open"])
  }

  @Test func aNodeWaitsForTheNetworkUntilThatIsInstalled() {
    let waits = seen("cni-not-ready", at: 20, to: 40)
    #expect(told([waits], [mark("success", "cp1", from: 1, at: 2)]) == ["cni-not-ready benign"])
    #expect(
      told([waits], [mark("success", "cp1", from: 1, at: 2), mark("network", nil, at: 10)]) == ["cni-not-ready open"])
    #expect(
      told([waits], [mark("success", "cp1", from: 1, at: 2), mark("ready", "cp1", at: 10)]) == ["cni-not-ready open"])
    // Of a cluster that nobody saw being installed nothing is known.
    #expect(told([waits]) == ["cni-not-ready open"])
  }

  @Test func beforeTheFirstRunThereIsNoConfiguration() {
    #expect(told([seen("no-config", at: 1, to: 9)], [mark("run", from: 10, at: 12)]) == ["no-config benign"])
    #expect(told([seen("no-config", at: 1, to: 9)]) == ["no-config open"])
  }

  @Test func aLoadBalancerWaitsForTheOtherControlPlanes() {
    let down = seen("lb-down", "lb", at: 5)
    #expect(told([down], [mark("success", "cp3", from: 8, at: 9, command: "join")]) == ["lb-down benign"])
    #expect(told([down], [mark("success", "cp3", from: 1, at: 2, command: "join")]) == ["lb-down open"])
  }

  // MARK: What is over

  @Test func aNodeThatBecomesReadyEndsItsProblems() throws {
    let found = Diagnosis(
      [seen("swap-on", at: 1, to: 6)], [mark("ready", at: 5), mark("ready", at: 8)], Self.catalogue)
    #expect(found.cases.map(\.state) == [.ended])
    #expect(found.cases.first?.endedAt == Int64(8 * 60e6))
    #expect(found.cases.first?.reason == "the node became Ready")
    #expect(told([seen("swap-on", at: 1)], [mark("ready", "w2", at: 8)]) == ["swap-on open"])
  }

  @Test func aLaterRunEndsWhatStoppedTheEarlierOne() {
    let later = Mark(
      mark: "success", node: "w1", session: "s2", command: "init",
      moment: Moment(time: nil, isDated: false, source: 10, byte: 1))
    #expect(told([failed("swap-on")], [later]) == ["swap-on ended"])
    // An init that stops early does not tell its node.
    #expect(told([failed("swap-on", nil)], [later]) == ["swap-on ended"])
    var earlier = later
    earlier.moment.source = 8
    #expect(told([failed("swap-on")], [earlier]) == ["swap-on open"])
    // Nor does a run end what it warned of itself.
    var own = later
    own.session = "s1"
    #expect(told([failed("firewall", kind: "kubeadm.preflight.warning")], [own]) == ["firewall open"])
  }

  @Test func anEventOfItsOwnEndsAProblem() {
    #expect(
      told([seen("api-refused", at: 1, to: 9)], [mark("kubelet.node.registered", at: 10)]) == ["api-refused ended"])
    #expect(told([seen("lb-down", at: 1)], [mark("lb.up", at: 2)]) == ["lb-down ended"])
  }

  @Test func whatALogNoLongerSaysIsOverUnlessItIsSaidOnlyOnce() {
    let log = mark("log", at: 30)
    #expect(told([seen("swap-on", at: 1, to: 6)], [log]) == ["swap-on ended"])
    #expect(told([seen("swap-on", at: 1, to: 25)], [log]) == ["swap-on open"])
    #expect(told([seen("lb-down", at: 1)], [log]) == ["lb-down open"])
    // It explains a run that failed, and that is not over.
    #expect(
      told([seen("swap-on", at: 1, to: 6), failed("timeout")], [log]) == ["swap-on open", "timeout symptom of swap-on"])
  }

  @Test func whatComesBackIsToldApartFromWhatIsOver() {
    let found = Diagnosis(
      [seen("swap-on", at: 1), seen("swap-on", at: 2), seen("swap-on", at: 20)], [mark("ready", at: 8)], Self.catalogue)
    #expect(found.cases.map(\.state) == [.open, .ended])
    #expect(found.cases.map(\.count) == [1, 2])
    #expect(found.cases.first?.firstSeen == Int64(20 * 60e6))
  }

  // MARK: What is told of it

  @Test func oneCauseIsOneCaseWithAHandfulOfLines() throws {
    var many = (1...40).map { seen("swap-on", at: Double($0)) }
    many[3].count = 10
    many[5].attributes = #"{"what":"here","n":1}"#
    let found = try #require(Diagnosis(many, [], Self.catalogue).cases.first)
    #expect(found.count == 49)
    #expect(found.problem.title == "swap-on here")
    #expect((found.firstSeen, found.lastSeen) == (Int64(60e6), Int64(40 * 60e6)))
    #expect(found.evidence.map(\.line) == [1, 2, 3, 4, 40])
  }

  @Test func whatKubeadmOnlyWarnsOfIsNoError() {
    let found = Diagnosis([failed("swap-on", kind: "kubeadm.preflight.warning")], [], Self.catalogue).cases
    #expect(found.map(\.severity) == [.warning])
  }

  @Test func theWorstAndEarliestComesFirst() {
    #expect(
      told([
        seen("firewall", at: 1), seen("timeout", "cp1", at: 9), seen("swap-on", "w2", at: 3),
        failed("kubeadm-failed", "w3"),
      ])
        == ["swap-on open", "timeout open", "kubeadm-failed open", "firewall open"])
  }

  @Test func aProblemThatThisCatalogueDoesNotKnowIsLeftOut() {
    #expect(told([seen("of-an-earlier-catalogue", at: 1)]).isEmpty)
  }
}
