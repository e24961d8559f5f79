internal import KubelogScan

/// The clock in a shell's prompt: it was drawn when the command before was over, and what is typed at it came later.
///
/// `[14:32:36] root@cp1:~# `, `14:32:36 root@cp1:~$ `, `[2026-11-23 14:32:36] root@cp1:~# `, `[root@cp1 14:32:36 ~]# `
enum PromptClock {
  /// Whether what follows a stamp is a prompt: a user at a host, and the sign at the end of it.
  static func isPrompt(_ line: Bytes, _ range: Range<Int>) -> Bool {
    let start = line.end(of: isBlank, from: range.lowerBound, to: range.upperBound)
    let end = min(range.upperBound, start + 120)
    let word = line.end(of: { isTokenByte($0) || $0 == 0x5F || $0 == 0x2D }, from: start, to: end)
    guard word > start, word < end, line[word] == 0x40 else { return false }
    var index = word
    while index < end {
      let byte = line[index]
      if byte == 0x23 || byte == 0x24 || byte == 0x25 {
        return index + 1 == range.upperBound || isBlank(line[index + 1])
      }
      index += 1
    }
    return false
  }

  /// The clock that stands somewhere in a prompt, `range`, with its date if that stands before it.
  static func read(_ line: Bytes, _ range: Range<Int>) -> Stamp.Moment? {
    var index = range.lowerBound
    while let colon = line.first(0x3A, in: index..<range.upperBound) {
      let start = colon - 2
      if start >= range.lowerBound, start == range.lowerBound || !isDigit(line[start - 1]),
        let time = line.clock(at: start)
      {
        if start - 11 >= range.lowerBound, let stamp = Stamp.iso(line, at: start - 11), stamp.end == time.end {
          return stamp.moment
        }
        return .clock(hour: time.hour, minute: time.minute, second: time.second)
      }
      index = colon + 1
    }
    return nil
  }
}

extension Output {
  /// A prompt showed `moment`: what stands above it had happened by then, what is typed at it comes later.
  ///
  /// A clock without a date is that of the day that is known already; where none is, it is at most the last time that clocks
  /// showed it before the input was written.
  mutating func passPrompt(_ moment: Stamp.Moment) {
    switch moment {
    case .civil(let civil, let zoneSeconds, _): passDate(civil, zoneSeconds: zoneSeconds)
    case .clock(let hour, let minute, let second):
      guard let place = clock.place(hour: hour, minute: minute, second: second) else { return }
      limit(to: place.moment + 999_999)
      if place.isSure { clock.passDate(place.moment) }
    case .yearless, .absolute, .sinceBoot: return
    }
    promptLine = position.line
  }
}
