import KubelogParse
import KubelogScan

/// What stands between a user's pack and the lines that it is asked for; without it there are lines alone.
private let divider = Array("\n----\n".utf8)

/// What must hold of a pack that somebody wrote: it is refused with a sentence, or read, checked and asked as any other.
func checkRules(_ input: [UInt8], _ reader: ParserOracle) throws {
  guard let place = input.span.first(divider, in: 0..<input.count) else {
    try reader.check(input)
    return
  }
  let source: RuleBook.Source = ("pack.json5", String(decoding: input[..<place], as: UTF8.self))
  let lines = Array(input[(place + divider.count)...])
  do throws(RuleError) {
    let unchecked = try RuleBook(unchecked: [source])
    // All samples of all packs: much for every input.
    if input.count % 64 == 0 { _ = (unchecked.test(), unchecked.lint()) }
  } catch {
    guard error.sentence.contains("pack.json5") else { throw Violation("'\(error.sentence)' does not name the pack") }
    return
  }
  guard let book = try? RuleBook([source]) else { return }
  try ParserOracle(rules: book).check(lines)
}
