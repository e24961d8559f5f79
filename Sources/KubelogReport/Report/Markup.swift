/// How text from elsewhere becomes harmless in a form of output.
protocol MarkupForm {
  /// `text` so that it shows as it is and means nothing.
  static func escaped(_ text: String) -> String
}

/// Text of a form of output. What is interpolated into it is escaped unless it is markup of the same form already, so a
/// name or a message of a log cannot get in as anything but text.
struct Markup<Form: MarkupForm>: ExpressibleByStringInterpolation {
  /// What is written.
  private(set) var text: String

  init(stringLiteral text: String) { self.text = text }

  init(stringInterpolation pieces: Interpolation) { text = pieces.text }

  /// Joins pieces of the form.
  init(_ pieces: [Markup], separator: String = "") { text = pieces.map(\.text).joined(separator: separator) }

  /// Whether nothing is there.
  var isEmpty: Bool { text.isEmpty }

  static func + (left: Markup, right: Markup) -> Markup { Markup([left, right]) }

  static func += (left: inout Markup, right: Markup) { left.text += right.text }

  /// What stands between the pieces of a literal.
  struct Interpolation: StringInterpolationProtocol {
    var text = ""

    init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity * 2) }

    mutating func appendLiteral(_ literal: String) { text += literal }

    mutating func appendInterpolation(_ foreign: String) { text += Form.escaped(foreign) }

    mutating func appendInterpolation(_ markup: Markup) { text += markup.text }

    mutating func appendInterpolation(_ number: Int) { text += String(number) }

    /// A coordinate, to a tenth.
    mutating func appendInterpolation(_ number: Double) { text += tenths(number) }
  }

  typealias StringInterpolation = Interpolation
}

/// `number` to a tenth, without a tenth of zero: `48.2`, `7`.
func tenths(_ number: Double) -> String {
  guard number.isFinite, number.magnitude < 1e15 else { return "0" }
  let whole = Int64((number * 10).rounded())
  let sign = whole < 0 ? "-" : ""
  let (units, rest) = (whole.magnitude / 10, whole.magnitude % 10)
  return sign + String(units) + (rest == 0 ? "" : "." + String(rest))
}

/// HTML and SVG, between tags or in a quoted attribute.
enum HTMLForm: MarkupForm {
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\n", "\r", "\t": result += " "
      default: result += scalar.visible
      }
    }
    return result
  }
}

/// GitHub's Markdown, inside a line.
enum MarkdownForm: MarkupForm {
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      // Mentions and bare addresses become links of GitHub's own accord, escaped or not: a mark of no width stops them.
      case "@": result += "&#64;\u{2060}"
      case "/" where result.hasSuffix(":"): result += "\u{2060}/"
      case "." where result.lowercased().hasSuffix("www"): result += "\u{2060}."
      case "\\", "`", "*", "_", "[", "]", "#", "!", "|", "~", "$":
        result += "\\" + String(scalar)
      case "\n", "\r", "\t": result += " "
      default: result += scalar.visible
      }
    }
    return result
  }
}

typealias HTML = Markup<HTMLForm>
typealias Markdown = Markup<MarkdownForm>
