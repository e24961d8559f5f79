internal import KubelogScan

extension [Event] {
  /// Has what kubeadm and kubectl said name the problems that it shows. What rules made of a line names its own.
  mutating func nameProblems(_ rules: RuleSet) {
    for index in indices
    where self[index].severity >= .warning && Event.kindsThatFail.contains(self[index].kind) {
      guard let text = self[index].failureText else { continue }
      let bytes = [UInt8](text.utf8)
      guard let match = rules.match(failure: bytes.span, 0..<bytes.count) else { continue }
      for attribute in match.told where !self[index].attributes.contains(where: { $0.name == attribute.name }) {
        self[index].attributes.append(attribute)
      }
    }
  }
}

extension [Event] {
  /// ``Event/problem`` of the event at `index`, which is not copied.
  public func problem(at index: Int) -> String? { self[index].attributes.problem }
}

extension Batch {
  /// Whether an event in it shows a known problem.
  public var showsProblem: Bool {
    events.indices.contains { events.problem(at: $0) != nil }
  }
}

extension [Attribute] {
  /// The id of the problem among them.
  fileprivate var problem: String? {
    // By their places: attributes are not copied, each event is asked.
    for index in indices where self[index].name == Problem.attribute {
      if case .text(let id) = self[index].value { return id }
    }
    return nil
  }
}

extension Event {
  /// The id of the problem that it shows.
  public var problem: String? { attributes.problem }

  /// The kinds of what ``failureText`` is there for.
  fileprivate static let kindsThatFail: Set = [
    "kubeadm.preflight.error", "kubeadm.preflight.warning", "kubeadm.session.ended", "kubeadm.component.unhealthy",
    "kubectl.error", "kubernetes.event",
  ]

  /// The text that may say why something failed, as rules of the component `failure` see it: of a failed check as kubeadm
  /// prints it, `[ERROR Swap]: running with swap on is not supported`, of a failed run with its command before it,
  /// `[FAILED join]: timed out waiting for the condition`. Nil for what was no such thing.
  fileprivate var failureText: String? {
    func value(_ name: String) -> String {
      guard case .text(let text)? = attributes.first(where: { $0.name == name })?.value else { return "" }
      return text
    }
    switch kind {
    case "kubeadm.preflight.error": return "[ERROR \(value("check"))]: \(value("message"))"
    case "kubeadm.preflight.warning": return "[WARNING \(value("check"))]: \(value("message"))"
    case "kubeadm.session.ended": return "[FAILED \(value("command"))]: \(message)"
    case "kubeadm.component.unhealthy", "kubectl.error", "kubernetes.event": return message
    default: return nil
    }
  }
}
