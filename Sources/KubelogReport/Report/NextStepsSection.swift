/// A thing to do: one sentence, one reason, one command.
struct NextStep {
  var sentence: String
  var reason: String
  var command: String
  /// What is open, for the sentence on top; nil where it is no fault.
  var short: String?
}

extension ReportFacts {
  /// The most that is said at once.
  private static let most = 5

  /// What to do, the most harmful first; at most five.
  var steps: [NextStep] {
    var steps: [NextStep] = []
    for block in ProblemBlock.blocks(problems.filter { $0.state == "open" && $0.severity == "error" }).prefix(2) {
      let (problem, place) = (block.problem, block.place)
      steps.append(
        NextStep(
          sentence: sentence(block.title + place), reason: problem.cause,
          command: problem.remedy.first ?? problem.reference, short: block.title + place))
    }
    for row in lastQuorums where row.state == "lost" || row.state == "at-risk" {
      steps += quorumStep(row).map { [$0] } ?? []
    }
    for session in openFailures.suffix(2) {
      let place = session.node.map { " on \($0)" } ?? ""
      steps.append(
        NextStep(
          sentence: "Mend the failed \(session.command)\(place).",
          reason: session.error?.split(separator: "\n").first.map(String.init) ?? "It ended without a word why.",
          command: "kubelog phases --session \(session.id)", short: "\(session.command)\(place) failed"))
    }
    // Members of the control plane are said above.
    let said = Set(lastQuorums.filter { $0.state == "lost" || $0.state == "at-risk" }.flatMap(\.notReady))
    let lost = presentNodes.filter { $0.status == "NotReady" && !said.contains($0.name) }
    if let node = lost.first {
      let names = lost.count == 1 ? node.name : "\(lost.count) nodes"
      steps.append(
        NextStep(
          sentence: "Find out why \(names) \(lost.count == 1 ? "is" : "are") not Ready.",
          reason: "Last seen at \(times.clock(node.lastSeen, approximate: node.isApproximate)).",
          command: "kubectl describe node \(shellWord(node.name))",
          short: "\(names) \(lost.count == 1 ? "is" : "are") NotReady"))
    }
    for token in openSecrets where token.state == "never" {
      steps.append(
        NextStep(
          sentence: "Delete token \(token.id), which never expires.",
          reason: "Whoever has it can join a node.", command: "kubeadm token delete \(shellWord(token.id))",
          short: "token \(token.id) never expires"))
    }
    let cordoned = presentNodes.filter { $0.isSchedulable == false }
    if let node = cordoned.first {
      steps.append(
        NextStep(
          sentence: "Let \(cordoned.map(\.name).prefix(3).joined(separator: ", ")) take work again.",
          reason: "Cordoned when last seen.", command: "kubectl uncordon \(shellWord(node.name))",
          short: cordoned.count == 1 ? "\(node.name) is cordoned" : "\(cordoned.count) nodes are cordoned"))
    }
    steps += installSteps + deadlineSteps
    return Array(steps.prefix(Self.most))
  }

  /// What a control plane needs that has no majority or would lose it with the next member.
  private func quorumStep(_ row: QuorumRow) -> NextStep? {
    let name = lastQuorums.count > 1 ? " of \(named([row]))" : ""
    let reason =
      "\(row.ready) of \(row.members) members \(row.ready == 1 ? "is" : "are") Ready, \(row.needed) \(row.needed == 1 ? "is" : "are") needed."
    guard let node = row.notReady.first else {
      return NextStep(
        sentence: "Join another control-plane node\(name): \(row.members) stand no loss.", reason: reason,
        command: "kubelog join control-plane", short: "the control plane\(name) tolerates no loss")
    }
    let names = row.notReady.prefix(3).joined(separator: ", ")
    if row.state == "lost" {
      return NextStep(
        sentence: "Bring back the majority of the control plane\(name): \(names).", reason: reason,
        command: "ssh \(shellWord(node)) systemctl status kubelet", short: "the control plane\(name) has no quorum")
    }
    return NextStep(
      sentence: "Bring back \(names): one more loss ends the majority\(name).", reason: reason,
      command: "kubectl describe node \(shellWord(node))", short: "one more loss ends the quorum\(name)")
  }

