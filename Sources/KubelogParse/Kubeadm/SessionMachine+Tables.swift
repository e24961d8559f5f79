internal import KubelogScan

extension SessionMachine {
  /// Takes a line of what `token list`, `certs check-expiration`, `certs renew`, `token delete` and `upgrade plan` print.
  ///
  /// Each is a session also where nothing else of it is left: its rows are kubeadm's alone.
  mutating func takeTable(_ line: Bytes, _ record: Record, _ body: Range<Int>, _ out: inout Output) -> Bool {
    let first = line[body.lowerBound]
    switch first {
    case 0x54 where TokenRow.isHeading(line, body):
      let fits = session?.facts.command == .tokenList && session?.isOver == false
      open(.tokenList, as: .tokens, unless: fits, line, record, body, &out)
      session?.settle(&out)
      return true
    case 0x43 where line.has("CERTIFICATE ", at: body.lowerBound) || line.has("COMPONENT ", at: body.lowerBound):
      return takeHeading(line, record, body, &out)
    case 0x21 where line.has("!MISSING! ", at: body.lowerBound):
      return takeCertificateRow(line, record, body, &out)
    case 0x44 where line.has("Done renewing certificates", at: body.lowerBound):
      let fits = session?.facts.command == .certsRenew && session?.isOver == false
      open(.certsRenew, as: nil, unless: fits, line, record, body, &out)
      session?.end(line.text(body), &out)
      return true
    case 0x4D where line.has("MISSING! certificate ", at: body.lowerBound):
      guard session?.facts.command == .certsRenew else { return false }
      session?.pass(line, body, out)
      return true
    case 0x62 where line.has("bootstrap token ", at: body.lowerBound):
      return takeDeletion(line, record, body, &out)
    case 0x63 where line.has("certificate ", at: body.lowerBound):
      return takeRenewal(line, record, body, &out)
    default: break
    }
    if isTokenByte(first) {
      if let row = TokenRow(line, body) {
        let fits = session?.table == .tokens || (session?.facts.command == .tokenList && session?.isOver == false)
        open(.tokenList, as: .tokens, unless: fits, line, record, body, &out)
        session?.takeRow(row, line, body, &out)
        return true
      }
      if body.count > 26, line.first(", 20", in: body) != nil { return takeCertificateRow(line, record, body, &out) }
    }
    if session?.table == .components, let row = UpgradeRow(line, body) {
      session?.pass(line, body, out)
      session?.takeRow(row, line, body, &out)
      return true
    }
    return takeCertificateDate(line, body, &out)
  }

  /// The line belongs to the session there is, or begins one.
  private mutating func open(
    _ command: SessionFacts.Command, as table: Session.Table?, unless fits: Bool, _ line: Bytes, _ record: Record,
    _ body: Range<Int>, _ out: inout Output
  ) {
    if !fits { begin(command, record, host: out.host(of: record), &out) }
    session?.envelopeTime = record.time
    session?.pass(line, body, out)
    session?.announce(&out)
    session?.table = table
  }

  private mutating func takeHeading(_ line: Bytes, _ record: Record, _ body: Range<Int>, _ out: inout Output) -> Bool {
    if let heading = CertificateRow.heading(line, body) {
      let isCheck = session?.facts.command == .certsCheckExpiration
      let fits = isCheck && (heading == .authorities ? session?.table == .certificates : session?.isOver == false)
      open(.certsCheckExpiration, as: .certificates, unless: fits, line, record, body, &out)
      session?.settle(&out)
      return true
    }
    guard UpgradeRow.isHeading(line, body), session?.facts.command == .upgradePlan, session?.isOver == false else {
      return false
    }
    session?.pass(line, body, out)
    session?.table = .components
    return true
  }

  private mutating func takeCertificateRow(
    _ line: Bytes, _ record: Record, _ body: Range<Int>, _ out: inout Output
  ) -> Bool {
    guard let row = CertificateRow(line, body) else { return false }
    let isCheck = session?.facts.command == .certsCheckExpiration
    let fits = isCheck && (session?.table == .certificates || session?.isOver == false)
    // A name and `!MISSING!` before it are little evidence by themselves.
    guard fits || row.expires != nil else { return false }
    open(.certsCheckExpiration, as: .certificates, unless: fits, line, record, body, &out)
    session?.takeRow(row, line, body, &out)
    return true
  }

