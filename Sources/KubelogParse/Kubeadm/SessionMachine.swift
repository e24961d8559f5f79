internal import KubelogScan

/// Reads the lines of one stream as sessions of kubeadm: what ran, which phases, what it handed out, how it ended.
///
/// kubeadm prints no clock and no begin or end of its own; sessions are told apart by the lines that only a beginning
/// has (`[init] Using Kubernetes version`, `[preflight] Running pre-flight checks`, a typed command). The
/// wordings are those of cmd/kubeadm/app in kubernetes 1.8 to 1.36; phases are known by tag, never by position.
struct SessionMachine {
  private var session: Session?
  /// klog lines that came before the first line of a session: with `-v` it begins with them.
  private var preface: (run: Run, time: EventTime, position: LinePosition)?
  /// A typed command that goes on after a backslash.
  private var typing: (text: String, record: Record, host: String?)?
  /// The last line in column 0 that was nobody's: a usage error says no more than that.
  private var stray: (text: String, position: LinePosition)?

  /// Lines without a word of kubeadm's after which an open session is taken for broken off.
  private static let patience = 20_000

  /// Whether a session is running, so that lines of any shape may belong to it.
  var isOpen: Bool { session.map { !$0.isOver } ?? false }

  // MARK: Lines

  /// Takes a line without klog header; false when it says nothing to this machine.
  mutating func take(_ line: Bytes, _ record: Record, _ out: inout Output) -> Bool {
    let body = line.trimmed(record.body)
    if typing != nil, continueTyping(line, body, &out) { return true }
    guard !body.isEmpty else {
      session?.finishJoinCommand(&out)
      session?.trail = []
      return false
    }
    if session?.continueJoinCommand(line, body, out) == true { return true }
    session?.finishJoinCommand(&out)
    if session?.takeKey(line, body, &out) == true {
      publish(&out)
      return true
    }
    let known = takeKnown(line, record, body, &out)
    if known {
      stray = nil
      session?.strangeLines = 0
    } else {
      takeUnknown(line, record, body, out)
    }
    publish(&out)
    return known
  }

  /// Takes a klog line that stands in the same stream: kubeadm with `-v`, or its warnings.
  mutating func takeKlog(_ line: Bytes, _ header: KlogHeader, _ time: EventTime, _ record: Record, _ out: inout Output)
  {
    let body = line.trimmed(record.body)
    session?.finishJoinCommand(&out)
    guard isOpen else {
      guard Self.isSource(line, header.file) else {
        preface = nil
        return
      }
      if preface == nil { preface = (out.beginRun(), time, out.position) }
      preface?.run.pass(line, body, isWhole: out.isWhole)
      return
    }
    session?.finishFinding(&out)
    session?.pass(line, body, out)
    session?.trail = []
    session?.learn(line, header.body)
    publish(&out)
  }

  /// Something else begins in the stream: a session that is over ends here.
  mutating func interrupted(_ out: inout Output) {
    if let session, session.isOver { close(&out) }
  }

  /// The store is about to be told what was found.
  mutating func tell(_ out: inout Output) { session?.tell(isOver: false, &out) }

  /// The input is over.
  mutating func finish(_ out: inout Output) {
    if let before = typing {
      typing = nil
      takeTyped(TypedCommand(text: before.text), before.record, host: before.host, &out)
    }
    close(&out)
  }

  // MARK: Recognition

