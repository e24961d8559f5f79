/// The text that `sh -c` and ssh run, as far as it is commands and pipelines behind each other.
enum ShellScript {
  /// One command of a pipeline.
  struct Command {
    var words: [String] = []
    /// Whether its standard input is a file.
    var readsFile = false
    /// Whether its standard output goes into a file.
    var writesElsewhere = false
  }

  /// The pipelines of `script`, in order; nil for a script that is more than that: loops, conditions, substitutions.
  static func pipelines(of script: String) -> [[Command]]? {
    var pipelines: [[Command]] = []
    var pipeline: [Command] = []
    var command = Command()
    guard let tokens = tokens(of: script) else { return nil }
    var place = 0
    func end() {
      if !command.words.isEmpty { pipeline.append(command) }
      command = Command()
    }
    while place < tokens.count {
      defer { place += 1 }
      switch tokens[place] {
      case .word(let word):
        if command.words.isEmpty, reserved.contains(word) || word.contains("$") { return nil }
        command.words.append(word)
      case .pipe: end()
      case .end:
        end()
        if !pipeline.isEmpty { pipelines.append(pipeline) }
        pipeline = []
      case .merge(let descriptor): if descriptor == 1 { command.writesElsewhere = true }
      case .redirect(let descriptor, let isInput):
        place += 1
        guard place < tokens.count, case .word(let target) = tokens[place] else { return nil }
        if isInput {
          command.readsFile = true
        } else if descriptor == 1, target != "/dev/stdout" {
          command.writesElsewhere = true
        }
      }
    }
    end()
    if !pipeline.isEmpty { pipelines.append(pipeline) }
    return pipelines
  }

  private enum Token {
    case word(String)
    case pipe
    case end
    /// Its target is the next word.
    case redirect(descriptor: Int, isInput: Bool)
    /// `2>&1`: it goes where another descriptor goes.
    case merge(descriptor: Int)
  }

  private static let reserved: Set<String> = [
    "if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "esac", "select", "function",
    "{",
    "}", "!", "[[", "eval", "coproc",
  ]

  private static func tokens(of script: String) -> [Token]? {
    var tokens: [Token] = []
    var rest = script[...]
    while let next = rest.first {
      switch next {
      case " ", "\t": rest.removeFirst()
      case "\n", ";":
        rest.removeFirst()
        tokens.append(.end)
      case "|":
        rest.removeFirst()
        if rest.first == "|" {
          rest.removeFirst()
          tokens.append(.end)
        } else {
          if rest.first == "&" { rest.removeFirst() }
          tokens.append(.pipe)
        }
      case "&":
        rest.removeFirst()
        if rest.first == "&" { rest.removeFirst() }
        if rest.first == ">" {
          tokens.append(.redirect(descriptor: 1, isInput: false))
          rest = rest.drop { $0 == ">" }
        } else {
          tokens.append(.end)
        }
      case "#":
        rest = rest.drop { $0 != "\n" }
      case ">", "<":
        guard let token = redirection(descriptor: next == "<" ? 0 : 1, &rest) else { return nil }
        tokens.append(token)
      case "0"..."9" where rest.dropFirst().first == ">" || rest.dropFirst().first == "<":
        let descriptor = next.wholeNumberValue ?? 1
        rest.removeFirst()
        guard let token = redirection(descriptor: descriptor, &rest) else { return nil }
        tokens.append(token)
      case "(", ")", "`": return nil
      default:
        guard let word = word(&rest) else { return nil }
        tokens.append(.word(word))
      }
    }
    return tokens
  }

  /// Takes `>`, `>>`, `<`, `>&`; nil for a here document and a process substitution.
  private static func redirection(descriptor: Int, _ rest: inout Substring) -> Token? {
    let isInput = rest.removeFirst() == "<"
    if rest.first == ">" || rest.first == "|" { rest.removeFirst() }
    if rest.first == "&" {
      rest.removeFirst()
      guard let target = rest.first, target.isNumber || target == "-" else { return nil }
      rest.removeFirst()
      return .merge(descriptor: descriptor)
    }
    return rest.first == "<" || rest.first == "(" ? nil : .redirect(descriptor: descriptor, isInput: isInput)
  }

  private static func word(_ rest: inout Substring) -> String? {
    var word = ""
    while let next = rest.first, !" \t\n;|&<>()".contains(next) {
      rest.removeFirst()
      switch next {
      case "'":
        guard let end = rest.firstIndex(of: "'") else { return nil }
        word += rest[..<end]
        rest = rest[rest.index(after: end)...]
      case "\"":
        while let inner = rest.first, inner != "\"" {
          rest.removeFirst()
          if inner == "`" || (inner == "$" && rest.first == "(") { return nil }
          if inner == "\\", let escaped = rest.first {
            rest.removeFirst()
            word.append(escaped)
          } else {
            word.append(inner)
          }
        }
        guard !rest.isEmpty else { return nil }
        rest.removeFirst()
      case "\\":
        if let escaped = rest.first {
          rest.removeFirst()
          if escaped != "\n" { word.append(escaped) }
        }
      case "`": return nil
      case "$" where rest.first == "(": return nil
      default: word.append(next)
      }
    }
    return word
  }
}
