internal import KubelogScan

/// The words of a kubeadm command, and the flags that are facts about its session.
struct CommandLine {
  /// The words after `kubeadm`, with flag values apart from their flags.
  private(set) var words: [String]

  /// The words of a line that begins with `kubeadm `. Quotes and backslash-newlines are the shell's and are taken off, and
  /// so are the escapes of a text that was put into JSON: `\\\n\t--control-plane`.
  init(_ text: String) {
    words = CommandLine.unescaped(text).split(whereSeparator: { $0 == " " || $0 == "\t" })
      .map { $0.trimmingQuotes() }
      .filter { !$0.isEmpty && $0 != "\\" }
    if words.first == "kubeadm" { words.removeFirst() }
    words = words.flatMap { word -> [String] in
      guard word.hasPrefix("--"), let equals = word.firstIndex(of: "=") else { return [word] }
      return [String(word[..<equals]), String(word[word.index(after: equals)...]).trimmingQuotes()]
    }
  }

  /// What the subcommand words name.
  var command: SessionFacts.Command {
    let names = words.prefix { !$0.hasPrefix("-") }
    return switch (names.first, names.dropFirst().first) {
    case ("init", "phase"): names.dropFirst(2).first == "upload-certs" ? .uploadCerts : .phase
    case ("init", _): .`init`
    case ("join", "phase"): .phase
    case ("join", _): .join
    case ("reset", _): .reset
    case ("upgrade", "plan"): .upgradePlan
    case ("upgrade", "apply"): .upgradeApply
    case ("upgrade", "node"): .upgradeNode
    case ("token", "create"): .tokenCreate
    case ("token", "list"): .tokenList
    case ("token", "delete"): .tokenDelete
    case ("token", "generate"): .tokenGenerate
    case ("certs", _): CommandLine.certificates(names.dropFirst())
    case ("alpha", "certs"): CommandLine.certificates(names.dropFirst(2))
    // Phases were commands of their own before 1.13.
    case ("alpha", "phase"): .phase
    default: .unknown
    }
  }

  /// The commands under `certs`, until 1.19 `alpha certs`.
  private static func certificates(_ names: ArraySlice<String>) -> SessionFacts.Command {
    switch names.first {
    case "renew": .certsRenew
    case "check-expiration": .certsCheckExpiration
    case "certificate-key": .certsCertificateKey
    default: .unknown
    }
  }

  /// Whether a flag was given.
  func has(_ flag: String) -> Bool { words.contains(flag) }

  /// The value of a flag's last occurrence.
  func value(_ flag: String) -> String? {
    guard let index = words.lastIndex(of: flag), index + 1 < words.count else { return nil }
    return words[index + 1]
  }

  /// The values of all occurrences of a flag.
  func values(_ flag: String) -> [String] {
    words.indices.filter { words[$0] == flag && $0 + 1 < words.count }.map { words[$0 + 1] }
  }

  /// `--control-plane-endpoint` as join commands have it: kubeadm adds the port of the API server where none is given.
  var controlPlaneEndpoint: String? {
    guard let text = value("--control-plane-endpoint"), !text.isEmpty, !text.hasPrefix("$"), !text.hasPrefix("<") else {
      return nil
    }
    if JoinCommand.isEndpoint(text), !text.hasSuffix("]"), text.hasPrefix("[") || text.filter({ $0 == ":" }).count == 1
    {
      return text
    }
    let host = text.contains(":") && !text.hasPrefix("[") ? "[\(text)]" : text
    return "\(host):\(value("--apiserver-bind-port") ?? "6443")"
  }

  /// What may be kept of the words: all but secrets.
  var masked: [String] { words.dropFirst().map { Masker.text($0, keysAnywhere: true) } }

  /// The life given to tokens, in seconds: `--token-ttl` of init, `--ttl` of token create.
  var tokenTTL: Int? {
    (value("--token-ttl") ?? value("--ttl")).flatMap(lifeSeconds)
  }
}

/// A `kubeadm join …` command with what it holds; parts that are withheld, starred or clipped are not there.
struct JoinCommand: Equatable {
  var endpoint: String?
  var token: String?
  var caHashes: [String]
  var certificateKey: String?
  var isControlPlane: Bool

  /// The most pins that are kept: a cluster has one CA, two while it changes.
  static let mostHashes = 16

  /// A command of its parts.
  init(endpoint: String?, token: String?, caHashes: [String], certificateKey: String?, isControlPlane: Bool) {
    (self.endpoint, self.token, self.caHashes) = (endpoint, token, caHashes)
    (self.certificateKey, self.isControlPlane) = (certificateKey, isControlPlane)
  }

