internal import KubelogScan

extension SessionMachine {
  mutating func takeKnown(
    _ line: Bytes, _ record: Record, _ body: Range<Int>, _ out: inout Output
  ) -> Bool {
    let start = body.lowerBound
    if takeTable(line, record, body, &out) { return true }
    session?.table = nil
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
    case 0x55 where line.has("Unfortunately, an error has occurred", at: start):
      guard isOpen else { return false }
      session?.finishFinding(&out)
      session?.finishUpload(&out)
      session?.pass(line, body, out)
      session?.beginTrouble(line.text(body), &out)
      return true
    case 0x41 where line.has("Awesome, you're up-to-date! Enjoy!", at: start),
      0x59 where line.has("You can now apply the upgrade by executing the following command", at: start):
      guard session?.facts.command == .upgradePlan else { return false }
      session?.pass(line, body, out)
      session?.facts.outcome = .succeeded
      return true
    case 0x6B where line.has("kubeadm join ", at: start):
      beginJoinCommand(line, body, &out)
      return true
    default: break
    }
    if line.first("kubeadm ", in: body) != nil {
      if let typed = TypedCommand(line, body) {
        takeTyped(typed, record, host: out.host(of: record), &out)
        return true
      }
      if takeInnerJoinCommands(line, body, &out) { return true }
    }
    return takeBareSecret(line, body, &out)
  }

  mutating func takeUnknown(_ line: Bytes, _ record: Record, _ body: Range<Int>, _ out: inout Output) {
    let indented = isBlank(line[record.body.lowerBound])
    noteBare(line, body)
    if indented, session?.listsErrors == true, let check = PreflightText.check(line.text(body)) {
      session?.finishFinding(&out)
      session?.pass(line, body, out)
      session?.beginFinding(isError: true, check: check, text: Masker.text(line, body, keysAnywhere: true), out)
    } else if let session, !session.isOver || session.finding != nil || session.failure != nil {
      self.session?.takeStrange(line, body, indented: indented, out)
      if session.strangeLines > Self.patience { self.session?.isOver = true }
    } else if !indented {
      stray = (Masker.text(line, body, keysAnywhere: true, limit: 500), LinePosition())
      if let stray { noteCertificateFile(stray.text) }
      preface = nil
    }
  }
}
