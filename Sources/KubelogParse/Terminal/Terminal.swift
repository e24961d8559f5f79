internal import KubelogScan

/// What a terminal would have shown: takes lines with escape sequences, backspaces and carriage returns and gives the
/// lines that a person read.
///
/// Two modes. On the normal screen a line is replayed in place: typing that was corrected, progress that returns to the
/// line's beginning, colours. On the alternate screen (`watch`) the bytes paint differences at addressed places; there
/// the screen as it stands at the end of each painting is given, and only where it shows a table of `kubectl`. A line of
/// a log is no painting: it ends the screen, which some words of the log itself may have begun.
///
/// Sequences: ECMA-48 and xterm's ctlseqs.
struct Terminal {
  private var lines = TypedLines()
  private var screen: Screen?
  private var escapes = EscapeReader()

  /// Whether the alternate screen is on, so that every line has to come here.
  var isActive: Bool { screen != nil }

  /// Whether a line needs to be replayed.
  static func concerns(_ line: Bytes) -> Bool {
    let all = 0..<line.count
    return line.first(0x1B, in: all) != nil || line.first(0x08, in: all) != nil || line.first(0x0D, in: all) != nil
  }

  /// What a terminal would show of a text that stands alone, without its line end.
  static func plain(_ text: Bytes) -> [[UInt8]] {
    guard concerns(text) else { return [(0..<text.count).map { text[$0] }] }
    var terminal = Terminal()
    return terminal.take(text, isReturned: false) + terminal.finish()
  }

  /// Whether a line without sequences is one that a program logged: with a stamp, a header of klog, as an object.
  private static func isOfLog(_ line: Bytes) -> Bool {
    guard line.count > 2, !concerns(line) else { return false }
    if line[0] == 0x7B { return line[1] == 0x22 && line[line.count - 1] == 0x7D }
    if let stamp = Stamp.yearless(line, at: 0) {
      return JournalText.Tail(line, after: stamp.end, to: line.count) != nil
    }
    return Stamp.iso(line, at: 0) != nil || KlogHeader(line, 0..<line.count) != nil || line.has("__CURSOR=", at: 0)
  }

  /// The terminal's width was said: by `script`, by `stty`.
  mutating func learn(width: Int) { lines.width = width > 19 && width < 1000 ? width : nil }

  /// Takes a line without its end; `isReturned` tells whether a carriage return stood before the line feed.
  mutating func take(_ line: Bytes, isReturned: Bool) -> [[UInt8]] {
    var shown: [[UInt8]] = []
    if var open = screen, Self.isOfLog(line) {
      // What stood on the line before the screen was begun is over as well.
      let begun = lines.end()
      if !begun.isEmpty { shown.append(begun) }
      shown += open.frame()
      screen = nil
    }
    for index in 0..<line.count {
      guard let action = escapes.take(line[index]) else { continue }
      apply(action, &shown)
    }
    escapes.endLine()
    if screen != nil {
      screen?.feedLine(isReturned: isReturned)
    } else {
      shown.append(lines.end())
    }
    return shown
  }

  /// The input is over: the screen as it stands.
  mutating func finish() -> [[UInt8]] {
    defer { screen = nil }
    return screen?.frame() ?? []
  }

  private mutating func apply(_ action: EscapeReader.Action, _ shown: inout [[UInt8]]) {
    if case .mode(let number, let isOn) = action {
      switch number {
      case 47, 1047, 1049:
        if isOn {
          screen = Screen()
        } else if var open = screen {
          shown += open.frame()
          screen = nil
        }
      case 2004 where isOn:
        // A shell's prompt: whatever painted the screen is over.
        if var open = screen {
          shown += open.frame()
          screen = nil
        }
        lines.isTyping = true
      default: break
      }
      return
    }
    if screen != nil {
      if let frame = screen?.apply(action) { shown += frame }
    } else if !lines.apply(action) {
      var begun = Screen()
      _ = begun.apply(action)
      screen = begun
    }
  }
}

/// Takes the bytes of a terminal apart.
struct EscapeReader {
  /// What a piece of the bytes means.
  enum Action: Equatable {
    case print(UInt32)
    case backspace, carriageReturn, tab
    /// A control sequence by its final byte, with its numbers.
    case control(UInt8, [Int])
    /// `ESC [ ? number h` and `l`.
    case mode(Int, isOn: Bool)
  }

  private enum State { case text, escape, control, string, stringEscape, charset }
  private var state = State.text
  private var numbers: [Int] = []
  private var number: Int?
  private var isPrivate = false
  private var scalar: UInt32 = 0
  private var pending = 0
  private var stringLength = 0

  /// A line is over: a sequence that it began was cut, and takes nothing of the next one along.
  mutating func endLine() { (state, pending) = (.text, 0) }

  /// Takes the next byte.
  mutating func take(_ byte: UInt8) -> Action? {
    switch state {
    case .text: return takeText(byte)
    case .escape: return takeEscape(byte)
    case .control: return takeControl(byte)
    case .string:
      stringLength += 1
      // A title ends with BEL or ESC \; one that never ends is none.
      if byte == 0x07 || stringLength > 4096 { state = .text }
      if byte == 0x1B { state = .stringEscape }
    case .stringEscape: state = byte == 0x5C ? .text : .string
    case .charset: state = .text
    }
    return nil
  }

  private mutating func takeText(_ byte: UInt8) -> Action? {
    if pending > 0 {
      if byte & 0xC0 == 0x80 {
        scalar = scalar << 6 | UInt32(byte & 0x3F)
        pending -= 1
        return pending == 0 ? .print(scalar) : nil
      }
      pending = 0
    }
    switch byte {
    case 0x1B: state = .escape
    case 0x08: return .backspace
    case 0x0D: return .carriageReturn
    case 0x09: return .tab
    case 0x20..<0x7F: return .print(UInt32(byte))
    case 0xC2...0xDF: (scalar, pending) = (UInt32(byte & 0x1F), 1)
    case 0xE0...0xEF: (scalar, pending) = (UInt32(byte & 0x0F), 2)
    case 0xF0...0xF4: (scalar, pending) = (UInt32(byte & 0x07), 3)
    case 0x80...: return .print(0xFFFD)
    default: break
    }
    return nil
  }

  private mutating func takeEscape(_ byte: UInt8) -> Action? {
    state = .text
    switch byte {
    case 0x5B:
      (state, numbers, number, isPrivate) = (.control, [], nil, false)
    case 0x5D, 0x50, 0x58, 0x5E, 0x5F: (state, stringLength) = (.string, 0)
    case 0x28, 0x29, 0x2A, 0x2B, 0x25, 0x23: state = .charset
    case 0x1B: state = .escape
    case 0x4D: return .control(0x4D | 0x80, [])
    default: break
    }
    return nil
  }

  private mutating func takeControl(_ byte: UInt8) -> Action? {
    switch byte {
    case 0x30...0x39: number = min((number ?? 0) * 10 + Int(byte - 0x30), 9999)
    case 0x3B, 0x3A:
      if numbers.count < 32 { numbers.append(number ?? 0) }
      number = nil
    case 0x3C...0x3F: isPrivate = true
    case 0x20...0x2F: break
    case 0x40...0x7E:
      state = .text
      if let last = number, numbers.count < 32 { numbers.append(last) }
      if isPrivate {
        guard byte == 0x68 || byte == 0x6C, let mode = numbers.first else { return nil }
        return .mode(mode, isOn: byte == 0x68)
      }
      return .control(byte, numbers)
    case 0x08, 0x0D: return takeText(byte)
    default: state = .text
    }
    return nil
  }
}
