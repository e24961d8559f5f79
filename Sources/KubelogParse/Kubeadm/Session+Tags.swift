internal import KubelogScan

extension Session {
  /// kubeadm has some seventy tags; what has more is not kubeadm.
  private static let mostPhases = 256

  /// Takes a tagged line that belongs to this session.
  mutating func takeTag(_ tag: Tag, _ line: Bytes, _ body: Range<Int>, _ out: inout Output) {
    trail = []
    lastOfUpgrade = nil
    if !tag.isKnown { out.unknown.count(tag, line, body, at: out.position) }
    let at = tag.rest.lowerBound
    let text = Masker.text(line, body, keysAnywhere: true)
    if tag.name == "dryrun" {
      facts.isDryRun = true
    } else if phases.count < Self.mostPhases, !phases.contains(tag.name) {
      phases.append(tag.name)
      emit("kubeadm.phase.started", .info, text, [Attribute("phase", .text(tag.name))], part: tag.name, &out)
    }
    learnCommand(tag, line)
    if line.hasIgnoringCase("waiting for ", at: at) { out.clock.waitBegan(limit: waitLimit(line, tag.rest)) }
    takeWait(tag, line, text, &out)
    let told = out.batch.events.count
    defer { if out.batch.events.count == told, !isOver { takeTrouble(line, body, text, &out) } }
    if line.has("FATAL: ", at: at) {
      // `[upgrade/apply] FATAL: fatal error when trying to upgrade the etcd cluster: …` (1.8 to 1.13).
      fail(Masker.text(line, min(at + 7, body.upperBound)..<body.upperBound, keysAnywhere: true), out)
      return
    }
    switch tag.name {
    case "init":
      if let version = line.rest(after: "using kubernetes version: v", in: tag.rest) {
        facts.kubernetesVersion = "v" + Masker.text(line, word(line, version), keysAnywhere: true)
      }
    case "certs": takeCertificate(line, at, body, text, &out)
    case "mark-control-plane":
      learnNode(line, after: "Marking the node ", body)
      learnNode(line, after: "Will mark node ", body)
      learnNode(line, after: "Master ", body)
    case "apiclient", "api-check", "control-plane-check", "kubelet-check": takeHealth(tag, line, body, text, &out)
    case "upload-certs": takeUpload(line, at, body, &out)
    case "kubeconfig": takeKubeconfig(line, at, body, text, &out)
    case "reset": takeReset(line, at, text, &out)
    case "preflight" where line.has("WARNING: ", at: at):
      let message = Masker.text(line, min(at + 9, body.upperBound)..<body.upperBound, keysAnywhere: true)
      if let check = PreflightText.check(message) { beginFinding(isError: false, check: check, text: message, out) }
    // `[token] Using token: …` until 1.7.
    case "bootstrap-token" where line.hasIgnoringCase("using token", at: at),
      "token" where line.hasIgnoringCase("using token", at: at):
      // Tokens did not expire until 1.8, unless that was asked for.
      if tag.name == "token" { tokenTTL = tokenTTL ?? 0 }
      takeTokens(line, at, body, text, &out)
    case "etcd" where line.has("Announced new etcd member", at: at):
      emit("kubeadm.etcd.member-announced", .info, text, [], &out)
    case "addons":
      guard let name = line.rest(after: "applied essential addon: ", in: tag.rest) else { break }
      emit(
        "kubeadm.addon.applied", .info, text,
        [Attribute("addon", .text(Masker.text(line, word(line, name), keysAnywhere: true)))], &out)
    case "discovery": learn(line, tag.rest)
    case "preflight" where line.has("Some fatal errors occurred", at: at): fail(text, out)
    case "dryrun" where line.has("Finished dry-running successfully", at: at),
      "dryrun" where line.has("Finished dryrunning successfully", at: at):
      facts.outcome = .succeeded
    case _ where tag.name.hasPrefix("upgrade"): takeUpgrade(line, at, body, text, &out)
    default: break
    }
  }

