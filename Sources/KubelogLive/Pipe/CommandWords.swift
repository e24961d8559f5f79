/// Judges a command line by its words: kubeadm tells what happens now, `cat` what happened.
///
/// What stands before a command (sudo, ssh, `docker exec`, `bash -c`) is taken off first. What is not known is undecided.
enum CommandWords {
  /// The last part of a program's path, without a login shell's `-`.
  static func name(_ word: String) -> Substring {
    let name = word.split(separator: "/").last ?? ""
    return name.hasPrefix("-") ? name.dropFirst() : name
  }

  /// The most wrappers around each other that are taken off.
  private static let deepest = 16

  /// What the command's output has to do with the time.
  static func kind(_ words: [String]) -> CommandKind { kind(words[...], depth: 0) }

  /// Whether the command is one that reads files or else standard input.
  static func isFilter(_ words: [String]) -> Bool {
    guard let first = words.first else { return false }
    return gathering.contains(name(first)) || ["grep", "egrep", "fgrep", "sed", "cat", "pv"].contains(name(first))
  }

  /// Filters that write in blocks when they write into a pipe.
  private static let gathering: Set<Substring> = [
    "awk", "gawk", "mawk", "nawk", "tr", "cut", "sort", "uniq", "iconv", "col", "colrm", "column", "nl", "fold", "fmt",
    "rev", "strings", "jq", "yq", "dos2unix", "ansi2txt", "expand", "unexpand", "paste", "perl", "chronic", "sponge",
    "tac", "base64", "hexdump", "rg",
  ]

  /// Programs that print what lies somewhere.
  private static let recorded: Set<Substring> = [
    "zcat", "gzcat", "gunzip", "gzip", "pigz", "unpigz", "xz", "xzcat", "unxz", "lzcat", "bzip2", "bzcat", "bunzip2",
    "zstd", "zstdcat", "unzstd", "lz4", "lz4cat", "head", "less", "more", "most", "bat", "batcat", "curl", "wget",
    "tar",
    "unzip", "zgrep", "zless", "scriptreplay", "dd",
  ]

  /// Words of a shell that print nothing of anybody's past.
  private static let silent: Set<Substring> = [
    "cd", "set", "export", "unset", "umask", "ulimit", "sleep", "true", "false", ":", "test", "[", "echo", "printf",
    "date", "hostname", "wait", "exit", "shopt", "mkdir", "chmod", "rm", "touch", "swapoff",
  ]

  private static func kind(_ words: ArraySlice<String>, depth: Int) -> CommandKind {
    guard let first = words.first, depth < deepest else { return .undecided }
    let rest = words.dropFirst()
    let name = name(first)
    if let wrapper = wrappers[name] {
      let inner = rest.afterOptions(valued: wrapper.valued).dropFirst(wrapper.operands).dropAssignments()
      return wrapper.isScript
        ? kind(script: inner.joined(separator: " "), depth: depth + 1) : kind(inner, depth: depth + 1)
    }
    switch name {
    case "kubeadm": return .live
    case "kubectl", "oc", "microk8s.kubectl": return kubectl(rest, depth)
    case "kubelog": return kubelog(rest, depth)
    case "docker", "podman", "nerdctl", "crictl", "lxc", "incus", "multipass": return container(rest, depth)
    case "vagrant": return kind(scriptAfter: "c", "command", in: rest, depth)
    case "script", "su", "runuser":
      return name == "runuser" && !rest.flags().isDisjoint(with: ["u", "user"])
        ? kind(rest.afterOptions(valued: ["u", "user", "g", "group", "G"]), depth: depth + 1)
        : kind(scriptAfter: "c", "command", in: rest, depth)
    case "sh", "bash", "dash", "ash", "zsh", "ksh", "ksh93", "mksh": return shell(rest, depth)
    case "busybox", "toybox", "exec", "command", "nohup", "setsid": return kind(rest.afterOptions(), depth: depth + 1)
    // The lines carry the journal's own stamps, also the ten old ones at its beginning; `cat` takes them off.
    case "journalctl":
      let flags = rest.flags(valued: ["u", "t", "p", "g", "o", "S", "U", "D", "M", "F", "c", "n", "b", "T"])
      guard flags.contains("f") || flags.contains("follow") else { return .recorded }
      return rest.contains { $0 == "cat" || $0 == "-ocat" || $0 == "--output=cat" } ? .undecided : .live
    // What it follows is live, but its first lines are old: the pace tells them apart.
    case "tail": return rest.contains { $0.hasPrefix("--follow") || isTailFlag($0) } ? .undecided : .recorded
    case "tee": return .passes
    case "cat": return cat(rest)
    case "pv", "ts": return rest.allSatisfy { $0.hasPrefix("-") } || name == "ts" ? .passes : .undecided
    case "perl" where rest.first.map { Self.name($0) == "ts" } ?? false: return .passes
    case "grep", "egrep", "fgrep": return filter(rest, unbuffered: ["line-buffered"])
    case "sed": return filter(rest, unbuffered: ["u", "unbuffered", "line-buffered"])
    case _ where gathering.contains(name): return .gathers
    case _ where recorded.contains(name): return .recorded
    case _ where silent.contains(name): return .silent
    default: return .undecided
    }
  }

