internal import KubelogScan

extension Session {
  mutating func beginFinding(isError: Bool, check: String, text: String, _ out: Output) {
    let kind = isError ? "kubeadm.preflight.error" : "kubeadm.preflight.warning"
    finding = Finding(isError: isError, check: check, text: text, place: place(kind, check, out))
    if isError { facts.outcome = .failed }
    if isError, check == "ImagePull" { failedToPull = true }
  }

  mutating func finishFinding(_ out: inout Output) {
    guard let done = finding else { return }
    finding = nil
    if done.isError { nameInFailure(done.check) }
    emit(
      done.isError ? "kubeadm.preflight.error" : "kubeadm.preflight.warning", done.isError ? .error : .warning,
      "\(done.check): \(done.text)", [Attribute("check", .text(done.check)), Attribute("message", .text(done.text))],
      at: done.place, &out)
  }

  mutating func fail(_ text: String, _ out: Output) {
    facts.outcome = .failed
    isOver = true
    trouble = nil
    var text = text
    let colon = text.hasSuffix(":")
    if !text.contains(": "), !colon, !trail.isEmpty { text += ": " + trail.reversed().joined(separator: ": ") }
    if let failure, !failure.text.hasPrefix("[preflight]") {
      // `-v=5` prints the failure again for every layer it went through; the first is the whole one.
      if failure.text.hasPrefix(text) || failure.goesOn { return }
    }
    failure = Failure(
      text: text, place: failure?.place ?? place("kubeadm.session.ended", "failed", out), goesOn: colon)
    facts.error = text
    trail = []
  }

  /// `Unfortunately, an error has occurred:` stands on standard output, the error itself on the other stream, and until
  /// 1.12 there was no closing line that only a failure has.
  mutating func beginTrouble(_ text: String, _ out: inout Output) {
    guard !isOver, failure == nil else { return }
    out.clock.waitedInVain()
    facts.outcome = .failed
    trouble = Failure(text: text, place: place("kubeadm.session.ended", "failed", out), goesOn: true)
  }

  /// Nothing more comes: the block was all that said how it failed.
  mutating func finishTrouble() {
    guard var before = trouble else { return }
    trouble = nil
    if failure == nil {
      before.goesOn = true
      failure = before
      facts.error = before.text
    }
  }

  /// Whether 1.8's list of failed checks is being printed: messages without the names of their checks.
  var listsErrors: Bool {
    guard let text = failure?.text else { return false }
    return text.contains("fatal errors occurred")
  }

  /// "Some fatal errors occurred:" says which only on the lines that follow.
  private mutating func nameInFailure(_ check: String) {
    guard let text = failure?.text, text.contains("fatal errors occurred:") else { return }
    guard !text.contains(" \(check)") else { return }
    let longer = text.hasSuffix(":") ? "\(text) \(check)" : "\(text), \(check)"
    failure?.text = longer
    failure?.goesOn = false
    facts.error = longer
  }

  /// Emits the failure once its text is whole.
  mutating func finishFailure(_ out: inout Output) {
    guard let done = failure else { return }
    failure = nil
    if facts.command == .unknown, phases.contains("preflight") { facts.command = .join }
    // What ends it stands below the block and below the list of checks.
    let isSure = !done.goesOn && !done.text.hasPrefix("[preflight]")
    emit(
      "kubeadm.session.ended", .error, done.text,
      [Attribute("command", .text(facts.command.rawValue)), Attribute("outcome", .text("failed"))]
        + (waitedFor(failing: done.text).map { [Attribute("waiting_for", .text($0))] } ?? []),
      at: done.place, isSure: isSure, &out)
  }

  /// A line of no known form.
  mutating func takeStrange(_ line: Bytes, _ body: Range<Int>, indented: Bool, _ out: Output) {
    strangeLines += 1
    if let before = trouble, before.goesOn {
      trouble?.text += " " + Masker.text(line, body, keysAnywhere: true, limit: 500)
      trouble?.goesOn = false
    }
    if finding != nil {
      if let text = finding?.text, text.utf8.count < 2000 {
        finding?.text = text + "\n" + Masker.text(line, body, keysAnywhere: true, limit: 1000)
      }
    } else if let before = failure, before.goesOn {
      if line.has("Please ensure that", at: body.lowerBound) {
        failure?.goesOn = false
      } else if before.text.utf8.count < 2000 {
        let text = before.text + " " + Masker.text(line, body, keysAnywhere: true, limit: 1000)
        failure?.text = text
        facts.error = text
      }
    } else if !indented, !isFrame(line, body) {
      trail.append(Masker.text(line, body, keysAnywhere: true, limit: 500))
      if trail.count > 5 { trail.removeFirst() }
    }
    pass(line, body, out)
  }

  /// A function name of a Go stack trace.
  private func isFrame(_ line: Bytes, _ body: Range<Int>) -> Bool {
    line.first(0x20, in: body) == nil && line.first(0x2E, in: body) != nil
  }
}
