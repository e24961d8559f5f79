internal import KubelogScan

/// One session as its lines tell it: facts that grow and the things that need more than one line.
struct Session {
  private(set) var run: Run
  var facts: SessionFacts
  /// The tags seen, in order.
  private(set) var phases: [String] = []
  /// Whether it has said how it ended; what comes then is its closing text.
  var isOver = false
  /// Whether it is no session but a line that stands alone.
  var isLoose = false
  /// As typed behind a prompt.
  var typed: String?
  /// The node's name, where it came from outside of the text.
  var givenNode: String?
  /// Whether it did.
  var nodeIsGiven: Bool { givenNode != nil }
  /// The envelope's time of the line being taken.
  var envelopeTime: EventTime?
  /// A failure whose text may go on.
  private(set) var failure: Failure?
  /// Lines in column 0 since kubeadm's last own line: with `-v=5` the cause stands there, innermost first.
  var trail: [String] = []
  /// Lines in a row that say nothing known.
  var strangeLines = 0
  private(set) var finding: Finding?

  private let startTime: EventTime
  private let startPosition: LinePosition
  private var isAnnounced = false
  private var published: SessionFacts?
  private var tokenTTL: Int?
  private var upload: Upload?
  private var joinCommand: PendingCommand?

  /// What an event needs of the line it begins on, kept until the lines that belong to it have come.
  struct Place {
    var time: EventTime
    var position: LinePosition
    var identity: Identity
    var isTentative: Bool
  }

  /// A preflight check's message, which may have several lines.
  struct Finding {
    var isError: Bool
    var check: String
    var text: String
    var place: Place
  }

  /// An upload of the certificates: its key stands two lines below its beginning.
  private struct Upload {
    var place: Place
    var awaitsKey = false
  }

  struct Failure {
    var text: String
    var place: Place
    /// Whether the lines that follow are part of the text.
    var goesOn: Bool
  }

  private struct PendingCommand {
    var text: String
    var goesOn: Bool
    var place: Place
  }

  init(run: Run, startTime: EventTime, startPosition: LinePosition) {
    self.run = run
    facts = SessionFacts(run: run.number)
    self.startTime = startTime
    self.startPosition = startPosition
  }

  /// Whether nothing seen so far speaks against `kubeadm reset`, which may begin like any other.
  var couldBeReset: Bool { facts.command == .unknown && phases.allSatisfy { $0 == "preflight" } }

  /// Goes on by one line.
  mutating func pass(_ line: Bytes, _ body: Range<Int>, _ out: Output) {
    run.pass(line, body, isWhole: out.isWhole)
    facts.lines += 1
  }

  /// Tells the store its lines so far, and whether it is over.
  mutating func tell(isOver: Bool, _ out: inout Output) {
    out.tell(&run, node: nodeIsGiven ? givenNode : nil, time: startTime, isOver: isOver)
  }

  /// The facts, if they changed since they were last asked for; nil also for what is no session.
  mutating func changedFacts() -> SessionFacts? {
    guard !isLoose, isAnnounced, facts != published else { return nil }
    published = facts
    return facts
  }

  // MARK: Events

  private func time(_ out: Output) -> EventTime { envelopeTime ?? out.clock.unstamped }

  /// The line being taken, as the place of an event of `kind`; `part` tells several of one line apart.
  private func place(_ kind: String, _ part: String = "", _ out: Output) -> Place {
    Place(
      time: time(out), position: out.position, identity: run.identity(kind, part), isTentative: !out.isWhole)
  }

  private func emit(
    _ kind: String, _ severity: Severity, _ message: String, _ attributes: [Attribute] = [],
    secrets: [SecretSighting] = [], part: String = "", at place: Place? = nil, _ out: inout Output
  ) {
    let place = place ?? self.place(kind, part, out)
    out.batch.events.append(
      Event(
        identity: place.identity, time: place.time, kind: kind, severity: severity, node: facts.node,
        message: message, attributes: attributes, position: place.position, secrets: secrets, observation: nil,
        isTentative: place.isTentative))
  }