  private mutating func takeKnown(
    _ line: Bytes, _ record: Record, _ body: Range<Int>, _ out: inout Output
  ) -> Bool {
    let start = body.lowerBound
    switch line[start] {
    case 0x5B:  // [
      if line.has("[WARNING ", at: start) || line.has("[ERROR ", at: start) {
        return takeFinding(line, record, body, &out)
      }
      if let tag = Tag(line, body, inSession: isOpen) {
        takeTag(tag, line, record, body, &out)
        return true
      }
    case 0x65 where line.has("error execution phase ", at: start),
      0x65 where line.has("error: error execution phase ", at: start):
      return takeFailure(line, record, body, &out)
    case 0x54 where line.has("To see the stack trace of this error execute with", at: start):
      takeStackTraceHint(line, record, body, &out)
      return true
    case 0x54 where line.has("This node has joined the cluster", at: start),
      0x4E where line.has("Node join complete:", at: start):
      succeed(.join, line, record, body, &out)
      return true
    case 0x59
    where line.has("Your Kubernetes ", at: start) && line.first("initialized successfully", in: body) != nil:
      succeed(.`init`, line, record, body, &out)
      return true
    case 0x59 where line.has("You can now join any number of", at: start),
      0x54 where line.has("Then you can join any number of", at: start):
      // Only init prints this; an input that begins in the middle may begin here.
      if session.map({ $0.facts.command != .`init` }) ?? true { succeed(.`init`, line, record, body, &out) }
      session?.pass(line, body, out)
      return true
    case 0x54 where line.has("The reset process does not ", at: start):
      if session?.facts.command == .reset, session?.isOver == false {
        succeed(.reset, line, record, body, &out)
      }
      return session?.facts.command == .reset
    case 0x6B where line.has("kubeadm join ", at: start):
      beginJoinCommand(line, body, &out)
      return true
    default: break
    }
    if let typed = TypedCommand(line, body) {
      if typed.text.hasSuffix("\\") {
        typing = (typed.text, record, record.host.map { out.names.text($0) })
      } else {
        takeTyped(typed, record, host: record.host.map { out.names.text($0) }, &out)
      }
      return true
    }
    if session == nil, body.count == 23, isBootstrapToken(line.text(body)) {
      takeLooseToken(line, body, &out)
      return true
    }
    return false
  }

  private mutating func takeUnknown(_ line: Bytes, _ record: Record, _ body: Range<Int>, _ out: Output) {
    let indented = isBlank(line[record.body.lowerBound])
    if let session, !session.isOver || session.finding != nil || session.failure != nil {
      self.session?.takeStrange(line, body, indented: indented, out)
      if session.strangeLines > Self.patience { self.session?.isOver = true }
    } else if !indented {
      stray = (Masker.text(line, body, keysAnywhere: true, limit: 500), LinePosition())
      preface = nil
    }
  }

  // MARK: Beginnings and ends

  /// Begins a session; the open one, if any, ends.
  private mutating func begin(
    _ command: SessionFacts.Command, _ record: Record, host: String?, _ out: inout Output
  ) {
    let opening = preface
    preface = nil
    close(&out)
    let run = opening?.run ?? out.beginRun()
    let time = opening?.time ?? record.time ?? out.clock.unstamped
    var begun = Session(run: run, startTime: time, startPosition: opening?.position ?? out.position)
    begun.facts.command = command
    begun.envelopeTime = record.time
    begun.givenNode = out.givenNode ?? host
    begun.facts.node = begun.givenNode
    session = begun
  }

  private mutating func close(_ out: inout Output) {
    guard session != nil else { return }
    session?.finishJoinCommand(&out)
    session?.finishUpload(&out)
    session?.finishFinding(&out)
    session?.announce(&out)
    session?.finishFailure(&out)
    publish(&out)
    session?.tell(isOver: true, &out)
    session = nil
    out.clock.sessionEnded()
  }

  /// Tells what is known of the session, if that changed.
  private mutating func publish(_ out: inout Output) {
    guard let facts = session?.changedFacts() else { return }
    if out.batch.sessions.last?.run == facts.run { out.batch.sessions.removeLast() }
    out.batch.sessions.append(facts)
  }

  private mutating func succeed(
    _ command: SessionFacts.Command, _ line: Bytes, _ record: Record, _ body: Range<Int>, _ out: inout Output
  ) {
    let fits =
      session.map { !$0.isOver && ($0.facts.command == command || $0.facts.command.mayBecome(command)) } ?? false
    if !fits { begin(command, record, host: record.host.map { out.names.text($0) }, &out) }
    session?.finishFinding(&out)
    session?.finishUpload(&out)
    session?.facts.command = command
    session?.pass(line, body, out)
    session?.announce(&out)
    session?.succeed(line, body, record, &out)
  }

  // MARK: Tags

  private mutating func takeTag(_ tag: Tag, _ line: Bytes, _ record: Record, _ body: Range<Int>, _ out: inout Output) {
    if !belongs(tag, line) {
      begin(Self.command(begunBy: tag.name), record, host: record.host.map { out.names.text($0) }, &out)
    }
    session?.envelopeTime = record.time
    session?.finishFinding(&out)
    if tag.name != "upload-certs" { session?.finishUpload(&out) }
    session?.pass(line, body, out)
    session?.announce(&out)
    session?.takeTag(tag, line, body, &out)
  }

