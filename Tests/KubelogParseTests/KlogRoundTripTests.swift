import KubelogScan
import Testing

@testable import KubelogParse

/// What klog prints, and what it was given to print: every value comes back byte for byte.
///
/// A line of a table is `PRINTED ⇒ MESSAGE ¦ key:FORM VALUE ¦ …`. `⏎` is a line end, `␉` a tab, `‹EF›` a byte that has no
/// sign. The form is q for quoted, b bare, s structure, j JSON, k block; `!` behind it where the end is missing.
@Suite struct KlogRoundTripTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var printed: [UInt8]
    var message: [UInt8]
    var values: [(key: String, form: String, value: [UInt8])]
    var testDescription: String

    init(_ row: Substring) {
      testDescription = String(row)
      let sides = row.split(separator: " ⇒", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      printed = Self.bytes(sides[0])
      var parts = sides[1].split(separator: " ¦ ", omittingEmptySubsequences: false).map(String.init)
      message = Self.bytes(String(parts.removeFirst().dropFirst()))
      values = parts.map { part in
        let head = part.prefix { $0 != " " }.split(separator: ":")
        let value = part.drop { $0 != " " }.dropFirst()
        return (head.dropLast().joined(separator: ":"), String(head.last ?? ""), Self.bytes(String(value)))
      }
    }

    /// The bytes that a text of the table stands for.
    static func bytes(_ text: String) -> [UInt8] {
      var bytes: [UInt8] = []
      var rest = text.unicodeScalars[...]
      while let sign = rest.popFirst() {
        switch sign {
        case "⏎": bytes.append(0x0A)
        case "␉": bytes.append(0x09)
        case "‹":
          bytes.append(UInt8(String(rest.prefix(2)), radix: 16) ?? 0)
          rest = rest.dropFirst(3)
        default: bytes.append(contentsOf: String(sign).utf8)
        }
      }
      return bytes
    }
  }

  static func cases(_ table: String) -> [Case] { table.split(separator: "\n").map(Case.init) }

  static let all = cases(strings) + cases(structures) + cases(blocks) + cases(json) + cases(freeText) + cases(cut)

  @Test func thereAreCases() { #expect(Self.all.count >= 120) }

  @Test(arguments: all)
  func comesBackByteForByte(_ item: Case) {
    let line = item.printed.span
    let klog = KlogMessage(line, 0..<line.count)
    let (message, values) = (shown(klog.messageBytes(line)), found(klog, line))
    #expect(message == shown(item.message))
    #expect(values == item.values.map { "\($0.key):\($0.form) \(shown($0.value))" })
    #expect(klog.isStructured || item.values.isEmpty)
  }

  /// As it comes out of a journal: line by line, put together again.
  @Test(arguments: all.filter { $0.printed.contains(0x0A) })
  func comesBackFromItsLines(_ item: Case) throws {
    let lines = item.printed.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
    let first = lines[0]
    var block = KlogBlock(first.span, 0..<first.count, keeping: true)
    var whole: [UInt8]?
    for (number, line) in lines.enumerated().dropFirst() {
      switch block.take(line.span, 0..<line.count) {
      case .whole(let made):
        #expect(number == lines.count - 1)
        whole = made
      case .more: #expect(number < lines.count - 1)
      default: Issue.record("line \(number) is not taken")
      }
    }
    let made = try #require(whole)
    let klog = KlogMessage(made.span, 0..<made.count)
    let (message, values) = (shown(klog.messageBytes(made.span)), found(klog, made.span))
    #expect(message == shown(item.message))
    #expect(values == item.values.map { "\($0.key):\($0.form == "k" ? "q" : $0.form) \(shown($0.value))" })
    #expect(!made.contains(0x0A))
  }

  /// What was quoted is quoted again as it stood. `%+q`, for `[]byte`, writes ASCII only: that is no other text.
  @Test(arguments: all)
  func quotesAsGoDoes(_ item: Case) {
    let line = item.printed.span
    var pairs = KlogMessage(line, 0..<line.count).pairs
    while let pair = pairs.next(line) {
      guard pair.form == .quoted, !pair.isCut, !line.text(pair.key).hasPrefix("bytes") else { continue }
      let value = pair.bytes(line)
      var quoted: [UInt8] = []
      GoQuote.encode(value.span, 0..<value.count, into: &quoted)
      let printed = "\"\(line.text(pair.value))\""
      #expect(String(decoding: quoted, as: UTF8.self) == printed)
    }
  }

  private func found(_ klog: KlogMessage, _ line: Bytes) -> [String] {
    var texts: [String] = []
    var pairs = klog.pairs
    while let pair = pairs.next(line) {
      let form =
        switch pair.form {
        case .quoted: "q"
        case .bare: "b"
        case .structure: "s"
        case .json: "j"
        case .block: "k"
        }
      texts.append("\(line.text(pair.key)):\(form)\(pair.isCut ? "!" : "") \(shown(pair.bytes(line)))")
    }
    return texts
  }

  /// Bytes so that each can be told: what is no plain ASCII in hexadecimal.
  private func shown(_ bytes: [UInt8]) -> String {
    bytes.map { $0 >= 0x20 && $0 < 0x7F ? String(UnicodeScalar($0)) : "‹\(String($0, radix: 16))›" }.joined()
  }
}

/// What nobody's klog wrote. Where reading were not linear, a megabyte of it would take hours.
@Suite struct KlogHostileTests {
  static let megabyte = 1 << 20

  @Test(
    arguments: [
      #"""#, #"\"#, #""a" b=""#, #""a" b={"#, #""a" b=["#, #""a" b={"k":["#, #""a" b={"k":[[[[[} c=1 "#, #""a" b={} "#,
      #""a" b=[{] "#, "=", "{", "}", "<", "\n", "\t", " ", #"" ""#, #"" a="#, "{{{{ ", "map[", #""a" map[ "#,
      #""a" {x}= "#, "a=<", #""m" a=<"#, #"{"ts":1795445417469.1,"msg":""#, #""m" a={ b="} c={ "#, "\u{FF}", "\\x",
    ])
  func isReadInOnePass(_ piece: String) {
    for head in ["", #""m" "#] {
      let text = head + String(repeating: piece, count: Self.megabyte / piece.utf8.count)
      text.bytes { line in
        let klog = KlogMessage(line, 0..<line.count)
        var pairs = klog.pairs
        var place = klog.message.lowerBound
        while let pair = pairs.next(line) {
          #expect(pair.key.lowerBound >= place && pair.value.lowerBound > pair.key.lowerBound)
          #expect(pair.value.upperBound <= line.count)
          place = pair.value.upperBound
        }
        let isJSON = KlogJSON(line, 0..<line.count) != nil
        #expect(!isJSON)
      }
    }
  }

  @Test func everyPrefixAndEveryByteIsHarmless() {
    for item in KlogRoundTripTests.all where item.printed.count < 200 {
      for end in 0...item.printed.count {
        let line = item.printed.span
        let klog = KlogMessage(line, 0..<end)
        var pairs = klog.pairs
        while let pair = pairs.next(line) { #expect(pair.value.upperBound <= end) }
        #expect(klog.message.upperBound <= end)
      }
      for index in item.printed.indices {
        var changed = item.printed
        changed[index] = [0x22, 0x5C, 0x7B, 0x7D, 0x3D, 0x20, 0x0A, 0xFF][index % 8]
        let klog = KlogMessage(changed.span, 0..<changed.count)
        var pairs = klog.pairs
        while let pair = pairs.next(changed.span) { _ = pair.bytes(changed.span) }
      }
    }
  }
}