  /// What the catalogue says of an install that succeeded; of the certificate key the deadline is said below.
  private var installSteps: [NextStep] {
    nextSteps.filter { $0.id != "next-certificate-key" }.map { step in
      NextStep(sentence: sentence(step.title), reason: step.cause, command: step.remedy.first ?? step.reference)
    }
  }

  private func sentence(_ title: String) -> String { title.prefix(1).uppercased() + title.dropFirst() + "." }

  private var deadlineSteps: [NextStep] {
    var steps: [NextStep] = []
    let ended = secrets.filter { $0.kind == "certificate" && ($0.state == "expired" || $0.state == "expiring") }
    if let first = ended.first {
      steps.append(
        NextStep(
          sentence: "Renew \(ended.count == 1 ? "certificate \(first.id)" : "\(ended.count) certificates").",
          reason: "The first: \(first.id), \(times.clock(first.expires, approximate: first.isApproximate)).",
          command: first.isAuthority
            ? "kubeadm certs check-expiration" : "kubeadm certs renew \(shellWord(first.name ?? "all"))",
          short: "\(ended.count == 1 ? "a certificate" : "\(ended.count) certificates") expired or will soon"))
    }
    if let key = openSecrets.first(where: {
      $0.kind == "certificate-key" && ($0.state == "valid" || $0.state == "expiring")
    }),
      let expires = key.earliest ?? key.expires
    {
      steps.append(
        NextStep(
          sentence: "Another control-plane node? Join it before \(times.clock(expires)).",
          reason: "After that, upload the certificates again first.",
          command: "kubeadm init phase upload-certs --upload-certs"))
    } else if lastInit?.outcome == "succeeded",
      !openSecrets.contains(where: { $0.state == "valid" || $0.state == "expiring" || $0.state == "never" })
    {
      steps.append(
        NextStep(
          sentence: "Another node? Make a new token first.", reason: "No token is known to be valid.",
          command: "kubeadm token create --print-join-command"))
    }
    return steps
  }

  /// The next end of something that is known to be valid.
  var nextExpiry: SecretRow? {
    secrets.filter { ($0.state == "valid" || $0.state == "expiring") && $0.expires != nil }
      .min { ($0.expires ?? .max) < ($1.expires ?? .max) }
  }

  /// A token, key or certificate as people call it.
  func named(_ secret: SecretRow) -> String {
    switch secret.kind {
    case "bootstrap-token": "token \(secret.id)"
    case "certificate-key": "certificate key \(secret.id)"
    default: "certificate \(secret.id)"
    }
  }
}

/// `text` as one word of a shell.
private func shellWord(_ text: String) -> String {
  let plain = text.utf8.allSatisfy {
    switch $0 {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
    default: false
    }
  }
  return plain && !text.isEmpty && !text.hasPrefix("-") ? text : "'" + visible(text).replacing("'", with: "'\\''") + "'"
}

/// What to do next.
struct NextStepsSection: ReportSection {
  let id = "next"
  let title = "What to do next"
  private let facts: ReportFacts

  init(_ facts: ReportFacts) { self.facts = facts }

  private var nothing: String {
    guard let next = facts.nextExpiry, let expires = next.expires else { return "Nothing." }
    return "Nothing. Next date: \(facts.times.clock(expires, approximate: next.isApproximate)), \(facts.named(next))."
  }

  var html: HTML {
    let steps = facts.steps
    guard !steps.isEmpty else { return absence(nothing) }
    let lines: [HTML] = steps.map {
      "<li><span>\($0.sentence)<span class=\"why\">\($0.reason)</span></span><code class=\"cmd\">\($0.command)</code></li>\n"
    }
    return "<ol class=\"deeds\">\n\(Markup(lines))</ol>\n"
  }

  var markdown: Markdown {
    let steps = facts.steps
    guard !steps.isEmpty else { return "\(nothing)\n" }
    return Markup(
      steps.enumerated().map { index, step in
        let command = visible(step.command)
        // A fence ends at a line with as many backticks as it began with.
        let longest = command.split(whereSeparator: { $0 != "`" }).map(\.count).max() ?? 0
        let fence = String(repeating: "`", count: max(3, longest + 1))
        let block = Markdown(stringLiteral: "   \(fence)sh\n   \(command)\n   \(fence)\n")
        return "\(index + 1). **\(step.sentence)** \(step.reason)\n\n\(block)"
      })
  }
}
