internal import KubelogScan

/// What kubeadm waits for, in its own words: most that fails after the checks fails in one of these.
extension Session {
  /// A wait that has begun and of which nothing said that it is over.
  struct Wait: Equatable {
    /// The tag of the line that said so.
    var phase: String
    /// What is waited for.
    var subject: String
  }

  /// How lines begin with which kubeadm turns to somebody else, and after how many bytes the subject follows.
  ///
  /// `[wait-control-plane] Waiting for the kubelet to boot up the control plane as static Pods from directory "…"`,
  /// `[kubelet-start] Waiting for the kubelet to perform the TLS Bootstrap...`, `[preflight] Pulling images required for …`,
  /// `[download-certs] Downloading the certificates in Secret "kubeadm-certs" in the "kube-system" Namespace`,
  /// `[upload-certs] Storing the certificates in Secret …`, `[check-etcd] Checking that the etcd cluster is healthy`.
  private static let beginnings: [(words: StaticString, verb: Int)] = [
    ("waiting for ", 12), ("pulling images ", 8), ("downloading the certificates ", 12),
    ("storing the certificates ", 8),
    ("checking that ", 14),
  ]

  /// What discovery asks the API server for, again and again until it gets it: five minutes, if nobody says otherwise.
  private static let clusterInfo = "the cluster-info ConfigMap"

  /// Takes a tagged line as the beginning of a wait, as a word about the one there is, or as its end.
  mutating func takeWait(_ tag: Tag, _ line: Bytes, _ text: String, _ out: inout Output) {
    let at = tag.rest.lowerBound
    // What follows a failure says what to do about it.
    guard facts.outcome != .failed, !line.has("Some fatal errors occurred", at: at) else { return }
    if tag.name == "discovery" {
      if line.first("requesting info from", in: tag.rest) != nil {
        begin(Wait(phase: tag.name, subject: Self.clusterInfo), text, limit: nil, &out)
      } else if !line.hasIgnoringCase("failed to request cluster", at: at) {
        wait = nil
      }
      return
    }
    for (words, verb) in Self.beginnings where line.hasIgnoringCase(words, at: at) {
      let wait = Wait(
        phase: tag.name, subject: subject(line, min(at + verb, tag.rest.upperBound)..<tag.rest.upperBound))
      if !wait.subject.isEmpty { begin(wait, text, limit: waitLimit(line, tag.rest), &out) }
      return
    }
    if let wait, !goesOn(wait, tag, line) { self.wait = nil }
  }

  /// Takes a klog line, by which newer versions tell of discovery with `-v` only:
  /// `token.go:80] [discovery] Created cluster-info discovery client, requesting info from "10.0.0.1:6443"`.
  mutating func takeWait(klog line: Bytes, _ body: Range<Int>, _ time: EventTime, _ out: inout Output) {
    guard facts.outcome != .failed, line.has("[discovery] ", at: body.lowerBound) else { return }
    if line.first("discovery client, requesting info from", in: body) != nil {
      let wait = Wait(phase: "discovery", subject: Self.clusterInfo)
      begin(wait, Masker.text(line, body, keysAnywhere: true), limit: nil, at: time, &out)
    } else if line.first("Cluster info signature and contents are valid", in: body) != nil {
      wait = nil
    }
  }

  /// What was still waited for when it failed with `error`, nil where it was something else that failed.
  func waitedFor(failing error: String) -> String? {
    // Without `-v` nothing else tells of it. It is asked for until it is there and holds a signature for the token.
    let seeks =
      error.contains("/configmaps/cluster-info?") || error.contains("failed to request the cluster-info ConfigMap")
      || error.contains("could not find a JWS signature in the cluster-info ConfigMap")
      || error.contains("abort connecting to API servers after timeout")
    if seeks { return Self.clusterInfo }
    guard let wait, wait.phase != "discovery", !wait.phase.hasPrefix("preflight") || failedToPull else {
      return nil
    }
    guard error.hasPrefix("error execution phase "), let colon = error.firstIndex(of: ":") else { return wait.subject }
    let path = error[..<colon].dropFirst("error execution phase ".utf8.count).split(separator: "/").map(String.init)
    return path.contains { $0 == wait.phase || Self.said(in: $0).contains(wait.phase) } ? wait.subject : nil
  }

  /// Under which other tags kubeadm speaks while it is in a phase.
  private static func said(in phase: String) -> [String] {
    switch phase {
    case "wait-control-plane": ["init", "kubelet-check", "api-check", "control-plane-check"]
    case "kubelet-start", "kubelet-wait-bootstrap": ["kubelet-start", "kubelet-check"]
    case "etcd-join", "control-plane-join": ["etcd"]
    case "preflight": ["preflight/images"]
    default: []
    }
  }

  private mutating func begin(
    _ wait: Wait, _ text: String, limit: Double?, at time: EventTime? = nil, _ out: inout Output
  ) {
    self.wait = wait
    var place = place("kubeadm.wait.started", "", out)
    if let time { place.time = time }
    emit(
      "kubeadm.wait.started", .info, text,
      [Attribute("phase", .text(wait.phase)), Attribute("waiting_for", .text(wait.subject))]
        + (limit.map { [Attribute("limit_s", .number($0))] } ?? []), at: place, &out)
  }

  /// Whether a line says something about the wait there is: that it takes long, or that a part of what it waits for is there.
  private func goesOn(_ wait: Wait, _ tag: Tag, _ line: Bytes) -> Bool {
    let at = tag.rest.lowerBound
    if tag.name == wait.phase, line.has("This ", at: at) || line.has("You can also ", at: at) { return true }
    guard ["kubelet-check", "api-check", "control-plane-check"].contains(tag.name) else { return false }
    return tag.name == "control-plane-check" || line.first(" is healthy after ", in: tag.rest) == nil
  }

  /// `the kubelet to boot up the control plane as static Pods from directory "…"` without the limit and dots that may follow.
  private func subject(_ line: Bytes, _ range: Range<Int>) -> String {
    let end = line.first(". This can take up to ", in: range) ?? range.upperBound
    var text = Masker.text(line, range.lowerBound..<end, keysAnywhere: true)[...]
    while let last = text.last, last == "." || last == " " { text = text.dropLast() }
    return String(text)
  }
}
