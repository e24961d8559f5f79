internal import KubelogScan

/// Reads the lines of one stream as sessions of kubeadm: what ran, which phases, what it handed out, how it ended.
///
/// kubeadm prints no clock and no begin or end of its own; sessions are told apart by the lines that only a beginning
/// has (`[init] Using Kubernetes version`, `[preflight] Running pre-flight checks`, a typed command). The
/// wordings are those of cmd/kubeadm/app in kubernetes 1.8 to 1.36; phases are known by tag, never by position.
struct SessionMachine {
  var session: Session?
  /// klog lines that came before the first line of a session: with `-v` it begins with them.
  var preface: (run: Run, time: EventTime, position: LinePosition)?
  /// The certificate that somebody asked openssl about.
  var certificateFile: String?
  /// The seconds of `-checkend` that openssl was asked about it.
  var certificateCheck: Int?
  /// The last line in column 0 that was nobody's: a usage error says no more than that.
  var stray: (text: String, position: LinePosition)?
  /// A command without a prompt before it, as pages have it: `sudo kubeadm init`. What kubeadm prints right below belongs
  /// to it; alone it is no session.
  var bare: TypedCommand?

  /// Whether all that comes is the output of a kubeadm that kubelog started.
  private(set) var isStarted = false
  /// How that ended.
  var exitStatus: Int?

  /// The process that wrote the session's klog lines, once one of them was surely kubeadm's.
  private var process: Int?
  /// What configuration documents in the stream said so far.
  var configuration: Configuration?

  /// Lines without a word of kubeadm's after which an open session is taken for broken off.
  static let patience = 20_000

  /// Whether a session is running, so that lines of any shape may belong to it.
  var isOpen: Bool { session.map { !$0.isOver } ?? false }

  // MARK: Lines

  /// Takes a line without klog header; false when it says nothing to this machine.
  mutating func take(_ line: Bytes, _ record: Record, _ out: inout Output) -> Bool {
    var record = record
    while let cut = promptEnd(line, line.trimmed(record.body)) {
      _ = takeOne(line, record.with(line.trimmed(record.body.lowerBound..<cut)), &out)
      record.body = cut..<record.body.upperBound
    }
    return takeOne(line, record, &out)
  }

  private mutating func takeOne(_ line: Bytes, _ record: Record, _ out: inout Output) -> Bool {
    let body = line.trimmed(record.body)
    guard !body.isEmpty else {
      session?.finishJoinCommand(&out)
      session?.trail = []
      return false
    }
    if session?.typed != nil, continueTyping(line, body, out) {
      publish(&out)
      return true
    }
    if session?.continueJoinCommand(line, body, out) == true { return true }
    session?.finishJoinCommand(&out)
    if session?.takeKey(line, body, &out) == true {
      publish(&out)
      return true
    }
    let known = takeKnown(line, record, body, &out)
    if known {
      (stray, bare) = (nil, nil)
      session?.strangeLines = 0
    } else {
      takeUnknown(line, record, body, &out)
    }
    publish(&out)
    return known
  }

  /// Where the next line begins on the line of a question: `[reset] Are you sure you want to proceed? [y/N]: [preflight] …`.
  ///
  /// The question ends without a line end, so that an answer that came from a pipe leaves the next line behind it.
  private func promptEnd(_ line: Bytes, _ body: Range<Int>) -> Int? {
    guard let start = body.first, line[start] == 0x5B, let question = line.first("[y/N]: ", in: body) else {
      return nil
    }
    let rest = line.end(of: isBlank, from: question + 7, to: body.upperBound)
    return rest < body.upperBound && line[rest] == 0x5B ? rest : nil
  }

  /// Takes a klog line that stands in the same stream: kubeadm with `-v`, or its warnings.
  mutating func takeKlog(_ line: Bytes, _ header: KlogHeader, _ time: EventTime, _ record: Record, _ out: inout Output)
  {
    let body = line.trimmed(record.body)
    session?.finishJoinCommand(&out)
    noteClock(line, header, time, record, &out)
    guard isOpen else {
      guard Self.isSource(line, header.file) else {
        preface = nil
        return
      }
      // Many a program has a source file of that name: what goes on and on is no beginning.
      if let before = preface, before.run.untold.count > Self.patience { preface = nil }
      if preface == nil { preface = (out.beginRun(), time, out.position) }
      preface?.run.pass(line, body, isWhole: out.isWhole)
      return
    }
    session?.finishFinding(&out)
    session?.pass(line, body, out)
    session?.trail = []
    session?.learn(line, header.body)
    session?.takeWait(klog: line, header.body, time, &out)
    publish(&out)
  }

  /// kubeadm's own klog lines are the only clock of its output: what stands above one had happened by then.
  ///
  /// Lines of other programs may stand there as well, long after they were written.
  private mutating func noteClock(
    _ line: Bytes, _ header: KlogHeader, _ time: EventTime, _ record: Record, _ out: inout Output
  ) {
    guard record.time == nil, let moment = time.microseconds else { return }
    let isOwn = isOpen && process != nil ? process == header.process : Self.isSource(line, header.file)
    guard isOwn else { return }
    process = header.process
    out.limit(to: moment)
    out.clock.neighbourIsOwn()
  }