  /// Says that the session began; once, after its first line.
  mutating func announce(_ out: inout Output) {
    guard !isAnnounced, !isLoose else { return }
    isAnnounced = true
    if let typed, facts.lines == 0 {
      let text = Array(Masker.text(typed, keysAnywhere: true).utf8)
      pass(text.span, 0..<text.count, out)
    }
    var place = self.place("kubeadm.session.started", "", out)
    (place.time, place.position) = (startTime, startPosition)
    emit("kubeadm.session.started", .info, "kubeadm session began", [], secrets: usedSecrets, at: place, &out)
  }

  private var usedSecrets: [SecretSighting] = []

  mutating func takeArguments(_ command: CommandLine, _ out: Output) {
    facts.arguments = command.masked
    facts.endpoint = command.value("--control-plane-endpoint")
    tokenTTL = command.tokenTTL
    if let version = command.value("--kubernetes-version"), version.hasPrefix("v") { facts.kubernetesVersion = version }
    if command.has("--dry-run") { facts.isDryRun = true }
    if !nodeIsGiven, let name = command.value("--node-name") { facts.node = name }
  }

  /// A join command was typed: what it holds is used, not handed out.
  mutating func use(_ join: JoinCommand) {
    usedSecrets = sightings(of: join, token: .used, key: .used)
    facts.endpoint = facts.endpoint ?? join.endpoint
    for hash in join.caHashes where !facts.caHashes.contains(hash) { facts.caHashes.append(hash) }
  }

  mutating func succeed(_ line: Bytes, _ body: Range<Int>, _ record: Record, _ out: inout Output) {
    envelopeTime = record.time
    facts.outcome = .succeeded
    isOver = true
    emit(
      "kubeadm.session.ended", .info, line.text(body),
      [Attribute("command", .text(facts.command.rawValue)), Attribute("outcome", .text("succeeded"))], &out)
  }

  // MARK: Failures

  mutating func beginFinding(isError: Bool, check: String, text: String, _ out: Output) {
    let kind = isError ? "kubeadm.preflight.error" : "kubeadm.preflight.warning"
    finding = Finding(isError: isError, check: check, text: text, place: place(kind, check, out))
    if isError { facts.outcome = .failed }
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
    emit(
      "kubeadm.session.ended", .error, done.text,
      [Attribute("command", .text(facts.command.rawValue)), Attribute("outcome", .text("failed"))],
      at: done.place, &out)
  }