  /// Whether a tagged line goes on with the session there is, by what can only stand at a beginning.
  private func belongs(_ tag: Tag, _ line: Bytes) -> Bool {
    guard let session else { return false }
    let command = session.facts.command
    let at = tag.rest.lowerBound
    switch tag.name {
    case "init" where line.hasIgnoringCase("using kubernetes version", at: at):
      // 1.8 says `[kubeadm] WARNING: kubeadm is in beta` before anything else.
      return !session.isOver && session.phases.allSatisfy { $0 == "kubeadm" } && command.mayBecome(.`init`)
    case "preflight" where line.hasIgnoringCase("running pre-flight checks", at: at) && !isSecondPreflight(tag, line):
      return !session.isOver && !session.phases.contains("preflight")
    case "preflight" where line.has("Some fatal errors", at: at) || line.has("If you know", at: at): return true
    case "reset": return !session.isOver && (command == .reset || session.couldBeReset)
    case "upload-certs" where line.has("Storing the certificates", at: at):
      return !session.isOver && !session.phases.contains("upload-certs")
    case let name where name.hasPrefix("upgrade"):
      return command.isUpgrade || (!session.isOver && command == .unknown)
    default: return !session.isOver
    }
  }

  /// Join prints a second heading before it becomes a control plane.
  private func isSecondPreflight(_ tag: Tag, _ line: Bytes) -> Bool {
    line.first("before initializing", in: tag.rest) != nil
  }

  private static func command(begunBy tag: String) -> SessionFacts.Command {
    switch tag {
    case "init": .`init`
    case "preflight", "kubeadm": .unknown
    case "reset": .reset
    case "upload-certs": .uploadCerts
    case "check-expiration": .certsCheckExpiration
    case "renew": .certsRenew
    case "discovery", "download-certs", "check-etcd", "control-plane-join", "join", "csr", "bootstrap": .join
    case _ where tag.hasPrefix("upgrade"): .unknown
    default: .phase
    }
  }

  // MARK: Failures

  private mutating func takeFinding(_ line: Bytes, _ record: Record, _ body: Range<Int>, _ out: inout Output) -> Bool {
    let isError = line[body.lowerBound + 1] == 0x45
    let nameStart = body.lowerBound + (isError ? 7 : 9)
    guard nameStart < body.upperBound, let bracket = line.first(0x5D, in: nameStart..<body.upperBound),
      bracket > nameStart,
      bracket + 1 < body.upperBound, line[bracket + 1] == 0x3A
    else { return false }
    if session == nil { begin(.unknown, record, host: record.host.map { out.names.text($0) }, &out) }
    session?.finishFinding(&out)
    session?.pass(line, body, out)
    session?.announce(&out)
    session?.envelopeTime = record.time
    session?.beginFinding(
      isError: isError, check: line.text(nameStart..<bracket),
      text: Masker.text(line, line.trimmed(bracket + 2..<body.upperBound), keysAnywhere: true), out)
    return true
  }

  private mutating func takeFailure(_ line: Bytes, _ record: Record, _ body: Range<Int>, _ out: inout Output) -> Bool {
    // After 1.34's block at the start of the line the same failure is said once more.
    if session.map({ $0.isOver && $0.facts.outcome != .failed }) ?? true {
      begin(.unknown, record, host: record.host.map { out.names.text($0) }, &out)
    }
    session?.finishFinding(&out)
    session?.finishUpload(&out)
    session?.pass(line, body, out)
    session?.announce(&out)
    session?.envelopeTime = record.time
    let start = line.has("error: ", at: body.lowerBound) ? body.lowerBound + 7 : body.lowerBound
    session?.fail(Masker.text(line, start..<body.upperBound, keysAnywhere: true), out)
    return true
  }

  private mutating func takeStackTraceHint(
    _ line: Bytes, _ record: Record, _ body: Range<Int>, _ out: inout Output
  ) {
    if session?.isOver ?? true, session?.failure == nil, let stray {
      // A command that did not get as far as its first line.
      if session?.facts.outcome != .failed {
        begin(.unknown, record, host: record.host.map { out.names.text($0) }, &out)
        let text = Array(stray.text.utf8)
        session?.pass(text.span, 0..<text.count, out)
        session?.announce(&out)
        session?.fail(stray.text, out)
      }
    } else if let text = session?.trail.last, session?.failure == nil, session?.facts.outcome == .incomplete {
      session?.fail(text, out)
    }
    session?.finishFinding(&out)
    session?.pass(line, body, out)
    session?.finishFailure(&out)
    session?.isOver = true
    stray = nil
  }

