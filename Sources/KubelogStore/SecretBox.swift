internal import KubelogParse
internal import KubelogScan

/// What the store keeps of a secret: how it is told from others, what may be shown of it, and its value.
///
/// The one place that values go through on their way in; sealing them at rest happens here.
enum SecretBox {
  /// What the store keeps.
  struct Kept {
    var identity: [UInt8]
    /// The public half of a token; of a key the first 8 hexadecimal digits of its identity; of a certificate
    /// `name@node`.
    var publicID: String
    /// What a certificate is called, without its node.
    var name: String?
    var value: [UInt8]
    var isSealed: Bool
  }

  static func keep(_ sighting: SecretSighting) -> Kept {
    var digester = Digester()
    digester.add(sighting.kind.rawValue)
    digester.add(sighting.value)
    let identity = digester.digest()
    let publicID =
      switch sighting.kind {
      case .bootstrapToken: String(sighting.value.prefix(6))
      case .certificateKey: String(identity.hex.prefix(8))
      case .certificate: sighting.value
      }
    let name = sighting.kind == .certificate ? sighting.value.prefix { $0 != "@" } : nil
    return Kept(
      identity: identity.bytes, publicID: publicID, name: name.map(String.init), value: Array(sighting.value.utf8),
      isSealed: false)
  }
}
