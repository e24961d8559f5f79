internal import KubelogScan

/// What may be a secret: a kind has one entry here, the sign that it is found by and what looks closer.
struct Recognizers {
  let pseudonyms: Pseudonyms

  /// A sign that every place of a secret has and logs rarely do (``SignFinder``), and what it leads to: a look at what
  /// stands around it, nil for no secret.
  private typealias Kind = (sign: String, finding: @Sendable (Recognizers, inout Look, _ place: Int) -> Finding?)

  private static let kinds: [Kind] = [
    // `abcdef.0123456789abcdef`
    (SignFinder.tokenPoint, { $0.token(&$1, point: $2) }),
    // `https://user:password@host`
    ("@", { $0.password(&$1, inURLBefore: $2) }),
    // `--token`, `token:`, `token-secret:`
    ("oken", { $0.token(&$1, named: $2 - 1) }),
    // `--certificate-key`, `client-key-data:`, `BEGIN RSA PRIVATE KEY`
    ("key", { $0.key(&$1, named: $2) }),
    // `eyJhbGciOi…`: JSON in base64
    ("eyj", { $0.webToken(&$1, at: $2) }),
    // `LS0tLS1CRUdJTi…`: PEM in base64
    ("s0tls1", { $0.encodedKey(&$1, at: $2 - 1) }),
    // `.dockerconfigjson:`
    ("gjson", { $0.dockerConfiguration(&$1, at: $2) }),
    // `password`, `passwd`
    ("sword", { $0.password(&$1, named: $2 - 3) }), ("swd", { $0.password(&$1, named: $2 - 3) }),
    // `ETCDCTL_USER=root:password`, `--user root:password`
    ("_user", { $0.password(&$1, ofUserNamed: $2 + 1) }), ("-user", { $0.password(&$1, ofUserNamed: $2 + 1) }),
    // `"auth": "…"`, `Authorization:`
    ("uth", { $0.authorization(&$1, named: $2 - 1) }),
    // `data:`, `stringData:`, `"data": {`, `\"data\":{` of a Secret; `"Data":"…"` is in every third line of a kubelet's
    ("ta:", { $0.secretData(&$1, named: $2 - 2) }), ("ta\": ", { $0.secretData(&$1, named: $2 - 2) }),
    ("ta\":{", { $0.secretData(&$1, named: $2 - 2) }), ("ta\" ", { $0.secretData(&$1, named: $2 - 2) }),
    ("ta\\", { $0.secretData(&$1, named: $2 - 2) }),
  ]

  /// Finds the signs.
  static let signs = SignFinder(kinds.map(\.sign))

  /// What the sign of that number at `place` leads to, nil for nothing.
  func finding(_ look: inout Look, _ sign: Int, at place: Int) -> Finding? {
    Self.kinds[sign].finding(self, &look, place)
  }

  /// Masks the value of a name that lets somebody in, whatever it looks like.
  func value(_ value: NamedValue, _ look: inout Look, isShell: Bool, where accept: (_ value: [UInt8]) -> Bool)
    -> Finding?
  {
    look.hold = value.start
    let pieces = value.pieces(&look, isShell: isShell)
    let secret = pieces.flatMap { look.copy($0) }
    guard let end = pieces.last?.upperBound, !isPlaceholder(secret), !look.has("<redacted", at: end), accept(secret)
    else { return nil }
    return Finding(masks: pseudonyms.masks(pieces, named: Self.plain(secret)), next: end)
  }

  /// The secret half of a token for its base64, as a Secret holds it; any other value as it is.
  static func plain(_ value: [UInt8]) -> [UInt8] {
    guard value.count == 24, let decoded = base64Decoded(String(decoding: value, as: UTF8.self)), decoded.count == 16,
      decoded.allSatisfy(isTokenByte)
    else { return value }
    return decoded
  }
}