  /// `certificate for serving the Kubernetes API renewed`.
  private mutating func takeRenewal(_ line: Bytes, _ record: Record, _ body: Range<Int>, _ out: inout Output) -> Bool {
    let end = body.upperBound - 8
    guard end > body.lowerBound, line.has(" renewed", at: end),
      let name = CertificateName.byLongName[line.text(body.lowerBound..<end)]
    else { return false }
    let fits = session.map { $0.facts.command == .certsRenew && !$0.isOver && !$0.renewed.contains(name) } ?? false
    open(.certsRenew, as: nil, unless: fits, line, record, body, &out)
    session?.renew(name, line.text(body), &out)
    return true
  }

  /// `bootstrap token "abcdef" deleted`; `bootstrap token with id "abcdef" deleted` until 1.13.
  private mutating func takeDeletion(_ line: Bytes, _ record: Record, _ body: Range<Int>, _ out: inout Output) -> Bool {
    guard let open = line.first(0x22, in: body), open + 8 < body.upperBound,
      let close = line.first(0x22, in: open + 1..<body.upperBound), line.has(" deleted", at: close + 1),
      close - open == 7 || isBootstrapToken(line.text(open + 1..<close))
    else { return false }
    let fits = session?.facts.command == .tokenDelete && session?.isOver == false
    self.open(.tokenDelete, as: nil, unless: fits, line, record, body, &out)
    // With a whole token given some versions print the whole token.
    let id = line.text(open + 1..<open + 7)
    session?.delete(id, Masker.text(line, body, keysAnywhere: true), &out)
    return true
  }

  /// openssl is no command of kubeadm's: its answers stand alone.
  private mutating func takeCertificateDate(_ line: Bytes, _ body: Range<Int>, _ out: inout Output) -> Bool {
    guard body.count < 400 else { return false }
    if let date = CertificateDate(line, body) {
      guard let name = (date.path ?? certificateFile).flatMap({ CertificateName.ofFile($0) }), beginDates(&out) else {
        return false
      }
      session?.pass(line, body, out)
      session?.listCertificate(name, expires: date.expires, within: 0, [], &out)
      return true
    }
    // `openssl x509 -checkend SECONDS`
    let ends = line.fills(body, "Certificate will expire")
    guard ends || line.fills(body, "Certificate will not expire"), let seconds = certificateCheck,
      let name = certificateFile.flatMap({ CertificateName.ofFile($0) }), beginDates(&out)
    else { return false }
    session?.pass(line, body, out)
    session?.checkCertificate(name, within: seconds, ends: ends, &out)
    return true
  }

  /// Begins the stretch of openssl's answers, or goes on with it; false within a session of kubeadm's.
  private mutating func beginDates(_ out: inout Output) -> Bool {
    if session?.table != .dates {
      guard session?.isOver ?? true else { return false }
      close(&out)
      var loose = Session(run: out.beginRun(), startTime: out.clock.unstamped, startPosition: out.position)
      loose.isLoose = true
      loose.isOver = true
      loose.table = .dates
      loose.facts.node = out.givenNode
      session = loose
    }
    (certificateFile, certificateCheck) = (nil, nil)
    return true
  }

  /// Remembers the file that an answer of openssl will be about: `openssl x509 -in PATH`, or a path that a loop prints,
  /// alone or with marks around it.
  mutating func noteCertificateFile(_ text: String) {
    let words = text.split(separator: " ").map(String.init)
    if words.contains("openssl") || words.contains("x509") {
      func value(_ flag: String) -> String? {
        words.firstIndex(of: flag).flatMap { $0 + 1 < words.count ? words[$0 + 1] : nil }
      }
      // Without `-in` it reads another's output, or `< PATH`.
      certificateFile = value("-in") ?? words.last { $0.hasSuffix(".crt") || $0.hasSuffix(".conf") }
      certificateCheck = value("-checkend").flatMap { Int($0) }
      return
    }
    guard words.count <= 4 else { return }
    let paths = words.map { $0.hasSuffix(":") ? String($0.dropLast()) : $0 }.filter {
      $0.hasSuffix(".crt") || ($0.hasSuffix(".conf") && $0.hasPrefix("/"))
    }
    if paths.count == 1, words.count == 1 || words.allSatisfy({ $0.hasPrefix(paths[0]) || isMark($0) }) {
      certificateFile = paths[0]
    }
  }

  /// `==`, `---`, `File:`: what stands beside a path that a script prints.
  private func isMark(_ word: String) -> Bool {
    word.hasSuffix(":") || word.utf8.allSatisfy { "=-#*>".utf8.contains($0) }
  }
}