  /// Something else begins in the stream: a session that is over ends here.
  mutating func interrupted(_ out: inout Output) {
    if let session, session.isOver { close(&out) }
  }

  /// The store is about to be told what was found.
  mutating func tell(_ out: inout Output) { session?.tell(isOver: false, &out) }

  /// The input is over.
  mutating func finish(_ out: inout Output) {
    close(&out)
  }

  /// A command was started: where it is kubeadm a session has begun with its words, and they are whole.
  mutating func commandBegan() { isStarted = session?.typed != nil }

  // MARK: Beginnings and ends

  /// Begins a session; the open one, if any, ends.
  mutating func begin(
    _ command: SessionFacts.Command, _ record: Record, host: String?, _ out: inout Output
  ) {
    let opening = preface
    preface = nil
    close(&out)
    let run = opening?.run ?? out.beginRun()
    out.clock.sessionBegan(isShort: command.isShort)
    let time = opening?.time ?? record.time ?? out.clock.unstamped
    var begun = Session(run: run, startTime: time, startPosition: opening?.position ?? out.position)
    begun.facts.command = command
    begun.configuration = configuration
    begun.envelopeTime = record.time
    begun.givenNode = out.givenNode ?? host
    begun.facts.node = begun.givenNode
    if let typed = bare, typed.command.command == command || typed.command.command.mayPrint(as: command) {
      begun.facts.command = typed.command.command
      begun.typed = typed.text
      begun.takeArguments(typed, out)
    }
    bare = nil
    session = begun
  }

  mutating func close(_ out: inout Output) {
    guard session != nil else { return }
    session?.finishJoinCommand(&out)
    session?.finishUpload(&out)
    session?.finishFinding(&out)
    session?.announce(&out)
    session?.finishTrouble()
    session?.finishFailure(&out)
    session?.finishUpgrade(&out)
    if isStarted, let exitStatus { session?.finish(exitStatus: exitStatus, &out) }
    publish(&out)
    session?.tell(isOver: true, &out)
    let lastLine = session?.lastLine ?? 0
    (session, process) = (nil, nil)
    out.clock.sessionEnded(keepsDate: out.promptLine > lastLine)
  }

  /// Tells what is known of the session, if that changed.
  mutating func publish(_ out: inout Output) {
    guard let facts = session?.changedFacts() else { return }
    if out.batch.sessions.last?.run == facts.run { out.batch.sessions.removeLast() }
    out.batch.sessions.append(facts)
  }

  mutating func succeed(
    _ command: SessionFacts.Command, _ line: Bytes, _ record: Record, _ body: Range<Int>, _ out: inout Output
  ) {
    let fits =
      session.map { !$0.isOver && ($0.facts.command == command || $0.facts.command.mayBecome(command)) } ?? false
    if !fits { begin(command, record, host: out.host(of: record), &out) }
    session?.finishFinding(&out)
    session?.finishUpload(&out)
    session?.facts.command = command
    session?.pass(line, body, out)
    session?.announce(&out)
    session?.succeed(line, body, record, &out)
  }

  /// Whether a klog line of this source file is one that only kubeadm writes.
  static func isSource(_ line: Bytes, _ file: Range<Int>) -> Bool { sources.contains { line.fills(file, $0) } }

  /// Source files whose klog lines only kubeadm writes.
  private static let sources: [StaticString] = [
    "initconfiguration.go", "joinconfiguration.go", "version.go", "join.go", "init.go", "preflight.go", "checks.go",
    "interface.go", "token.go", "discovery.go", "reset.go", "removeetcdmember.go", "cleanupnode.go", "certs.go",
    "kubeconfig.go", "uploadcerts.go", "common.go", "configset.go", "cluster.go", "strict.go", "validation.go",
    "controlplaneprepare.go", "warnings.go",
  ]
}

extension SessionFacts.Command {
  /// Whether a session known as this may turn out to be `other`.
  func mayBecome(_ other: SessionFacts.Command) -> Bool { self == other || self == .unknown || self == .phase }

  /// Whether what began like `other` may be this command's output.
  func mayPrint(as other: SessionFacts.Command) -> Bool {
    switch self {
    case .`init`, .join, .phase, .upgradePlan, .upgradeApply, .upgradeNode: other == .unknown || other == .phase
    case .reset: other == .unknown
    default: false
    }
  }

  /// Whether a command has no phases of other commands: what these print under another tag is the next command's.
  var printsOwnTagsOnly: Bool {
    switch self {
    case .reset, .tokenCreate, .tokenList, .tokenDelete, .tokenGenerate, .certsRenew, .certsCheckExpiration,
      .certsCertificateKey:
      true
    default: false
    }
  }

  /// Whether it pulls no images and waits for nothing but the API server's answers.
  var isShort: Bool {
    switch self {
    case .uploadCerts, .tokenCreate, .tokenList, .tokenDelete, .tokenGenerate, .certsRenew, .certsCheckExpiration,
      .certsCertificateKey:
      true
    default: false
    }
  }

  var isUpgrade: Bool { self == .upgradePlan || self == .upgradeApply || self == .upgradeNode }
}
