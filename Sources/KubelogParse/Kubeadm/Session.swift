internal import KubelogScan

/// One session as its lines tell it: facts that grow and the things that need more than one line.
struct Session {
  var run: Run
  var facts: SessionFacts
  /// The tags seen, in order.
  var phases: [String] = []
  /// Whether it has said how it ended; what comes then is its closing text.
  var isOver = false
  /// Whether it is no session but a line that stands alone.
  var isLoose = false
  /// As typed behind a prompt.
  var typed: String?
  /// For which machine.
  var typedFor: String?
  /// What configuration documents before it said.
  var configuration: Configuration?
  /// Whether it was given such a file: `--config`.
  var takesConfiguration = false
  /// The table whose rows come, by its heading or first row.
  var table: Table?
  /// The node's name, where it came from outside of the text.
  var givenNode: String?
  /// Whether it did.
  var nodeIsGiven: Bool { givenNode != nil }
  /// The envelope's time of the line being taken.
  var envelopeTime: EventTime?
  /// A failure whose text may go on.
  var failure: Failure?
  /// Lines in column 0 since kubeadm's last own line: with `-v=5` the cause stands there, innermost first.
  var trail: [String] = []
  /// The last line of the input that belonged to it.
  private(set) var lastLine = 0
  /// Lines in a row that say nothing known.
  var strangeLines = 0
  var finding: Finding?

  let startTime: EventTime
  let startPosition: LinePosition
  var isAnnounced = false
  private var published: SessionFacts?
  var tokenTTL: Int?
  var upload: Upload?
  var joinCommand: PendingCommand?

  /// The key that was typed, until the upload shows it or does not print it.
  var typedKey: String?
  /// What `certs renew` was asked to renew, nil where that was not seen.
  var renews: String?
  /// Whether a renewal or a table said what the command was to say.
  var renewed: [String] = []
  /// The block that begins with "Unfortunately", for when nothing else says how it failed.
  var trouble: Failure?

  /// The line that ends `upgrade node` of 1.13 and 1.14 and no other, as long as nothing has followed it.
  var lastOfUpgrade: (text: String, place: Place)?

  /// What it waits for.
  var wait: Wait?
  /// Whether a check said that images could not be pulled.
  var failedToPull = false

  /// Whether reset has deleted its state before its files, as until 1.13.
  var deletedState = false

  enum Table { case tokens, certificates, components, dates }

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
  struct Upload {
    var place: Place
    var awaitsKey = false
    /// The first part of a key that the terminal's width broke.
    var begun = ""
  }

  struct Failure {
    var text: String
    var place: Place
    /// Whether the lines that follow are part of the text.
    var goesOn: Bool
  }

  struct PendingCommand {
    var text: String
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
    lastLine = out.position.line
  }

  /// Tells the store its lines so far, and whether it is over.
  mutating func tell(isOver: Bool, _ out: inout Output) {
    out.tell(&run, node: nodeIsGiven ? givenNode : nil, typed: typing, time: startTime, isOver: isOver)
  }

  private var typing: Typing? {
    guard let typed else { return nil }
    let text = Array(typed.utf8)
    var digester = Digester()
    digester.addWithoutSecrets(text.span, in: 0..<text.count)
    return Typing(host: typedFor, command: Int64(bitPattern: digester.digest().high))
  }

  /// The facts, if they changed since they were last asked for; nil also for what is no session.
  mutating func changedFacts() -> SessionFacts? {
    guard !isLoose, isAnnounced, facts != published else { return nil }
    published = facts
    return facts
  }

  // MARK: Events

  func time(_ out: Output) -> EventTime { envelopeTime ?? out.clock.unstamped }

  /// The line being taken, as the place of an event of `kind`; `part` tells several of one line apart.
  func place(_ kind: String, _ part: String = "", _ out: Output) -> Place {
    Place(
      time: time(out), position: out.position, identity: run.identity(kind, part), isTentative: !out.isWhole)
  }

