internal import KubelogScan

/// A part of the text and what takes its place.
struct Mask: Equatable {
  var range: Range<Int>
  var text: [UInt8]
}

/// What a recognizer made of a sign.
struct Finding {
  /// What is replaced, in order.
  var masks: [Mask] = []
  /// Where to go on.
  var next: Int
  /// What the text is from there on, nil where that stays as it is.
  var mode: RedactMode?
  /// Up to where a certificate key may stand alone, since it was announced.
  var keysUntil: Int?
}

/// What the text is that is being read.
enum RedactMode: Equatable {
  /// Just any text.
  case text
  /// Below the header of a private key; `isLast` after a line that must be the key's last.
  case privateKey(isLast: Bool)
  /// In the data of a Secret.
  case secretData(SecretData)
}

/// What takes the place of secrets: `<redacted-3f9a1c20>`, the same for the same secret within one run.
///
/// In angle brackets as kubeadm's own `<value withheld>`: no shell runs a command with it, and scanners for secrets take it
/// for a placeholder. The digits are a digest under a key that is made for the run and never told.
struct Pseudonyms {
  private let digest: KeyedDigest

  /// What every pseudonym begins with.
  static let opening: StaticString = "<redacted"

  init(_ digest: KeyedDigest) { self.digest = digest }

  /// The pseudonym of `secret`.
  func text(for secret: [UInt8]) -> [UInt8] {
    let value = digest.digest(secret)
    let digits = Array("0123456789abcdef".utf8)
    let hex = (0..<8).map { digits[Int(value >> UInt64(60 - 4 * $0) & 15)] }
    return Array("<redacted-".utf8) + hex + [0x3E]
  }

  /// Masks a secret that stands in `pieces`: the first becomes its pseudonym, the others vanish.
  func masks(_ pieces: [Range<Int>], in look: Look) -> [Mask] {
    masks(pieces, named: pieces.flatMap { look.copy($0) })
  }

  /// As ``masks(_:in:)``, for a secret that is known as `secret` elsewhere.
  func masks(_ pieces: [Range<Int>], named secret: [UInt8]) -> [Mask] {
    pieces.enumerated().map { Mask(range: $1, text: $0 == 0 ? text(for: secret) : []) }
  }
}
