internal import KubelogScan

extension SessionMachine {
  // MARK: Typed commands

  mutating func takeTyped(_ typed: TypedCommand, _ record: Record, host: String?, _ out: inout Output) {
    bare = nil
    if let shown = typed.clock, out.promptLine != out.position.line { out.passPrompt(shown) }
    begin(typed.command.command, record, host: host, &out)
    learn(typed, out)
  }

  /// Remembers a command without a prompt, until words come that are not kubeadm's.
  mutating func noteBare(_ line: Bytes, _ body: Range<Int>) {
    let start = line.has("sudo ", at: body.lowerBound) ? body.lowerBound + 5 : body.lowerBound
    if line.has("kubeadm ", at: start) {
      let typed = TypedCommand(text: line.text(start..<body.upperBound))
      bare = typed.command.command == .unknown ? nil : typed
    } else if bare != nil, !line.has("```", at: body.lowerBound),
      line.end(of: { $0 < 0x41 }, from: body.lowerBound, to: body.upperBound) < body.upperBound
    {
      bare = nil
    }
  }

  /// Goes on with a typed command that nothing has answered yet: after a backslash (a shell puts `> ` before the next
  /// line), or where the terminal's width broke it.
  mutating func continueTyping(_ line: Bytes, _ body: Range<Int>, _ out: Output) -> Bool {
    guard !isStarted, let session, session.facts.lines == 0, session.strangeLines == 0, let before = session.typed,
      before.utf8.count < 4096
    else {
      return false
    }
    let start = body.count > 2 && line.has("> ", at: body.lowerBound) ? body.lowerBound + 2 : body.lowerBound
    guard let text = WrappedCommand.joined(before, line.text(start..<body.upperBound)) else { return false }
    learn(TypedCommand(text: text, host: nil), out)
    return true
  }

  private mutating func learn(_ typed: TypedCommand, _ out: Output) {
    session?.typed = typed.text
    if let place = typed.place { session?.typedFor = place }
    session?.takeArguments(typed, out)
    if let join = JoinCommand(typed.command) { session?.use(join) }
  }

  // MARK: Join commands

  /// A join command at the start of a line.
  mutating func beginJoinCommand(_ line: Bytes, _ body: Range<Int>, _ out: inout Output) {
    if let session, session.isOver, !session.isLoose, session.facts.command != .`init` { close(&out) }
    if session == nil {
      // Printed by `token create --print-join-command`, or copied from where it was.
      session = Session(run: out.beginRun(), startTime: out.clock.unstamped, startPosition: out.position)
      session?.configuration = configuration
      session?.isLoose = true
      session?.isOver = true
    }
    session?.finishUpload(&out)
    session?.beginJoinCommand(line, body, out)
  }

  /// Join commands within a line: behind a key of JSON or YAML, behind `sudo`, several with escaped line ends between.
  mutating func takeInnerJoinCommands(_ line: Bytes, _ body: Range<Int>, _ out: inout Output) -> Bool {
    var next = line.first("kubeadm join ", in: body)
    var found = false
    while let start = next {
      let rest = start + 13..<body.upperBound
      next = line.first("kubeadm join ", in: rest)
      let word = TokenRow.word(line, from: rest.lowerBound, to: rest.upperBound)
      let isReal = line.has("--token", at: word.lowerBound) || JoinCommand.isEndpoint(line.text(word))
      let end = next ?? body.upperBound
      // `sudo kubeadm join cp1:6443 \` has its flags on the lines that follow.
      guard isReal,
        line.first("--token", in: rest.lowerBound..<end) != nil || (next == nil && line[body.upperBound - 1] == 0x5C)
      else { continue }
      session?.finishJoinCommand(&out)
      beginJoinCommand(line, start..<end, &out)
      found = true
    }
    return found
  }

  // MARK: What stands alone

  /// A token or a key alone on its line.
  mutating func takeBareSecret(_ line: Bytes, _ body: Range<Int>, _ out: inout Output) -> Bool {
    if body.count == 64, session?.facts.command == .certsCertificateKey, session?.isOver == false {
      let text = line.text(body)
      guard isCertificateKey(text) else { return false }
      session?.pass(line, body, out)
      session?.announce(&out)
      session?.takeBareKey(text, &out)
      return true
    }
    guard body.count == 23, line[body.lowerBound + 6] == 0x2E else { return false }
    let text = line.text(body)
    // A word of 22 letters without a digit is a word.
    guard isBootstrapToken(text), text.utf8.contains(where: isDigit) else { return false }
    if let open = session, !open.isLoose,
      [.tokenCreate, .tokenGenerate, .tokenList].contains(open.facts.command), !open.isOver || open.table == .tokens
    {
      session?.pass(line, body, out)
      session?.announce(&out)
      session?.takeBareToken(text, &out)
      return true
    }
    guard session?.isOver ?? true else { return false }
    close(&out)
    var loose = Session(run: out.beginRun(), startTime: out.clock.unstamped, startPosition: out.position)
    loose.configuration = configuration
    loose.isLoose = true
    loose.pass(line, body, out)
    loose.takeBareToken(text, &out)
    loose.tell(isOver: true, &out)
    return true
  }
}