  /// Nil when the text is no join command with an endpoint or a token.
  init?(_ command: CommandLine) {
    guard command.words.first == "join" else { return nil }
    let withValue: Set<String> = [
      "--token", "--discovery-token", "--discovery-token-ca-cert-hash", "--certificate-key", "--tls-bootstrap-token",
      "--discovery-file", "--node-name", "--cri-socket", "--apiserver-advertise-address", "--apiserver-bind-port",
      "--ignore-preflight-errors", "--config", "--patches", "--skip-phases", "--v", "-v",
    ]
    var skip = false
    var place: String?
    for word in command.words.dropFirst() {
      if skip {
        skip = false
      } else if withValue.contains(word) {
        skip = true
      } else if !word.hasPrefix("-"), place == nil {
        place = word
      }
    }
    endpoint = place.flatMap { Self.isEndpoint($0) ? $0 : nil }
    token = (command.value("--token") ?? command.value("--discovery-token")).flatMap {
      isBootstrapToken($0) ? $0 : nil
    }
    caHashes = command.values("--discovery-token-ca-cert-hash").filter(Self.isPin).prefix(Self.mostHashes)
      .map { $0.lowercased() }
    certificateKey = command.value("--certificate-key").flatMap { isCertificateKey($0) ? $0.lowercased() : nil }
    isControlPlane =
      command.has("--control-plane") || command.has("--experimental-control-plane") || certificateKey != nil
    guard endpoint != nil || token != nil else { return nil }
  }

  /// `host:port`, `[::1]:6443`.
  static func isEndpoint(_ text: String) -> Bool {
    guard let colon = text.lastIndex(of: ":"), colon != text.startIndex else { return false }
    let port = text[text.index(after: colon)...]
    let host = text[..<colon]
    return (1...5).contains(port.count) && port.allSatisfy(\.isNumber) && !host.contains("/") && !host.contains("<")
  }

  /// `sha256:` and 64 hexadecimal digits: the pin of a CA (kubeadm util/pubkeypin).
  static func isPin(_ text: String) -> Bool {
    text.utf8.count == 71 && text.lowercased().hasPrefix("sha256:") && text.utf8.dropFirst(7).allSatisfy(isHexByte)
  }
}

/// Whether a text is a bootstrap token: `^[a-z0-9]{6}\.[a-z0-9]{16}$` (cluster-bootstrap token/api/types.go).
func isBootstrapToken(_ text: some StringProtocol) -> Bool {
  let bytes = Array(text.utf8)
  return bytes.count == 23 && bytes[6] == 0x2E && bytes.indices.allSatisfy { $0 == 6 || isTokenByte(bytes[$0]) }
}

/// Whether a text is a certificate key: 32 bytes as 64 hexadecimal digits (kubeadm constants.go CertificateKeySize).
func isCertificateKey(_ text: some StringProtocol) -> Bool {
  text.utf8.count == 64 && text.utf8.allSatisfy(isHexByte)
}

extension CommandLine {
  /// A command that stood on several lines, on one.
  static func joined(_ text: String) -> String {
    unescaped(text).split(whereSeparator: { $0 == " " || $0 == "\t" }).filter { $0 != "\\" }.joined(separator: " ")
  }

  /// Without the escapes of JSON or YAML: a command of kubeadm has backslashes only where it goes on.
  static func unescaped(_ text: String) -> String {
    guard text.utf8.contains(0x5C) else { return text }
    var kept = ""
    var isEscape = false
    for character in text {
      if character == "\\" {
        isEscape = true
      } else if isEscape {
        isEscape = false
        kept += "nrt".contains(character) ? " " : " \(character)"
      } else {
        kept.append(character)
      }
    }
    return kept
  }

  /// A typed line without what is the shell's own: pipes, redirections, further commands, comments.
  static func withoutShell(_ text: String) -> String {
    var quote: Character?
    var before: Character = " "
    for index in text.indices {
      let character = text[index]
      if let open = quote {
        if character == open { quote = nil }
      } else if character == "'" || character == "\"" {
        quote = character
      } else if "|;&><`".contains(character) || (character == "$" && text[index...].hasPrefix("$("))
        || (character == "#" && before == " ")
      {
        var kept = text[..<index]
        // The number of the stream in `2>&1`.
        if character == ">", before.isNumber, kept.dropLast().last == " " { kept = kept.dropLast() }
        return String(kept).trimmingBlanks()
      }
      before = character
    }
    return text
  }
}

extension String {
  /// Without blanks at the end.
  fileprivate func trimmingBlanks() -> String {
    var slice = self[...]
    while let last = slice.last, last == " " || last == "\t" { slice = slice.dropLast() }
    return String(slice)
  }
}

extension StringProtocol {
  /// Without quotes and back-quotes at either end, and what JSON puts behind them.
  fileprivate func trimmingQuotes() -> String {
    var slice = self[...]
    while let first = slice.first, first == "\"" || first == "'" || first == "`" { slice = slice.dropFirst() }
    while let last = slice.last, "\"'`,})".contains(last) || (last == "]" && slice.dropLast().last == "\"") {
      slice = slice.dropLast()
    }
    return String(slice)
  }
}
