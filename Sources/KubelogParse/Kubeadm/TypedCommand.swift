internal import KubelogScan

/// A kubeadm command behind a shell prompt: `root@cp1:~# kubeadm init --upload-certs`, `$ sudo kubeadm join …`,
/// `+ kubeadm init` of `set -x`.
struct TypedCommand {
  /// From `kubeadm` on, as far as the shell gives it to kubeadm.
  var text: String
  var command: CommandLine
  /// The host that the prompt names: `root@cp1:~#`.
  var host: String?
  /// The machine that it is for: that host, or the one that the words before it name: `ssh root@cp1`.
  var place: String?
  /// The clock that the prompt shows.
  var clock: Stamp.Moment?

  init(text: String, host: String? = nil) {
    self.text = CommandLine.withoutShell(text)
    command = CommandLine(self.text)
    self.host = host
  }

  init?(_ line: Bytes, _ body: Range<Int>) {
    guard let place = line.first("kubeadm ", in: body), place > body.lowerBound else { return nil }
    var start = place
    while start > body.lowerBound, !isBlank(line[start - 1]) {
      // `/usr/bin/kubeadm`, and a prompt without a blank: `[root@cp1 ~]#kubeadm`.
      guard line[start - 1] != 0x23, line[start - 1] != 0x24 else { break }
      start -= 1
    }
    let path = line.text(start..<place)
    guard start > body.lowerBound, path.isEmpty || path.hasSuffix("/"), !path.hasPrefix("\""), !path.hasPrefix("'")
    else { return nil }
    // Without a blank before it only behind a bracket: `#kubeadm init` is a comment.
    let isApart = isBlank(line[start - 1]) || (start > body.lowerBound + 1 && line[start - 2] == 0x5D)
    guard isApart, let prompt = Prompt(line.text(body.lowerBound..<start)) else { return nil }
    self.init(text: line.text(place..<body.upperBound), host: prompt.host)
    self.place = prompt.place
    clock = PromptClock.read(line, body.lowerBound..<start)
    guard command.words.count > 0, !command.has("--help"), !command.has("-h"), command.command != .unknown else {
      return nil
    }
  }
}

/// What stands before a typed command: a shell's prompt, then words that run the command behind them.
struct Prompt {
  var host: String?
  /// The machine that the command runs on; unlike the host a name as it was typed, not that of a node.
  var place: String?

  init?(_ text: String) {
    guard text.utf8.count <= 200 else { return nil }
    var rest = text[...]
    if let first = rest.first, first == "(" {
      // A virtual environment, `(venv) root@cp1:~#`.
      guard let close = rest.firstIndex(of: ")") else { return nil }
      rest = rest[rest.index(after: close)...].drop { $0 == " " }
    }
    if rest.hasPrefix("+") {
      rest = rest.drop { $0 == "+" }
    } else if rest.hasPrefix("➜") || rest.hasPrefix("❯") || rest.hasPrefix("λ") {
      // `➜  ~ `, `➜  k8s git:(main) ✗ `: no end of its own.
      rest = rest.dropFirst().drop { $0 == " " }
      rest = rest.drop { $0 != " " }.drop { $0 == " " }
      if rest.hasPrefix("git:") { rest = rest.drop { $0 != " " }.drop { $0 == " " || $0 == "✗" } }
      guard Self.runs(rest) else { return nil }
      return
    } else {
      guard let end = Self.sign(rest) else { return nil }
      let shown = rest[..<end]
      guard let host = Self.host(shown) else { return nil }
      self.host = host.isEmpty || host == "localhost" ? nil : host
      rest = rest[rest.index(after: end)...]
    }
    if let machine = Self.machine(rest) {
      (host, place) = (nil, machine)
    } else if !Self.runs(rest) {
      return nil
    } else {
      place = host
    }
  }

  /// The other machine that words run what follows them on: `docker exec -it cp1`, `ssh root@cp1 sudo`.
  private static func machine(_ text: Substring) -> String? {
    var words = text.split(separator: " ")[...]
    while let first = words.first, first == "sudo" || first == "time" { words.removeFirst() }
    guard words.count > 1, let program = words.popFirst() else { return nil }
    if ["docker", "podman", "nerdctl", "lxc", "incus"].contains(program), words.popFirst() != "exec" { return nil }
    guard ["docker", "podman", "nerdctl", "lxc", "incus", "ssh"].contains(program) else { return nil }
    // Flags with or without a value, then the machine's name.
    let names = words.filter { !$0.hasPrefix("-") && $0 != "sudo" }
    let isCommand = (1...2).contains(names.count) && words.allSatisfy { !"|;&".contains($0.last ?? "|") }
    return isCommand ? names.last.map(String.init) : nil
  }

  /// The prompt's last sign; a page may have lost it: `[root@cp1 ~] kubeadm init`.
  private static func sign(_ text: Substring) -> Substring.Index? {
    if let sign = text.firstIndex(where: { "#$%❯➜".contains($0) }) { return sign }
    guard text.hasPrefix("["), text.contains("@") else { return nil }
    return text.firstIndex(of: "]")
  }

  /// The host of what is shown before the prompt's last sign, "" where it names none; nil where it is no prompt.
  private static func host(_ shown: Substring) -> String? {
    if shown.isEmpty { return "" }
    guard shown.utf8.count <= 120, !shown.hasPrefix("\""), !shown.hasPrefix("'") else { return nil }
    if let at = shown.firstIndex(of: "@") {
      let user = shown[..<at].split(separator: " ").last.map { $0.drop { $0 == "[" } } ?? ""
      guard !user.isEmpty, user.allSatisfy({ $0.isLetter || $0.isNumber || "-_.".contains($0) }) else { return nil }
      let name = shown[shown.index(after: at)...].prefix { $0.isLetter || $0.isNumber || "-._".contains($0) }
      guard !name.isEmpty, shown[..<at].filter({ $0 == " " }).count < 2 else { return nil }
      return String(name)
    }
    if shown.hasPrefix("[") { return shown.contains("]") && shown.dropFirst().first?.isLetter == true ? "" : nil }
    // `bash-5.2`, `cp1:~`, `cp1:~ ` of SUSE, `~`, `cp1 ~ `.
    let words = shown.split(separator: " ")
    guard words.count == 1 || (words.count == 2 && (shown.contains(":") || words[1] == "~")), !shown.contains("=")
    else {
      return nil
    }
    return shown.contains(": ") ? nil : ""
  }

  /// Whether words only run what follows them: `sudo -E`, `time`, `FOO=1`, `swapoff -a &&`.
  private static func runs(_ text: Substring) -> Bool {
    var words = text.split(separator: " ")
    if let chain = words.lastIndex(where: { ["&&", ";", "||", "|"].contains($0) || $0.hasSuffix(";") }) {
      words.removeFirst(chain + 1)
    }
    var expectsValue = false
    for word in words {
      if expectsValue || word.hasPrefix("-") || word.contains("=") || word.first?.isNumber == true {
        expectsValue = word == "-u" || word == "-g"
      } else if !["sudo", "time", "env", "exec", "nohup", "doas", "command", "timeout", "unbuffer"].contains(word) {
        return false
      }
    }
    return true
  }
}
