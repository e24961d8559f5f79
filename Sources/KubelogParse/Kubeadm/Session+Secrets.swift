internal import KubelogScan

extension Session {
  // MARK: Certificate keys

  /// The key that stands alone under `[upload-certs] Using certificate key:`, maybe behind a prefix nobody knows, maybe
  /// broken by the terminal's width.
  mutating func takeKey(_ line: Bytes, _ body: Range<Int>, _ out: inout Output) -> Bool {
    guard let upload, upload.awaitsKey else { return false }
    var start = body.upperBound
    while start > body.lowerBound, isHexByte(line[start - 1]) { start -= 1 }
    let isAlone = start == body.lowerBound
    let key = upload.begun + line.text(start..<body.upperBound)
    if isCertificateKey(key),
      isAlone || (upload.begun.isEmpty && start - body.lowerBound <= 64 && isBlank(line[start - 1]))
    {
      pass(line, body, out)
      uploaded(key: key.lowercased(), &out)
      return true
    }
    // `KEY <-- copy this`: what a hand wrote behind it.
    let end = line.end(of: isHexByte, from: body.lowerBound, to: body.upperBound)
    if upload.begun.isEmpty, end < body.upperBound, isBlank(line[end]),
      isCertificateKey(line.text(body.lowerBound..<end))
    {
      pass(line, body, out)
      uploaded(key: line.text(body.lowerBound..<end).lowercased(), &out)
      return true
    }
    if isAlone, key.utf8.count < 64, key.utf8.count >= 16 {
      self.upload?.begun = key
      pass(line, body, out)
      return true
    }
    finishUpload(&out)
    return false
  }

  private mutating func uploaded(key: String?, _ out: inout Output) {
    guard let done = upload else { return }
    upload = nil
    let key = key ?? typedKey
    let secrets = key.map { [SecretSighting(kind: .certificateKey, value: $0, role: .uploaded)] } ?? []
    emit(
      "kubeadm.certs.uploaded", .info, "certificates uploaded to the Secret kubeadm-certs", [], secrets: secrets,
      at: done.place, &out)
    // Nothing more comes from `init phase upload-certs`, and nothing else says that it is done.
    if facts.command == .uploadCerts {
      facts.outcome = .succeeded
      isOver = true
    }
  }

  /// An upload whose key was not printed.
  mutating func finishUpload(_ out: inout Output) { uploaded(key: nil, &out) }

  // MARK: Join commands

  mutating func beginJoinCommand(_ line: Bytes, _ body: Range<Int>, _ out: Output) {
    pass(line, body, out)
    let text = line.text(body)
    joinCommand = PendingCommand(text: text, place: place("kubeadm.join-command", "", out))
  }

  /// Whether the line goes on with a join command: after a backslash, with a flag where a copy lost it, with the rest of
  /// a word that the terminal's width broke.
  mutating func continueJoinCommand(_ line: Bytes, _ body: Range<Int>, _ out: Output) -> Bool {
    guard let command = joinCommand, command.text.utf8.count < 4096,
      let text = WrappedCommand.joined(command.text, line.text(body))
    else {
      return false
    }
    pass(line, body, out)
    joinCommand?.text = text
    return true
  }

  mutating func finishJoinCommand(_ out: inout Output) {
    guard let pending = joinCommand else { return }
    joinCommand = nil
    guard let join = JoinCommand(CommandLine(pending.text)) else { return }
    let printedByInit = facts.command == .`init` && !isLoose
    learn(join)
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
    if facts.command == .tokenCreate, !isLoose { settle(&out) }
  }

  /// The life that a token was given, seconds, by a flag or by the configuration; nil for kubeadm's default.
  ///
  /// A configuration that names the token is about it; one that does not is where the command was told to take it.
  func life(of token: String) -> Int? {
    if let tokenTTL { return tokenTTL }
    guard let entry = configuration?.entry(of: token), entry.value == token || takesConfiguration else { return nil }
    return entry.ttl
  }

  func sightings(of join: JoinCommand, token: SightingRole, key: SightingRole) -> [SecretSighting] {
    var found: [SecretSighting] = []
    if let value = join.token {
      found.append(
        SecretSighting(
          kind: .bootstrapToken, value: value, role: token, ttlSeconds: life(of: value), endpoint: join.endpoint,
          caHashes: join.caHashes))
    }
    if let value = join.certificateKey {
      found.append(
        SecretSighting(
          kind: .certificateKey, value: value, role: key, endpoint: join.endpoint, caHashes: join.caHashes))
    }
    return found
  }

  /// A token alone on its line.
  ///
  /// `token create` and `token generate` both print nothing else: without the command it may exist in no cluster.
  mutating func takeBareToken(_ token: String, _ out: inout Output) {
    let (kind, role): (String, SightingRole) =
      switch isLoose ? .unknown : facts.command {
      case .tokenCreate: ("kubeadm.token.created", .created)
      case .tokenGenerate: ("kubeadm.token.generated", .generated)
      case .tokenList: ("kubeadm.token.listed", .listed)
      default: ("kubeadm.token.printed", .printed)
      }
    emit(
      kind, .info, Masker.text(token, keysAnywhere: true), [],
      secrets: [
        SecretSighting(
          kind: .bootstrapToken, value: token, role: role, ttlSeconds: role == .created ? life(of: token) : nil)
      ], part: role == .printed ? "" : token, &out)
    if role == .listed { table = .tokens }
    if role != .printed { settle(&out) }
  }

  /// The key that `certs certificate-key` prints: it is in no cluster yet.
  mutating func takeBareKey(_ key: String, _ out: inout Output) {
    emit(
      "kubeadm.certificate-key.generated", .info, "certificate key generated", [],
      secrets: [SecretSighting(kind: .certificateKey, value: key.lowercased(), role: .generated)], &out)
    settle(&out)
  }

  /// The command has printed what it is there to print; nothing else says that it is done.
  mutating func settle(_ out: inout Output) {
    isOver = true
    if facts.outcome == .incomplete { facts.outcome = .succeeded }
  }
}
