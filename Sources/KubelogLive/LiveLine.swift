/// The last line of a person's terminal while something is in progress: `⠋ wait-control-plane  12 s`.
///
/// It is cut to the terminal's width, which is asked for anew each time, so that it takes one row and is erased as one.
public struct LiveLine {
  private let columns: () -> Int
  private let write: (String) -> Void
  /// Whether it is to be seen now.
  public private(set) var isDrawn = false
  private var frame = 0

  private static let frames: [Character] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]

  /// A line on a terminal of `columns`; 0 where it does not say how many it has.
  public init(columns: @escaping () -> Int, write: @escaping (String) -> Void) {
    (self.columns, self.write) = (columns, write)
  }

  /// Draws `text` in the place of what is drawn.
  public mutating func draw(_ text: String) {
    let room = columns() > 0 ? columns() : 80
    write("\r\u{1B}[K" + String(text.prefix(room - 1)))
    isDrawn = true
  }

  /// Draws a phase that takes `seconds` so far; the spinner turns with every second call.
  public mutating func draw(phase: String, seconds: Int64) {
    let spinner = Self.frames[frame / 2 % Self.frames.count]
    draw("  \(spinner) \(phase)  \(seconds) s")
  }

  /// Time has passed.
  public mutating func tick() { frame += 1 }

  /// Takes it away.
  public mutating func erase() {
    if isDrawn { write("\r\u{1B}[K") }
    isDrawn = false
  }
}