  /// A line that is no event by itself may say that something goes wrong:
  /// `[kubelet-check] The HTTP call equal to 'curl -sSL http://localhost:10248/healthz' failed with error: …`.
  private func takeTrouble(_ line: Bytes, _ body: Range<Int>, _ text: String, _ out: inout Output) {
    guard let match = out.rules.match(failure: line, body) else { return }
    emit(match.rule.kind, match.severity ?? .error, text, match.told, &out)
  }

  /// What a tag and its words say about the command.
  private mutating func learnCommand(_ tag: Tag, _ line: Bytes) {
    guard facts.command == .unknown || facts.command == .phase else { return }
    let at = tag.rest.lowerBound
    // A session whose beginning is missing looks like a phase run by itself.
    let isCut = facts.command == .phase && typed == nil && phases.count > 1
    switch tag.name {
    case "bootstrap-token" where line.hasIgnoringCase("using token", at: at),
      "token" where line.hasIgnoringCase("using token", at: at):
      if isCut { facts.command = .`init` }
    case let name where name.hasPrefix("upgrade"): if isCut { facts.command = .unknown }
    case "reset": facts.command = .reset
    // After 1.8's `[kubeadm] WARNING: kubeadm is in beta`, which join begins with as well.
    case "init" where line.hasIgnoringCase("using kubernetes version", at: at): facts.command = .`init`
    case "discovery", "download-certs", "check-etcd", "control-plane-join", "join", "csr", "bootstrap":
      if isCut || phases.contains("preflight") { facts.command = .join }
    case "preflight" where line.has("Reading configuration", at: at): facts.command = .join
    case "kubelet-start" where line.has("Waiting for the kubelet to perform the TLS", at: at):
      if isCut || phases.contains("preflight") { facts.command = .join }
    default: break
    }
  }

  private mutating func learnNode(_ line: Bytes, after words: StaticString, _ range: Range<Int>) {
    guard !nodeIsGiven, let place = line.first(words, in: range) else { return }
    let start = place + words.utf8CodeUnitCount
    let end = line.end(of: { isWordByte($0) && $0 != 0x22 }, from: start, to: range.upperBound)
    if end > start { facts.node = line.text(start..<end) }
  }

  /// What the words of a klog line tell about the session: node and endpoint.
  mutating func learn(_ line: Bytes, _ range: Range<Int>) {
    learnNode(line, after: "Node API object \"", range)
    learnNode(line, after: "in the cluster with name \"", range)
    for words in ["requesting info from \"", "connect to API Server \""] as [StaticString] {
      guard facts.endpoint == nil, let place = line.first(words, in: range) else { continue }
      let start = place + words.utf8CodeUnitCount
      if let quote = line.first(0x22, in: start..<range.upperBound) { facts.endpoint = line.text(start..<quote) }
    }
  }

  private mutating func takeCertificate(
    _ line: Bytes, _ at: Int, _ body: Range<Int>, _ text: String, _ out: inout Output
  ) {
    if line.hasIgnoringCase("etcd/server serving cert is signed for dns names [", at: at),
      let close = line.first(0x5D, in: at..<body.upperBound), let open = line.first("names [", in: at..<close)
    {
      // The list holds the node's name and localhost, in either order.
      let names = line.text(open + 7..<close).split(separator: " ").filter { $0 != "localhost" }
      if !nodeIsGiven, names.count == 1, let name = names.first { facts.node = String(name) }
      return
    }
    guard line.hasIgnoringCase("generat", at: at), line.first("certificate", in: at..<body.upperBound) != nil else {
      return
    }
    let words = line.text(at..<body.upperBound).split(separator: " ")
    guard words.count > 2 else { return }
    let name = String(words[1]).replacing("\"", with: "").replacing("/", with: "-")
    issue(name, text, &out)
  }

  private func issue(_ name: String, _ text: String, _ out: inout Output) {
    let secrets = CertificateName.isKnown(name) ? [certificate(name, .created)] : []
    emit(
      "kubeadm.certificate.generated", .info, text, [Attribute("name", .text(name))], secrets: secrets, part: name,
      &out)
  }