  /// Adds an event; `isSure` where nothing that may follow could change it.
  ///
  /// What it says is masked here, whoever made it: any line may have been glued to another on its way.
  func emit(
    _ kind: String, _ severity: Severity, _ message: String, _ attributes: [Attribute] = [],
    secrets: [SecretSighting] = [], part: String = "", at place: Place? = nil, isSure: Bool = false,
    _ out: inout Output
  ) {
    let place = place ?? self.place(kind, part, out)
    out.batch.events.append(
      Event(
        identity: place.identity, time: place.time, kind: kind, severity: severity, node: facts.node,
        message: Masker.text(message, keysAnywhere: true), attributes: attributes.map(\.withoutSecrets),
        position: place.position, secrets: secrets, observation: nil,
        isTentative: place.isTentative || (!out.isWhole && !isSure)))
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

  var usedSecrets: [SecretSighting] = []

  mutating func takeArguments(_ typed: TypedCommand, _ out: Output) {
    let command = typed.command
    facts.arguments = command.masked
    facts.endpoint = command.controlPlaneEndpoint
    tokenTTL = command.tokenTTL
    takesConfiguration = command.has("--config")
    if takesConfiguration, let configuration { learn(configuration) }
    if let version = command.value("--kubernetes-version"), version.hasPrefix("v") { facts.kubernetesVersion = version }
    if command.has("--dry-run") { facts.isDryRun = true }
    if !nodeIsGiven {
      facts.node = command.value("--node-name") ?? facts.node ?? typed.host
    }
    if facts.command == .certsRenew { renews = command.words.last { !$0.hasPrefix("-") } }
    if facts.command == .join { return }
    // What is given is not made: init and upload-certs say so when they take it over.
    var given = command.values("--token")
    if [.tokenCreate, .tokenDelete].contains(facts.command) { given += command.words.filter { isBootstrapToken($0) } }
    usedSecrets = Set(given.filter { isBootstrapToken($0) }).sorted().map {
      SecretSighting(kind: .bootstrapToken, value: $0, role: .used, ttlSeconds: nil)
    }
    if let key = command.value("--certificate-key"), isCertificateKey(key) {
      typedKey = key.lowercased()
      usedSecrets.append(SecretSighting(kind: .certificateKey, value: key.lowercased(), role: .used))
    }
  }

  /// The file that `--config` names says what flags would.
  private mutating func learn(_ configuration: Configuration) {
    if facts.command == .join {
      if let join = configuration.join { learn(join) }
      return
    }
    facts.endpoint = facts.endpoint ?? configuration.endpoint
    typedKey = configuration.certificateKey
    if let version = configuration.version, version.hasPrefix("v") { facts.kubernetesVersion = version }
  }

  /// A join command was typed: what it holds is used, not handed out.
  mutating func use(_ join: JoinCommand) {
    usedSecrets = sightings(of: join, token: .used, key: .used)
    learn(join)
  }

  /// Where a join command leads is where this session's cluster is.
  mutating func learn(_ join: JoinCommand) {
    facts.endpoint = facts.endpoint ?? join.endpoint
    for hash in join.caHashes where facts.caHashes.count < JoinCommand.mostHashes && !facts.caHashes.contains(hash) {
      facts.caHashes.append(hash)
    }
  }

  /// The command ended: what its words left open its exit status says.
  mutating func finish(exitStatus: Int, _ out: inout Output) {
    guard !isLoose else { return }
    facts.exitStatus = exitStatus
    guard facts.outcome == .incomplete else { return }
    (envelopeTime, isOver) = (nil, true)
    facts.outcome = exitStatus == 0 ? .succeeded : .failed
    if exitStatus != 0 { facts.error = trail.isEmpty ? "exit status \(exitStatus)" : trail.joined(separator: ": ") }
    emit(
      "kubeadm.session.ended", exitStatus == 0 ? .info : .error, facts.error ?? "exit status 0",
      [Attribute("command", .text(facts.command.rawValue)), Attribute("outcome", .text(facts.outcome.rawValue))],
      part: "exit", &out)
  }

  mutating func succeed(_ line: Bytes, _ body: Range<Int>, _ record: Record, _ out: inout Output) {
    envelopeTime = record.time
    facts.outcome = .succeeded
    isOver = true
    trouble = nil
    emit(
      "kubeadm.session.ended", .info, line.text(body),
      [Attribute("command", .text(facts.command.rawValue)), Attribute("outcome", .text("succeeded"))], &out)
  }
}
