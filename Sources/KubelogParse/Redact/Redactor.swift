public import KubelogScan

/// Takes secrets out of a text as it streams by; everything else is given byte for byte.
///
/// It works on bytes, not on records: through whatever a log is wrapped in, and whatever else is in it. What comes out does
/// not depend on how the text was cut into chunks. A line is given as soon as it is complete; only what may yet turn out to
/// be part of a secret is held back, and the last word of a line that is not complete.
public struct Redactor {
  /// How far one secret, or what decides about one, reaches at most: 64 KiB.
  public static let window = 64 << 10
  /// How far back is looked from a sign.
  private static let history = 8 << 10

  private let recognizers: Recognizers
  private var mode = RedactMode.text
  /// What was given already, as far as it is looked back to, and what was not.
  private var text: [UInt8] = []
  /// Up to where the text was given.
  private var given = 0
  /// Up to where it was looked at.
  private var read = 0
  /// Up to where a certificate key may stand alone.
  private var keysUntil = 0
  /// A value that is longer than the window goes on: its rest vanishes.
  private var isSwallowing = false
  private var isAtStart = true

  /// A filter at the start of a text, with pseudonyms of its own.
  public init() { self.init(digest: KeyedDigest()) }

  /// A filter at the start of a text. Filters with the same key have the same pseudonyms.
  public init(digest: KeyedDigest) { recognizers = Recognizers(pseudonyms: Pseudonyms(digest)) }

  /// Takes the next chunk; `body` gets the text without secrets as it comes.
  public mutating func feed(_ chunk: Bytes, _ body: (Bytes) throws -> Void) rethrows {
    text.append(chunk)
    try advance(isOver: false, body)
  }

  /// The text is over: gives what was held back.
  public mutating func finish(_ body: (Bytes) throws -> Void) rethrows {
    try advance(isOver: true, body)
  }

  private mutating func advance(isOver: Bool, _ body: (Bytes) throws -> Void) rethrows {
    let hold = try look(isOver: isOver, body)
    try give(to: isOver ? text.count : min(hold, text.count), body)
    let spare = min(given, read) - Self.history
    if spare > 0 {
      text.removeSubrange(..<spare)
      (given, read, keysUntil) = (given - spare, read - spare, max(0, keysUntil - spare))
    }
  }

  /// Looks at what was not looked at; gives what stands before a secret, and the first byte that cannot be given yet.
  private mutating func look(isOver: Bool, _ body: (Bytes) throws -> Void) rethrows -> Int {
    while true {
      if isSwallowing {
        let end = text.span.end(of: { $0 > 0x20 && !isQuote($0) && $0 != 0x5C }, from: read)
        (given, read) = (end, end)
        if end == text.count { return end }
        isSwallowing = false
      }
      guard let (place, sign) = nextPlace(isOver: isOver) else { return wordStart() }
      let limit = place + Self.window
      let end = min(limit, text.count)
      var look = Look(text, end: end)
      let finding = ask(&look, sign, at: place)
      if look.wantsMore, !isOver, end < limit {
        read = place
        return look.hold ?? start(ofWordAt: place)
      }
      isAtStart = false
      for mask in finding?.masks ?? [] { try replace(mask, end == limit ? end : nil, body) }
      read = max(finding?.next ?? place + 1, isSwallowing ? end : 0)
      if let mode = finding?.mode { self.mode = mode }
      if let until = finding?.keysUntil { keysUntil = max(keysUntil, until) }
    }
  }

  /// Where a recognizer is to look next, and the sign there, nil for none; nil when more of the text must come first.
  private mutating func nextPlace(isOver: Bool) -> (place: Int, sign: Int?)? {
    guard read < text.count else { return nil }
    guard mode == .text, !isAtStart else { return (read, nil) }
    // A sign may begin in the last bytes and end in the next chunk; none has another one in it.
    let known = isOver ? text.count : max(read, text.count - SignFinder.overlap)
    var place = read
    while place < min(keysUntil, text.count) {
      if let (_, sign) = Recognizers.signs.first(text.span, in: place..<place + 1) { return (place, sign) }
      if place < known, mayBeginKey(place) { return (place, nil) }
      place += 1
    }
    if let (place, sign) = Recognizers.signs.first(text.span, in: place..<text.count) { return (place, sign) }
    read = known
    return nil
  }

  private func mayBeginKey(_ place: Int) -> Bool {
    guard isHexByte(text[place]) else { return false }
    return place == 0 || !isHexByte(text[place - 1])
  }

  private func ask(_ look: inout Look, _ sign: Int?, at place: Int) -> Finding? {
    switch mode {
    case .privateKey(let isLast): return recognizers.keyLine(&look, at: place, isLast: isLast)
    case .secretData(let data): return recognizers.secretMember(&look, at: place, data)
    case .text: break
    }
    // `kubeadm certs certificate-key` prints a key and nothing else.
    if isAtStart { return recognizers.bareKey(&look, at: place) ?? Finding(next: place) }
    if place < keysUntil, let key = recognizers.bareKey(&look, at: place) { return key }
    return sign.flatMap { recognizers.finding(&look, $0, at: place) }
  }

  private mutating func replace(_ mask: Mask, _ limit: Int?, _ body: (Bytes) throws -> Void) rethrows {
    let start = max(given, mask.range.lowerBound)
    guard mask.range.upperBound > start else { return }
    try give(to: start, body)
    if !mask.text.isEmpty { try body(mask.text.span) }
    given = mask.range.upperBound
    if let limit, given == limit { isSwallowing = true }
  }

  private mutating func give(to end: Int, _ body: (Bytes) throws -> Void) rethrows {
    guard end > given else { return }
    try body(text.span.extracting(given..<end))
    given = end
  }

  /// The beginning of the last word, which may go on; after a line end nothing does.
  private func wordStart() -> Int { start(ofWordAt: text.count) }

  private func start(ofWordAt place: Int) -> Int {
    var start = place
    let limit = max(given, place - 2048)
    while start > limit, text[start - 1] > 0x20, !isQuote(text[start - 1]) { start -= 1 }
    return start
  }
}