  /// A kubeconfig file holds a certificate of its own; the kubelet's is rotated and in no list.
  ///
  /// `Writing "admin.conf" kubeconfig file`, until 1.12 `Wrote KubeConfig file to disk: "/etc/kubernetes/admin.conf"`.
  private mutating func takeKubeconfig(
    _ line: Bytes, _ at: Int, _ body: Range<Int>, _ text: String, _ out: inout Output
  ) {
    guard
      line.hasIgnoringCase("writing \"", at: at) || line.hasIgnoringCase("wrote kubeconfig file to disk: \"", at: at),
      let open = line.first(0x22, in: at..<body.upperBound),
      let close = line.first(0x22, in: open + 1..<body.upperBound),
      let name = CertificateName.ofFile(line.text(open + 1..<close))
    else { return }
    issue(name, text, &out)
  }

  /// Until 1.13 nothing stands below the last list of files; since then the state is deleted after them.
  private mutating func takeReset(_ line: Bytes, _ at: Int, _ text: String, _ out: inout Output) {
    if line.hasIgnoringCase("deleting contents of stateful directories", at: at) {
      deletedState = true
    } else if line.hasIgnoringCase("deleting files", at: at), deletedState {
      end(text, &out)
    }
  }

  /// `All control plane components are healthy after 12.004403 seconds`, `The kubelet is healthy after 1.5s`.
  private mutating func takeHealth(
    _ tag: Tag, _ line: Bytes, _ body: Range<Int>, _ text: String, _ out: inout Output
  ) {
    guard let place = line.first(" healthy after ", in: tag.rest) else {
      if line.has("Initial timeout of ", at: tag.rest.lowerBound) {
        let seconds = seconds(line, at: tag.rest.lowerBound + 19, body)
        if let seconds { out.clock.passed(seconds: seconds, isOver: false) }
        emit(
          "kubeadm.kubelet-check.slow", .info, text, seconds.map { [Attribute("after_s", .number($0))] } ?? [], &out)
      }
      return
    }
    guard let seconds = seconds(line, at: place + 15, body) else { return }
    // The components of one control-plane-check are waited for at the same time.
    out.clock.passed(seconds: seconds, isOver: tag.name != "control-plane-check")
    let isHealthy = line.first(" not healthy after ", in: tag.rest) == nil
    let subject = Masker.text(line, tag.rest.lowerBound..<place, keysAnywhere: true).replacing(" is not", with: "")
      .replacing(" is", with: "")
    emit(
      isHealthy ? "kubeadm.component.healthy" : "kubeadm.component.unhealthy", isHealthy ? .info : .error, text,
      [Attribute("component", .text(subject)), Attribute("after_s", .number(seconds))], part: subject, &out)
  }

  /// `This can take up to 4m0s`, seconds.
  func waitLimit(_ line: Bytes, _ range: Range<Int>) -> Double? {
    line.first(" take up to ", in: range).flatMap { seconds(line, at: $0 + 12, range) }
  }

  /// A duration as kubeadm prints it, `12.004403` or `4m0s`; at most some ten days are believed.
  private func seconds(_ line: Bytes, at start: Int, _ range: Range<Int>) -> Double? {
    let end = line.end(of: { isWordByte($0) }, from: start, to: range.upperBound)
    let number = Double(line.text(start..<end)) ?? line.goDuration(start..<end)
    return number.flatMap { $0 >= 0 && $0 < 1e6 ? $0 : nil }
  }

  /// The first word: where lines were joined, another may follow that holds a secret.
  private func word(_ line: Bytes, _ range: Range<Int>) -> Range<Int> {
    range.lowerBound..<line.end(of: isWordByte, from: range.lowerBound, to: range.upperBound)
  }