  // MARK: What stands before a command

  private struct Wrapper {
    /// Its options that take a value, letters and long names.
    var valued: Set<String> = []
    /// How many words stand between its options and the command.
    var operands = 0
    /// Whether the command's words are joined and given to a shell.
    var isScript = false
  }

  private static let wrappers: [Substring: Wrapper] = [
    "sudo": Wrapper(valued: [
      "u", "g", "h", "p", "C", "D", "R", "r", "t", "T", "U", "user", "group", "host", "prompt", "close-from", "chdir",
      "chroot", "role", "type", "command-timeout", "other-user",
    ]),
    "doas": Wrapper(valued: ["u", "C"]),
    "env": Wrapper(valued: ["u", "C", "unset", "chdir"]),
    "time": Wrapper(valued: ["f", "o", "format", "output"]),
    "nice": Wrapper(valued: ["n", "adjustment"]),
    "ionice": Wrapper(valued: ["c", "n", "class", "classdata"]),
    "chrt": Wrapper(operands: 1),
    "taskset": Wrapper(operands: 1),
    "timeout": Wrapper(valued: ["s", "k", "signal", "kill-after"], operands: 1),
    "stdbuf": Wrapper(valued: ["i", "o", "e", "input", "output", "error"]),
    "unbuffer": Wrapper(),
    "nsenter": Wrapper(valued: ["t", "S", "G", "target", "setuid", "setgid"]),
    "chroot": Wrapper(valued: ["groups", "userspec"], operands: 1),
    "sshpass": Wrapper(valued: ["p", "f", "d", "P"]),
    "watch": Wrapper(valued: ["n", "interval"], isScript: true),
    "ssh": Wrapper(
      valued: [
        "B", "b", "c", "D", "E", "e", "F", "I", "i", "J", "L", "l", "m", "O", "o", "P", "p", "Q", "R", "S", "W", "w",
      ], operands: 1, isScript: true),
  ]

  private static func shell(_ words: ArraySlice<String>, _ depth: Int) -> CommandKind {
    var rest = words
    while let word = rest.popFirst(), word.isShort {
      if word.contains("c") { return rest.first.map { kind(script: $0, depth: depth + 1) } ?? .undecided }
      if word.hasSuffix("o") { rest = rest.dropFirst() }
    }
    return .undecided
  }

  private static func kind(
    scriptAfter letter: Character, _ long: String, in words: ArraySlice<String>, _ depth: Int
  ) -> CommandKind {
    for (place, word) in zip(words.indices, words) {
      if word.hasPrefix("--\(long)=") { return kind(script: String(word.dropFirst(long.count + 3)), depth: depth + 1) }
      if word == "--\(long)" || (word.isShort && word.last == letter), place + 1 < words.endIndex {
        return kind(script: words[place + 1], depth: depth + 1)
      }
    }
    return .undecided
  }

  private static func container(_ words: ArraySlice<String>, _ depth: Int) -> CommandKind {
    let words = words.afterOptions(valued: ["H", "host", "context", "c", "config", "n", "namespace", "r", "address"])
    switch words.first {
    case "exec":
      let command = words.dropFirst().afterOptions(valued: [
        "e", "env", "env-file", "u", "user", "w", "workdir", "working-directory", "cwd", "detach-keys", "group",
        "timeout",
      ]).dropFirst()
      return kind(command.first == "--" ? command.dropFirst() : command, depth: depth + 1)
    case "logs": return !words.flags().isDisjoint(with: ["f", "follow"]) ? .undecided : .recorded
    default: return .undecided
    }
  }

  // MARK: Programs

  private static func kubectl(_ words: ArraySlice<String>, _ depth: Int) -> CommandKind {
    let words = words.afterOptions(valued: [
      "n", "namespace", "kubeconfig", "context", "cluster", "user", "s", "server", "token", "as", "as-group",
      "request-timeout", "v", "certificate-authority", "client-key", "client-certificate", "cache-dir",
      "tls-server-name",
    ])
    switch words.first {
    case "get", "describe", "top", "wait", "events", "drain", "cordon", "uncordon", "delete", "taint", "label",
      "annotate",
      "rollout", "apply", "create", "certificate", "cluster-info":
      return words.contains { $0.hasPrefix("--raw") } ? .undecided : .live
    case "logs": return !words.flags().isDisjoint(with: ["f", "follow"]) ? .undecided : .recorded
    case "exec":
      guard let place = words.firstIndex(of: "--") else { return .undecided }
      return kind(words[(place + 1)...], depth: depth + 1)
    default: return .undecided
    }
  }

