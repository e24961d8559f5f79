import KubelogScan
import Testing

@testable import KubelogParse

/// The catalogue of problems, and how rules name them.
@Suite struct ProblemTests {
  private static var book: RuleBook { get throws { try RuleBook() } }

  @Test func everyProblemIsNamedByARuleWithHitsAndMisses() throws {
    let rules = try RulePack.builtIn().flatMap(\.rules)
    let problems = try Self.book.problems
    #expect(problems.count > 90)
    #expect(Set(problems.map(\.id)).count == problems.count)
    for problem in problems where !problem.isNextStep {
      let naming = rules.filter { $0.problem == problem.id }
      #expect(!naming.isEmpty, "\(problem.id)")
      #expect(naming.allSatisfy { $0.hits?.isEmpty == false && $0.misses?.isEmpty == false }, "\(problem.id)")
    }
  }

  @Test func everyProblemSaysWhatToDoAndWhereToReadMore() throws {
    for problem in try Self.book.problems {
      #expect(RuleCheck.faults(problem) == [], "\(problem.id)")
      let isOfKubernetes = ["https://kubernetes.io/", "https://github.com/kubernetes/kubernetes/issues/"].contains {
        problem.reference.hasPrefix($0)
      }
      #expect(isOfKubernetes, "\(problem.reference)")
    }
  }