  /// A line of no known form.
  mutating func takeStrange(_ line: Bytes, _ body: Range<Int>, indented: Bool, _ out: Output) {
    strangeLines += 1
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

  // MARK: Certificate keys

  /// The key that stands alone under `[upload-certs] Using certificate key:`.
  mutating func takeKey(_ line: Bytes, _ body: Range<Int>, _ out: inout Output) -> Bool {
    guard upload?.awaitsKey == true else { return false }
    let text = line.text(body)
    guard isCertificateKey(text) else {
      finishUpload(&out)
      return false
    }
    pass(line, body, out)
    uploaded(key: text.lowercased(), &out)
    return true
  }

  private mutating func uploaded(key: String?, _ out: inout Output) {
    guard let done = upload else { return }
    upload = nil
    let secrets = key.map { [SecretSighting(kind: .certificateKey, value: $0, role: .uploaded)] } ?? []
    emit(
      "kubeadm.certs.uploaded", .info, "certificates uploaded to the Secret kubeadm-certs", [], secrets: secrets,
      at: done.place, &out)
    // Nothing more comes from `init phase upload-certs`, and nothing else says that it is done.
    if facts.command == .uploadCerts { facts.outcome = .succeeded }
  }

  /// An upload whose key was not printed.
  mutating func finishUpload(_ out: inout Output) { uploaded(key: nil, &out) }

  // MARK: Join commands

  mutating func beginJoinCommand(_ line: Bytes, _ body: Range<Int>, _ out: Output) {
    pass(line, body, out)
    let text = line.text(body)
    joinCommand = PendingCommand(
      text: text, goesOn: text.hasSuffix("\\"), place: place("kubeadm.join-command", "", out))
  }

  /// Whether the line goes on with a join command: after a backslash, or with a flag where a copy lost it.
  mutating func continueJoinCommand(_ line: Bytes, _ body: Range<Int>, _ out: Output) -> Bool {
    guard let command = joinCommand, command.goesOn || line.has("--", at: body.lowerBound) else { return false }
    pass(line, body, out)
    let text = line.text(body)
    joinCommand?.text += " " + text
    joinCommand?.goesOn = text.hasSuffix("\\")
    return true
  }

  mutating func finishJoinCommand(_ out: inout Output) {
    guard let pending = joinCommand else { return }
    joinCommand = nil
    guard let join = JoinCommand(CommandLine(pending.text)) else { return }
    let printedByInit = facts.command == .`init` && !isLoose
    facts.endpoint = facts.endpoint ?? join.endpoint
    for hash in join.caHashes where !facts.caHashes.contains(hash) { facts.caHashes.append(hash) }
    let makesTokens = printedByInit || isLoose || facts.command == .tokenCreate
    emit(
      "kubeadm.join-command", .info, Masker.text(CommandLine.joined(pending.text), keysAnywhere: true),
      [
        Attribute("role", .text(join.isControlPlane ? "control-plane" : "worker")),
        Attribute("endpoint", join.endpoint.map { .text($0) } ?? .text("")),
        Attribute("ca_cert_hashes", .list(join.caHashes)),
      ].filter { $0.value != .text("") },
      secrets: sightings(
        of: join, token: makesTokens ? .created : .printed, key: printedByInit ? .uploaded : .printed),
      at: pending.place, &out)
  }

  private func sightings(of join: JoinCommand, token: SightingRole, key: SightingRole) -> [SecretSighting] {
    var found: [SecretSighting] = []
    if let value = join.token {
      found.append(
        SecretSighting(
          kind: .bootstrapToken, value: value, role: token, ttlSeconds: tokenTTL, endpoint: join.endpoint,
          caHashes: join.caHashes))
    }
    if let value = join.certificateKey {
      found.append(
        SecretSighting(
          kind: .certificateKey, value: value, role: key, endpoint: join.endpoint, caHashes: join.caHashes))
    }
    return found
  }

  func sawLooseToken(_ token: String, _ out: inout Output) {
    emit(
      "kubeadm.token.printed", .info, Masker.text(token, keysAnywhere: true), [],
      secrets: [SecretSighting(kind: .bootstrapToken, value: token, role: .printed)], &out)
  }
}

// MARK: - What the tagged lines say

extension Session {
  /// Takes a tagged line that belongs to this session.
  mutating func takeTag(_ tag: Tag, _ line: Bytes, _ body: Range<Int>, _ out: inout Output) {
    trail = []
    let at = tag.rest.lowerBound
    let text = Masker.text(line, body, keysAnywhere: true)
    if tag.name == "dryrun" {
      facts.isDryRun = true
    } else if !phases.contains(tag.name) {
      phases.append(tag.name)
      emit("kubeadm.phase.started", .info, text, [Attribute("phase", .text(tag.name))], part: tag.name, &out)
    }
    learnCommand(tag, line)
    switch tag.name {
    case "init":
      if let version = line.rest(after: "using kubernetes version: v", in: tag.rest) {
        facts.kubernetesVersion = "v" + line.text(version)
      }
    case "certs": takeCertificate(line, at, body, text, &out)
    case "mark-control-plane":
      learnNode(line, after: "Marking the node ", body)
      learnNode(line, after: "Will mark node ", body)
      learnNode(line, after: "Master ", body)
    case "apiclient", "api-check", "control-plane-check", "kubelet-check": takeHealth(tag, line, body, text, &out)
    case "upload-certs": takeUpload(line, at, body, out)
    case "bootstrap-token" where line.hasIgnoringCase("using token", at: at): takeTokens(line, at, body, text, &out)
    case "etcd" where line.has("Announced new etcd member", at: at):
      emit("kubeadm.etcd.member-announced", .info, text, [], &out)
    case "addons":
      guard let name = line.rest(after: "applied essential addon: ", in: tag.rest) else { break }
      emit("kubeadm.addon.applied", .info, text, [Attribute("addon", .text(line.text(name)))], &out)
    case "discovery": learn(line, tag.rest)
    case "preflight" where line.has("Some fatal errors occurred", at: at): fail(text, out)
    case "dryrun" where line.has("Finished dry-running successfully", at: at): facts.outcome = .succeeded
    case _ where tag.name.hasPrefix("upgrade"): takeUpgrade(line, at, body, text, &out)
    default: break
    }
  }

