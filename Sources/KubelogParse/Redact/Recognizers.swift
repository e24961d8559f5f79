internal import KubelogScan

/// What may be a secret, by the sign that was found (``SecretSigns``): each recognizer looks at what stands around it.
struct Recognizers {
  let pseudonyms: Pseudonyms

  /// What the sign at `place` leads to, nil for nothing. `isKeyAnnounced`: a certificate key may stand alone.
  func finding(_ look: inout Look, at place: Int, isKeyAnnounced: Bool) -> Finding? {
    switch look[place] {
    case 0x2E: token(&look, point: place)
    case 0x40: password(&look, inURLBefore: place)
    case 0x4F, 0x6F: look.has("token", at: place - 1) ? token(&look, named: place - 1) : nil
    case 0x45, 0x65:
      if look.has("key", at: place - 1) {
        key(&look, named: place - 1) ?? (isKeyAnnounced ? bareKey(&look, at: place) : nil)
      } else if look[place + 2] == 0x4A {
        webToken(&look, at: place)
      } else {
        nil
      }
    case 0x47, 0x67: dockerConfiguration(&look, at: place)
    case 0x53, 0x73:
      look[place + 1] == 0x30 ? encodedKey(&look, at: place - 1) : password(&look, named: place - 3)
    case 0x54, 0x74: secretData(&look, named: place - 2)
    case 0x55, 0x75: authorization(&look, named: place - 1)
    default: nil
    }
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
