internal import KubelogScan

/// What documents in columns hold, as texts.
enum JSONValues {
  /// The texts of a JSON list, in their order.
  static func list(_ list: String) -> [String] {
    let bytes = Array(list.utf8)
    let span = bytes.span
    guard var elements = JSONElements(span, in: 0..<span.count) else { return [] }
    var texts: [String] = []
    while let element = elements.next(span) {
      guard element.kind == .text else { continue }
      var text: [UInt8] = []
      span.decodeJSONText(element.range, into: &text)
      texts.append(String(decoding: text, as: UTF8.self))
    }
    return texts
  }

  /// The texts and numbers of a JSON object by name; lists and objects are left out.
  static func texts(_ object: String) -> [String: String] {
    let bytes = Array(object.utf8)
    let span = bytes.span
    guard var members = JSONMembers(span, in: 0..<span.count) else { return [:] }
    var texts: [String: String] = [:]
    while let member = members.next(span) {
      switch member.value.kind {
      case .text:
        var text: [UInt8] = []
        span.decodeJSONText(member.value.range, into: &text)
        texts[span.text(member.name)] = String(decoding: text, as: UTF8.self)
      case .number: texts[span.text(member.name)] = span.text(member.value.range)
      case .bool, .null, .object, .list: break
      }
    }
    return texts
  }
}