  // MARK: Commands and what stands outside of sessions

  /// Goes on with a typed command; a shell puts `> ` before its further lines.
  private mutating func continueTyping(_ line: Bytes, _ body: Range<Int>, _ out: inout Output) -> Bool {
    guard let before = typing else { return false }
    let start = body.count > 2 && line.has("> ", at: body.lowerBound) ? body.lowerBound + 2 : body.lowerBound
    let text = before.text.dropLast() + " " + line.text(start..<body.upperBound)
    if text.hasSuffix("\\"), text.utf8.count < 4096 {
      typing?.text = String(text)
      return true
    }
    typing = nil
    takeTyped(TypedCommand(text: String(text)), before.record, host: before.host, &out)
    publish(&out)
    return true
  }

  private mutating func takeTyped(
    _ typed: TypedCommand, _ record: Record, host: String?, _ out: inout Output
  ) {
    begin(typed.command.command, record, host: host, &out)
    session?.typed = typed.text
    session?.takeArguments(typed.command, out)
    if let join = JoinCommand(typed.command) { session?.use(join) }
  }

  private mutating func beginJoinCommand(_ line: Bytes, _ body: Range<Int>, _ out: inout Output) {
    if let session, session.isOver, !session.isLoose, session.facts.command != .`init` { close(&out) }
    if session == nil {
      // Printed by `token create --print-join-command`, or copied from where it was.
      session = Session(run: out.beginRun(), startTime: out.clock.unstamped, startPosition: out.position)
      session?.isLoose = true
      session?.isOver = true
    }
    session?.finishUpload(&out)
    session?.beginJoinCommand(line, body, out)
  }

  private mutating func takeLooseToken(_ line: Bytes, _ body: Range<Int>, _ out: inout Output) {
    // `token create` and `token generate` both print nothing but the token: it may not exist in any cluster.
    var loose = Session(run: out.beginRun(), startTime: out.clock.unstamped, startPosition: out.position)
    loose.isLoose = true
    loose.pass(line, body, out)
    loose.sawLooseToken(line.text(body), &out)
    loose.tell(isOver: true, &out)
  }

  /// Whether a klog line of this source file is one that only kubeadm writes.
  static func isSource(_ line: Bytes, _ file: Range<Int>) -> Bool { sources.contains(line.text(file)) }

  /// Source files whose klog lines only kubeadm writes.
  private static let sources: Set<String> = [
    "initconfiguration.go", "joinconfiguration.go", "version.go", "join.go", "init.go", "preflight.go", "checks.go",
    "interface.go", "token.go", "discovery.go", "reset.go", "removeetcdmember.go", "cleanupnode.go", "certs.go",
    "kubeconfig.go", "uploadcerts.go", "common.go", "configset.go", "cluster.go", "strict.go", "validation.go",
    "controlplaneprepare.go", "warnings.go",
  ]
}

extension SessionFacts.Command {
  /// Whether a session known as this may turn out to be `other`.
  func mayBecome(_ other: SessionFacts.Command) -> Bool { self == other || self == .unknown || self == .phase }

  var isUpgrade: Bool { self == .upgradePlan || self == .upgradeApply || self == .upgradeNode }
}

/// A kubeadm command behind a shell prompt: `root@cp1:~# kubeadm init --upload-certs`, `$ sudo kubeadm join …`.
struct TypedCommand {
  /// From `kubeadm` on.
  var text: String
  var command: CommandLine

  init(text: String) {
    self.text = text
    command = CommandLine(text)
  }

  init?(_ line: Bytes, _ body: Range<Int>) {
    guard let place = line.first("kubeadm ", in: body), place > body.lowerBound else { return nil }
    var end = place
    while end > body.lowerBound, line[end - 1] == 0x20 { end -= 1 }
    if end - body.lowerBound >= 5, line.has("sudo", at: end - 4) {
      end -= 4
      while end > body.lowerBound, line[end - 1] == 0x20 { end -= 1 }
    }
    guard end > body.lowerBound, end < place else { return nil }
    let prompt = line[end - 1]
    guard prompt == 0x23 || prompt == 0x24 || prompt == 0x25 || (prompt == 0x2B && end - 1 == body.lowerBound) else {
      return nil
    }
    self.init(text: line.text(place..<body.upperBound))
    guard let first = command.words.first,
      ["init", "join", "reset", "upgrade", "token", "certs", "alpha", "config"].contains(first)
    else { return nil }
  }
}
