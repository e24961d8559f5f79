internal import KubelogScan

/// A command that kubelog started, whose output is what is read.
public struct CommandRun: Sendable, Equatable {
  /// Its words, secrets included: for what they tell, never to be kept as they are.
  public var words: [String]
  /// When it was started, microseconds since 1970 UTC.
  public var began: Int64

  /// The command of `words`, started at `began`.
  public init(_ words: [String], began: Int64) { (self.words, self.began) = (words, began) }

  /// As somebody would type it behind a prompt.
  var typed: [UInt8] {
    // What is in quotes is no word of a command line that anybody here reads.
    let words = words.map { word in word.isEmpty || word.contains(where: Self.isQuoted) ? "'\(word)'" : word }
    let text = "$ " + words.joined(separator: " ")
    return text.utf8.map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }
  }

  private static func isQuoted(_ character: Character) -> Bool {
    character.isWhitespace || "|;&<>()$`\\\"'*?[#~{".contains(character)
  }

  /// The longest text of a command that is kept, bytes.
  private static let longest = 4_000

  /// As it may be kept and shown: without the secret halves of tokens, keys, and whatever else is a credential.
  var masked: String {
    let line = typed
    let known = Array(Masker.text(line.span, 2..<line.count, keysAnywhere: true).utf8)
    var (redactor, kept) = (Redactor(), [UInt8]())
    redactor.feed(known.span) { kept.append($0) }
    redactor.finish { kept.append($0) }
    return String(decoding: kept.prefix(Self.longest), as: UTF8.self)
  }

  /// It was started.
  func started(node: String?) -> Event {
    event("command.started", .info, masked, [], node: node, at: began)
  }

  /// It ended with an exit status, which is 128 and the signal where one ended it.
  func ended(_ status: Int, node: String?, at moment: Int64) -> Event {
    let seconds = Double(max(0, moment - began)) / 1e6
    return event(
      "command.ended", status == 0 ? .info : .warning, "\(masked): exit status \(status)",
      [Attribute("exit_status", .integer(status)), Attribute("duration_s", .number(seconds))], node: node, at: moment)
  }

  private func event(
    _ kind: String, _ severity: Severity, _ message: String, _ attributes: [Attribute], node: String?, at moment: Int64
  ) -> Event {
    var digester = Digester()
    digester.add(kind)
    digester.add(moment)
    let line = typed
    digester.addWithoutSecrets(line.span, in: 0..<min(line.count, 16))
    return Event(
      identity: .dated(digester.digest()), time: EventTime(moment, .arrival, uncertainty: 0), kind: kind,
      severity: severity, node: node, message: message, attributes: [Attribute("command", .text(masked))] + attributes,
      position: LinePosition(), secrets: [], observation: nil)
  }
}