  private static func kubelog(_ words: ArraySlice<String>, _ depth: Int) -> CommandKind {
    if words.contains("--tee") { return .passes }
    guard words.first == "run" else { return .undecided }
    let command = words.dropFirst().afterOptions(valued: ["node", "cluster", "db", "now", "time-zone", "color"])
    return kind(command, depth: depth + 1)
  }

  private static func cat(_ words: ArraySlice<String>) -> CommandKind {
    let files = words.filter { !$0.hasPrefix("-") || $0 == "-" }
    if files.isEmpty { return .passes }
    return files.contains { $0 == "-" || $0.hasPrefix("/dev/") || $0.hasPrefix("/proc/") } ? .undecided : .recorded
  }

  /// grep and sed: more than the pattern may be names of files.
  private static func filter(_ words: ArraySlice<String>, unbuffered: Set<String>) -> CommandKind {
    let flags = words.flags(valued: ["e", "f"])
    let holdsPattern = words.contains { word in
      ["-e", "-f", "--regexp=", "--expression=", "--file="].contains { word.hasPrefix($0) && word != $0 }
    }
    let operands = words.count { !$0.hasPrefix("-") }
    guard operands <= (holdsPattern ? 0 : 1), flags.isDisjoint(with: ["r", "R", "recursive"])
    else { return .undecided }
    return flags.isDisjoint(with: unbuffered) ? .gathers : .passes
  }

  private static func isTailFlag(_ word: String) -> Bool {
    word.hasPrefix("-") && !word.hasPrefix("--") && (word.contains("f") || word.contains("F"))
  }

  // MARK: Scripts

  /// What a shell's script prints; undecided for what is more than commands behind each other.
  private static func kind(script: String, depth: Int) -> CommandKind {
    guard let pipelines = ShellScript.pipelines(of: script) else { return .undecided }
    var all = CommandKind.silent
    for pipeline in pipelines {
      var output = CommandKind.silent
      for (place, command) in zip(pipeline.indices, pipeline) {
        var own = kind(command.words[...].dropAssignments(), depth: depth)
        if command.readsFile, own == .passes || own == .gathers { own = .recorded }
        output = place == 0 ? own : output.through(own)
        if command.writesElsewhere { output = .silent }
      }
      all = all.then(output)
    }
    return all == .silent ? .undecided : all
  }
}

extension String {
  /// Whether it is a flag of letters, such as `-qec`.
  fileprivate var isShort: Bool { count > 1 && hasPrefix("-") && !hasPrefix("--") }
}

extension ArraySlice<String> {
  /// What follows the options; those in `valued` (letters and long names) take the next word unless they hold a value.
  fileprivate func afterOptions(valued: Set<String> = []) -> ArraySlice<String> {
    var place = startIndex
    while place < endIndex, self[place].hasPrefix("-"), self[place] != "-" {
      let word = self[place]
      place += 1
      if word == "--" { break }
      if word.hasPrefix("--") {
        if valued.contains(String(word.dropFirst(2))) { place += 1 }
      } else if let letter = word.dropFirst().prefix(while: \.isLetter).firstIndex(where: {
        valued.contains(String($0))
      }),
        word.index(after: letter) == word.endIndex
      {
        place += 1
      }
    }
    return self[Swift.min(place, endIndex)...]
  }

  /// What follows `NAME=value` words.
  fileprivate func dropAssignments() -> ArraySlice<String> {
    drop { word in
      guard let equals = word.firstIndex(of: "="), equals != word.startIndex else { return false }
      return word[..<equals].allSatisfy { $0 == "_" || $0.isLetter || $0.isNumber }
    }
  }

  /// Its options, letters and long names, wherever they stand; what follows a letter in `valued` is that one's value.
  fileprivate func flags(valued: Set<String> = []) -> Set<String> {
    var flags: Set<String> = []
    for word in prefix(while: { $0 != "--" }) where word.hasPrefix("-") {
      if word.hasPrefix("--") {
        flags.insert(String(word.dropFirst(2).prefix { $0 != "=" }))
      } else {
        for letter in word.dropFirst().prefix(while: \.isLetter) {
          flags.insert(String(letter))
          if valued.contains(String(letter)) { break }
        }
      }
    }
    return flags
  }
}
