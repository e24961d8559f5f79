internal import KubelogScan

// Passwords in flags, variables, files and URLs; headers; the credentials of registries.

extension Recognizers {
  /// `--password x`, `ETCD_ROOT_PASSWORD=x`, `password: x`, `"passwd":"x"`.
  func password(_ look: inout Look, named start: Int) -> Finding? {
    let end = look.has("password", at: start) ? start + 8 : look.has("passwd", at: start) ? start + 6 : start
    guard end > start, !isNameByte(look[end]) else { return nil }
    let isFlag = isFlag(&look, start)
    look.hold = end
    guard let named = NamedValue(&look, after: end, isFlag: isFlag) else { return nil }
    let isProse = named.separator == .colon && named.quote == 0
    var text = look
    let isLine = !isProse || named.pieces(&text, isShell: false).last.map { text.endsLine($0.upperBound) } ?? false
    if isProse { look = text }
    let isShell = isFlag || (0x41...0x5A).contains(look[start])
    return value(named, &look, isShell: isShell) { secret in
      isLine && (secret.first != 0x2D || named.separator != .blank)
    }
  }

  /// `ETCDCTL_USER=root:x`, `etcdctl --user root:x`: what follows the user's name. Users of Kubernetes have colons in
  /// their names (`system:node:cp1`), users of containers groups (`1000:1000`).
  func password(_ look: inout Look, ofUserNamed start: Int) -> Finding? {
    let isFlag = isFlag(&look, start)
    guard !isNameByte(look[start + 4]), isFlag || look.has("etcdctl_", before: start) else { return nil }
    look.hold = start + 4
    guard var named = NamedValue(&look, after: start + 4, isFlag: isFlag), !look.has("system:", at: named.start) else {
      return nil
    }
    let colon = look.end(of: { isNameByte($0) || $0 == 0x2E }, from: named.start)
    guard colon > named.start, look[colon] == 0x3A else { return nil }
    let isNumber = look.bytes[named.start..<colon].allSatisfy(isDigit)
    named.start = colon + 1
    return value(named, &look, isShell: true) { !isNumber || !$0.allSatisfy(isDigit) }
  }

  /// `https://user:password@host`, at its last `@`.
  func password(_ look: inout Look, inURLBefore at: Int) -> Finding? {
    // Another `@`: what stands here is part of the password.
    guard look[at + 1] != 0x40 else { return nil }
    let start = look.start(
      of: { $0 > 0x20 && !isQuote($0) && $0 != 0x2F && $0 != 0x3C && $0 != 0x3E }, before: at, atMost: 1024)
    // `https:\/\/` in some writers' JSON.
    guard look[start - 1] == 0x2F, ends(&look, ":/", start - 1) || ends(&look, ":\\/\\", start - 1),
      let colon = (start..<at).first(where: { look.bytes[$0] == 0x3A })
    else { return nil }
    look.hold = colon + 1
    let host = look.end(of: { $0 > 0x20 && !isQuote($0) && $0 != 0x2F && $0 != 0x40 && $0 != 0x5C }, from: at + 1)
    // Another `@`: what stands here is part of the password. An image is known by its digest.
    guard look[host] != 0x40, !look.has("sha256:", at: at + 1), !isPlaceholder(look.copy(colon + 1..<at)) else {
      return nil
    }
    return Finding(masks: pseudonyms.masks([colon + 1..<at], in: look), next: at + 1)
  }

  private func ends(_ look: inout Look, _ text: String, _ index: Int) -> Bool {
    let bytes = Array(text.utf8)
    return bytes.indices.allSatisfy { look[index - bytes.count + $0] == bytes[$0] }
  }

  /// `Authorization: Bearer x`, and `"auth": "dXNlcjpwYXNz"` in the configuration of a container runtime.
  func authorization(_ look: inout Look, named start: Int) -> Finding? {
    let isHeader = look.has("authorization", at: start)
    let end = start + (isHeader ? 13 : 4)
    guard look.has("auth", at: start), !isNameByte(look[end]) else { return nil }
    look.hold = end
    guard var named = NamedValue(&look, after: end, isFlag: false) else { return nil }
    guard isHeader else {
      guard !isNameByte(look[start - 1]) else { return nil }
      return value(named, &look, isShell: true) { secret in
        base64Decoded(String(decoding: secret, as: UTF8.self))?.contains(0x3A) ?? false
      }
    }
    look.hold = named.start
    let scheme = look.end(of: isLetter, from: named.start)
    if look[scheme] == 0x20, scheme > named.start {
      named.start = look.afterBlanks(scheme)
      if let token = brokenToken(&look, from: named.start) { return token }
      return value(named, &look, isShell: true) { $0.count > 3 }
    }
    return value(named, &look, isShell: true) { $0.count >= 16 && $0.contains(where: isDigit) }
  }

  /// `.dockerconfigjson: eyJhdXRocyI6…`: what a Secret for registries holds.
  func dockerConfiguration(_ look: inout Look, at place: Int) -> Finding? {
    guard look.has("dockerconfigjson", at: place - 11) else { return nil }
    look.hold = place + 5
    guard let named = NamedValue(&look, after: place + 5, isFlag: false) else { return nil }
    return value(named, &look, isShell: true) { $0.count >= 8 && $0.allSatisfy { isBase64Byte($0) || $0 == 0x3D } }
  }
}