  /// What a tag and its words say about the command.
  private mutating func learnCommand(_ tag: Tag, _ line: Bytes) {
    guard facts.command == .unknown || facts.command == .phase else { return }
    let at = tag.rest.lowerBound
    switch tag.name {
    case "reset": facts.command = .reset
    case "discovery", "download-certs", "check-etcd", "control-plane-join", "join", "csr", "bootstrap":
      if phases.contains("preflight") { facts.command = .join }
    case "preflight" where line.has("Reading configuration", at: at): facts.command = .join
    case "kubelet-start" where line.has("Waiting for the kubelet to perform the TLS", at: at):
      if phases.contains("preflight") { facts.command = .join }
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
    emit("kubeadm.certificate.generated", .info, text, [Attribute("name", .text(name))], part: name, &out)
  }

  /// `All control plane components are healthy after 12.004403 seconds`, `The kubelet is healthy after 1.5s`.
  private mutating func takeHealth(
    _ tag: Tag, _ line: Bytes, _ body: Range<Int>, _ text: String, _ out: inout Output
  ) {
    guard let place = line.first(" healthy after ", in: tag.rest) else {
      if line.has("Initial timeout of", at: tag.rest.lowerBound) {
        emit("kubeadm.kubelet-check.slow", .info, text, [], &out)
      }
      return
    }
    let start = place + 15
    let end = line.end(of: { isWordByte($0) }, from: start, to: body.upperBound)
    let number = Double(line.text(start..<end)) ?? line.goDuration(start..<end)
    guard let seconds = number, seconds >= 0, seconds < 1e6 else { return }
    let isHealthy = line.first(" not healthy after ", in: tag.rest) == nil
    let subject = line.text(tag.rest.lowerBound..<place).replacing(" is not", with: "").replacing(" is", with: "")
    emit(
      isHealthy ? "kubeadm.component.healthy" : "kubeadm.component.unhealthy", isHealthy ? .info : .error, text,
      [Attribute("component", .text(subject)), Attribute("after_s", .number(seconds))], part: subject, &out)
    // The components of one control-plane-check are waited for at the same time.
    if tag.name != "control-plane-check" { out.clock.passed(seconds: seconds) }
  }

  private mutating func takeUpload(_ line: Bytes, _ at: Int, _ body: Range<Int>, _ out: Output) {
    if line.hasIgnoringCase("storing the certificates", at: at) {
      upload = Upload(place: place("kubeadm.certs.uploaded", "", out))
      if facts.command == .unknown { facts.command = .uploadCerts }
    } else if line.hasIgnoringCase("using certificate key", at: at) {
      if upload == nil {
        upload = Upload(place: place("kubeadm.certs.uploaded", "", out))
      }
      upload?.awaitsKey = true
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
          SecretSighting(kind: .bootstrapToken, value: String(value), role: .created, ttlSeconds: tokenTTL)
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
    } else if line.has("The configuration for this node was successfully updated!", at: at)
      || line.has("Upgrading your Static Pod-hosted control plane instance", at: at)
      || line.has("Skipping phase. Not a control plane node", at: at)
    {
      facts.command = .upgradeNode
      if line.first("successfully updated", in: body) != nil { end(text, &out) }
    } else if facts.command == .unknown, line.has("Fetching available versions", at: at) {
      facts.command = .upgradePlan
    }
  }

  private mutating func end(_ text: String, _ out: inout Output) {
    guard facts.outcome != .succeeded else { return }
    facts.outcome = .succeeded
    isOver = true
    emit(
      "kubeadm.session.ended", .info, text,
      [Attribute("command", .text(facts.command.rawValue)), Attribute("outcome", .text("succeeded"))], &out)
  }
}

extension CommandLine {
  /// A command that stood on several lines, on one.
  static func joined(_ text: String) -> String {
    text.split(whereSeparator: { $0 == " " || $0 == "\t" }).filter { $0 != "\\" }.joined(separator: " ")
  }
}
