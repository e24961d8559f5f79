internal import KubelogScan

/// Puts a kubeadm command together again that was broken into lines: by backslashes, by a paste that lost them, or by a
/// terminal's width in the middle of a word.
enum WrappedCommand {
  /// The command `text` with the line `next` behind it; nil where that does not go on with it.
  ///
  /// Words are only glued where the two halves make exactly what the place asks for: a token, a pin, a key, an endpoint or
  /// a flag of `kubeadm join`.
  static func joined(_ text: String, _ next: String) -> String? {
    if text.hasSuffix("\\") { return "\(text.dropLast()) \(next)" }
    let words = text.split(separator: " ")
    guard let last = words.last, let first = next.split(separator: " ").first else { return nil }
    let before = words.count > 1 ? words[words.count - 2] : ""
    let isAlone = first.count == next.count
    if next.hasPrefix("--") { return "\(text) \(next)" }
    if last.hasPrefix("-"), !last.contains("=") {
      // Some flags begin like others: `--discovery-token` and `-ca-cert-hash`.
      if flags.contains("\(last)\(first.prefix { $0 != "=" })"), first.hasPrefix("-") || !flags.contains(String(last)) {
        return "\(text)\(next)"
      }
      guard flags.contains(String(last)), let shape = Shape(flag: last) else { return nil }
      return shape.isWhole(first) || (isAlone && shape.mayBeBegun(by: first)) ? "\(text) \(next)" : nil
    }
    if let shape = Shape(flag: before.isEmpty ? "" : before) ?? Shape(flag: last.prefix { $0 != "=" }) {
      let begun = last.contains("=") ? last[last.index(after: last.firstIndex(of: "=") ?? last.startIndex)...] : last
      let whole = begun + first
      guard !shape.isWhole(begun), shape.isBeginning(begun) else { return nil }
      return shape.isWhole(whole) || (isAlone && shape.mayBeBegun(by: whole)) ? "\(text)\(next)" : nil
    }
    guard before == "join" || last == "join",
      JoinCommand.isEndpoint(last == "join" ? String(first) : "\(last)\(first)"),
      next.contains(" --")
    else { return nil }
    return last == "join" ? "\(text) \(next)" : "\(text)\(next)"
  }

  /// Whether the command cannot end here: its last word is half a secret, a pin or a flag.
  static func isCut(_ text: String) -> Bool {
    let words = text.split(separator: " ")
    guard let last = words.last else { return false }
    return text.hasSuffix("\\") || isCut(last, after: words.count > 1 ? words[words.count - 2] : "")
      || (last.hasPrefix("--") && (Shape(flag: last) != nil || flags.contains { $0.hasPrefix(last) && $0 != last }))
  }

  private static func isCut(_ last: Substring, after before: Substring) -> Bool {
    guard let shape = Shape(flag: before) else { return false }
    return shape.isBeginning(last) && !shape.isWhole(last)
  }

  private static let flags: Set<String> = [
    "--token", "--discovery-token", "--discovery-token-ca-cert-hash", "--certificate-key", "--control-plane",
    "--experimental-control-plane", "--tls-bootstrap-token", "--discovery-token-unsafe-skip-ca-verification",
    "--apiserver-advertise-address", "--node-name", "--cri-socket", "--ignore-preflight-errors",
    "--control-plane-endpoint", "--upload-certs", "--pod-network-cidr", "--service-cidr", "--kubernetes-version",
    "--image-repository", "--experimental-upload-certs", "--token-ttl", "--apiserver-cert-extra-sans",
    "--print-join-command", "--skip-phases", "--config",
  ]

  /// What a value has to look like.
  private enum Shape {
    case token, pin, key

    init?(flag: Substring) {
      switch flag {
      case "--token", "--discovery-token", "--tls-bootstrap-token": self = .token
      case "--discovery-token-ca-cert-hash": self = .pin
      case "--certificate-key": self = .key
      default: return nil
      }
    }

    func isWhole(_ text: some StringProtocol) -> Bool {
      switch self {
      case .token: isBootstrapToken(text)
      case .pin: JoinCommand.isPin(String(text))
      case .key: isCertificateKey(text)
      }
    }

    /// Whether the rest may stand on a third line: in a narrow window a pin or a key does not fit into two.
    func mayBeBegun(by text: some StringProtocol) -> Bool { self != .token && isBeginning(text) }

    /// Whether a whole value may begin so.
    func isBeginning(_ text: some StringProtocol) -> Bool {
      let bytes = Array(text.utf8)
      switch self {
      case .token:
        return !bytes.isEmpty && bytes.count <= 23
          && bytes.indices.allSatisfy { $0 == 6 ? bytes[$0] == 0x2E : isTokenByte(bytes[$0]) }
      case .pin:
        let head = Array("sha256:".utf8)
        return !bytes.isEmpty && bytes.count <= 71 && zip(bytes, head).allSatisfy { $0 == $1 }
          && bytes.dropFirst(head.count).allSatisfy(isHexByte)
      case .key: return !bytes.isEmpty && bytes.count <= 64 && bytes.allSatisfy(isHexByte)
      }
    }
  }
}
