internal import KubelogParse
internal import KubelogScan

/// What the store keeps of a secret besides its value: how it is told from others, and what may be shown of it.
struct SecretBox {
  /// What only this secret has: a keyed digest, of a certificate a plain one.
  var identity: [UInt8]
  /// The public half of a token; of a key the first 8 hexadecimal digits of its identity; of a certificate `name@node`.
  var publicID: String
  /// What a certificate is called, without its node.
  var name: String?

  init(_ kind: SecretKind, _ value: String, _ key: DigestKey) {
    switch kind {
    case .bootstrapToken:
      identity = key.identity(kind: kind.rawValue, value: value)
      publicID = String(value.prefix(6))
    case .certificateKey:
      identity = key.identity(kind: kind.rawValue, value: value)
      publicID = String(hexadecimal(identity).prefix(8))
    case .certificate:
      var digester = Digester()
      digester.add(kind.rawValue)
      digester.add(value)
      identity = digester.digest().bytes
      publicID = value
      name = String(value.prefix { $0 != "@" })
    }
  }
}

/// Two digits a byte, lowest letters.
func hexadecimal(_ bytes: [UInt8]) -> String {
  bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
}