  private mutating func takeUpload(_ line: Bytes, _ at: Int, _ body: Range<Int>, _ out: inout Output) {
    if line.hasIgnoringCase("storing the certificates", at: at) {
      upload = Upload(place: place("kubeadm.certs.uploaded", "", out))
      if facts.command == .unknown { facts.command = .uploadCerts }
    } else if line.hasIgnoringCase("using certificate key", at: at) {
      if upload == nil {
        upload = Upload(place: place("kubeadm.certs.uploaded", "", out))
      }
      upload?.awaitsKey = true
      // Where a copy joined the two lines.
      if body.count > at - body.lowerBound + 64, line.first(0x3A, in: at..<body.upperBound) == body.upperBound - 66 {
        _ = takeKey(line, body.upperBound - 64..<body.upperBound, &out)
      }
    }
  }

  private mutating func takeTokens(
    _ line: Bytes, _ at: Int, _ body: Range<Int>, _ text: String, _ out: inout Output
  ) {
    guard let colon = line.first(0x3A, in: at..<body.upperBound) else { return }
    let values = line.text(colon + 1..<body.upperBound)
      .split(whereSeparator: { $0 == " " || $0 == "[" || $0 == "]" })
      .filter { isBootstrapToken($0) }
    for value in values {
      emit(
        "kubeadm.token.created", .info, text, [],
        secrets: [
          SecretSighting(
            kind: .bootstrapToken, value: String(value), role: .created, ttlSeconds: life(of: String(value)))
        ], part: String(value.prefix(6)), &out)
    }
  }

  private mutating func takeUpgrade(
    _ line: Bytes, _ at: Int, _ body: Range<Int>, _ text: String, _ out: inout Output
  ) {
    if line.has("You have chosen to ", at: at) {
      facts.command = .upgradeApply
      if let quote = line.first(" version to \"", in: at..<body.upperBound),
        let close = line.first(0x22, in: quote + 13..<body.upperBound)
      {
        facts.kubernetesVersion = line.text(quote + 13..<close)
      }
    } else if line.has("SUCCESS!", at: at) {
      facts.command = .upgradeApply
      end(text, &out)
      isOver = true
    } else if let name = line.rest(after: "renewing ", in: at..<body.upperBound) {
      let words = line.text(name).split(separator: " ")
      if words.count == 2, words[1] == "certificate", CertificateName.isKnown(String(words[0])) {
        renew(String(words[0]), text, &out)
      }
    } else if line.has("The kubelet configuration for this node was successfully upgraded!", at: at) {
      // Since 1.32 the last that `upgrade node` says of a worker; apply has chosen a version before.
      if facts.command == .unknown { facts.command = .upgradeNode }
      if facts.command == .upgradeNode { end(text, isOver: false, &out) }
    } else if line.has("The configuration for this node was successfully updated!", at: at)
      || line.has("Upgrading your Static Pod-hosted control plane instance", at: at)
      || line.has("The control plane instance for this node was successfully updated!", at: at)
      || line.has("Skipping phase. Not a control plane node", at: at)
      || line.has("Skipping prepull. Not a control plane node", at: at)
    {
      facts.command = .upgradeNode
      if line.has("The configuration", at: at) {
        end(text, &out)
      } else if line.has("The control plane", at: at) {
        // Since 1.15 the kubelet's configuration follows.
        lastOfUpgrade = (text, place("kubeadm.session.ended", "", out))
      }
    } else if facts.command == .unknown,
      line.has("Fetching available versions", at: at) || line.has("Target version: ", at: at)
        || line.has("Latest ", at: at)
    {
      facts.command = .upgradePlan
    }
  }

  mutating func end(_ text: String, isOver: Bool = true, at place: Place? = nil, _ out: inout Output) {
    guard facts.outcome != .succeeded else { return }
    facts.outcome = .succeeded
    self.isOver = isOver
    emit(
      "kubeadm.session.ended", .info, text,
      [Attribute("command", .text(facts.command.rawValue)), Attribute("outcome", .text("succeeded"))], at: place, &out)
  }

  /// Nothing more comes of an upgrade.
  mutating func finishUpgrade(_ out: inout Output) {
    guard let last = lastOfUpgrade, facts.outcome == .incomplete else { return }
    end(last.text, at: last.place, &out)
  }
}