  @Test func noProblemExplainsItself() throws {
    let problems = try Self.book.problems
    for problem in problems { #expect(!Problem.outranked(by: problem.id, problems).contains(problem.id)) }
  }

  @Test(arguments: [
    ("swap-on", "kubelet-unhealthy"), ("swap-on", "control-plane-timeout"), ("swap-on", "api-refused"),
    ("cgroup-driver-mismatch", "control-plane-timeout"), ("image-pull-failed", "control-plane-timeout"),
    ("certificate-expired", "api-refused"), ("cni-plugin-missing", "coredns-pending"),
    ("endpoint-name-unresolvable", "lease-not-renewed"), ("etcd-no-leader", "kubelet-node-not-registered"),
  ])
  func causesOutrankSymptoms(cause: String, symptom: String) throws {
    let problems = try Self.book.problems
    #expect(Problem.outranked(by: cause, problems).contains(symptom))
    #expect(!Problem.outranked(by: symptom, problems).contains(cause))
  }

  @Test func namesAreFilledInAndStepsWithoutThemLeftOut() throws {
    let image = try #require(try Self.book.problems.first { $0.id == "image-pull-failed" })
    let filled = image.filled(["image": "pause:3.9"])
    #expect(filled.title == "image pause:3.9 cannot be pulled")
    #expect(filled.remedy.contains("crictl pull pause:3.9"))
    let bare = image.filled([:])
    #expect(bare.title == "image cannot be pulled")
    #expect(!bare.remedy.contains { $0.contains("crictl") })
    let port = try #require(try Self.book.problems.first { $0.id == "port-in-use" }).filled([:])
    #expect(port.title == "port is in use")
    #expect(!port.remedy.isEmpty)
  }

  // MARK: Naming

  private func events(_ text: String) throws -> [Event] {
    var parser = try Parser(SourceOptions(clock: ClockOptions(year: 2026, zone: .utc, now: present)))
    var lines = LineSplitter()
    lines.feed(Array(text.utf8).span) { parser.take($0, at: $1) }
    lines.finish { parser.take($0, at: $1, isWhole: false) }
    parser.finish()
    return parser.drain().events
  }

  private func problems(_ text: String) throws -> [String?] {
    try events(text).map { event in
      guard case .text(let id)? = event.attributes.first(where: { $0.name == "problem" })?.value else { return nil }
      return id
    }
  }

  /// What the line itself says about the cause beats what its rule knows it for.
  @Test(arguments: [
    ("dial tcp 192.168.56.10:6443: connect: connection refused", "api-refused"),
    (
      "x509: certificate has expired or is not yet valid: current time 2026-11-23T14:36:16Z is after 2026-11-22T14:00:00Z",
      "certificate-expired"
    ),
    ("dial tcp: lookup lb.local on 10.0.0.2:53: no such host", "endpoint-name-unresolvable"),
    ("context deadline exceeded", "lease-not-renewed"),
  ])
  func theTextBeatsTheRule(error: String, problem: String) throws {
    let line =
      #"E1123 14:36:16.123456     506 controller.go:144] "Failed to ensure lease exists, will retry" err="Get \"https://lb:6443/x\": \#(error)" interval="7s""#
    #expect(try problems(line + "\n") == [problem])
  }

  @Test func aLineOfKubeadmThatIsNothingElseBecomesAnEvent() throws {
    let text = """
      [init] Using Kubernetes version: v1.22.4
      [kubelet-check] The HTTP call equal to 'curl -sSL http://localhost:10248/healthz' failed with error: x
      [kubelet-check] The HTTP call equal to 'curl -sSL http://localhost:10248/healthz' failed with error: x

      """
    let found = try events(text).filter { $0.kind == "kubeadm.kubelet-check.failed" }
    #expect(found.count == 2)
    #expect(found.allSatisfy { $0.severity == .error })
  }

  @Test func checksAreNamedWithTheirSubject() throws {
    let found = try events(
      "[preflight] Running pre-flight checks\n\t[ERROR Port-6443]: Port 6443 is in use\n\t[WARNING Swap]: swap is on\n")
    let told = found.map { event in event.attributes.map { "\($0.name)=\($0.value.plainText)" }.joined(separator: " ") }
    #expect(told.contains { $0.contains("check=Port-6443") && $0.hasSuffix("port=6443 problem=port-in-use") })
    #expect(told.contains { $0.hasSuffix("problem=swap-on") })
  }

  @Test func linesThatAreNoFailureNameNothing() throws {
    let text = """
      I1123 14:36:16.123456     506 x.go:1] "Told about" err="running with swap on is not supported"
      [kubelet-check] Initial timeout of 40s passed.

      """
    #expect(try problems(text).allSatisfy { $0 == nil })
  }

  // MARK: Packs of one's own

  private func fault(_ problems: String, rules: String = "[]") -> String? {
    do {
      _ = try RuleBook([("my.json5", "{pack: 'my', component: 'failure', problems: [\(problems)], rules: \(rules)}")])
      return nil
    } catch { return error.sentence }
  }

  private static let whole =
    "id: 'disk-slow', title: 't', cause: 'c', remedy: ['r'], reference: 'https://example.org', severity: 'warning'"

  @Test func aPackMayAddProblemsAndReplaceThem() throws {
    let source =
      """
      {pack: 'my', problems: [{\(Self.whole), outranks: ['etcd-slow']},
        {id: 'swap-on', title: 'mine', cause: 'c', remedy: ['r'], reference: 'https://example.org', severity: 'info'}]}
      """
    let book = try RuleBook(unchecked: [("my.json5", source)])
    #expect(book.problems.last?.id == "disk-slow")
    #expect(book.problems.count == (try RuleBook().problems.count) + 1)
    #expect(book.problems.first { $0.id == "swap-on" }?.title == "mine")
    #expect(Problem.outranked(by: "disk-slow", book.problems).contains("etcd-request-timeout"))
    // Nothing leads to it yet.
    #expect(book.lint().map(\.problem) == ["no rule names it"])
  }

  @Test(arguments: [
    ("{id: 'x'}", "rule 'x': 'title' is missing"),
    ("{\(whole), fix: 'x'}", "rule 'disk-slow': a problem has no 'fix'"),
    (whole.replacing("'warning'", with: "'bad'").braced, "rule 'disk-slow': 'severity' has a value that is not known"),
    ("{\(whole), benign_when: ['night']}", "rule 'disk-slow': 'benign_when' has a value that is not known"),
    (whole.replacing("disk-slow", with: "Disk slow").braced, "rule 'Disk slow': 'Disk slow' is no id"),
    (whole.replacing("['r']", with: "[]").braced, "rule 'disk-slow': it has no remedy"),
    (whole.replacing("https:", with: "http:").braced, "rule 'disk-slow': its reference is no https address"),
    ("{\(whole), ended_by: ['later']}", "rule 'disk-slow': 'later', which is to end it, is no kind"),
  ])
  func problemsThatCannotBeUsed(text: String, sentence: String) throws {
    let said = try #require(fault(text))
    #expect(said.hasPrefix("rule pack 'my.json5': " + sentence), "\(said)")
  }

  @Test func aRuleMustNameAProblemThatIsThere() throws {
    let said = fault("", rules: "[{id: 'x', kind: 'a.b', contains: ['text'], problem: 'nothing'}]")
    #expect(said == "rule pack 'my.json5': rule 'x': there is no problem 'nothing'")
    let led = fault("", rules: "[{id: 'x', kind: 'a.b', messages: ['a message']}]")
    #expect(led == "rule pack 'my.json5': rule 'x': texts of failures are known by what they contain")
  }

  @Test func lintFindsCirclesAndStrangers() throws {
    let source =
      """
      {pack: 'my', problems: [{\(Self.whole), outranks: ['b', 'nobody']},
        {id: 'b', title: 't', cause: 'c', remedy: ['r'], reference: 'https://example.org', severity: 'info', outranks: ['disk-slow']}]}
      """
    let said = try RuleBook(unchecked: [("my.json5", source)]).lint().map { "\($0.rule): \($0.problem)" }
    #expect(said.contains("disk-slow: it outranks 'nobody', which is no problem"))
    #expect(said.contains("disk-slow: it outranks itself") && said.contains("b: it outranks itself"))
  }
}

extension String {
  fileprivate var braced: String { "{\(self)}" }
}
