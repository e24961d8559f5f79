internal import KubelogScan

/// Text that went through a web page: `&lt;value withheld&gt;`, `&quot;`, `&#39;`.
enum Markup {
  private static let entities: [(name: StaticString, byte: UInt8)] = [
    ("&lt;", 0x3C), ("&gt;", 0x3E), ("&amp;", 0x26), ("&quot;", 0x22), ("&#39;", 0x27), ("&#34;", 0x22),
    ("&#x27;", 0x27),
    ("&apos;", 0x27), ("&nbsp;", 0x20), ("&#43;", 0x2B), ("&#96;", 0x60),
  ]

  /// The words of `body` with their entities decoded; nil where there is none.
  static func decoded(_ line: Bytes, _ body: Range<Int>) -> [UInt8]? {
    var text: [UInt8] = []
    var (index, isChanged) = (body.lowerBound, false)
    while index < body.upperBound {
      if line[index] == 0x26, let entity = entities.first(where: { line.has($0.name, at: index) }) {
        text.append(entity.byte)
        index += entity.name.utf8CodeUnitCount
        isChanged = true
      } else {
        text.append(line[index])
        index += 1
      }
    }
    return isChanged ? text : nil
  }
}
