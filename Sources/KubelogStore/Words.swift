internal import KubelogScan

/// Texts of which few are different, read from many rows: each is made once, and known by its number from then on.
public struct Words {
  private var texts: [(text: String, bytes: [UInt8])] = []
  private var numbers: [UInt64: Int] = [:]
  /// The numbers of those that were asked for last, each at the place that its length and ends give.
  private var recent = [Int32](repeating: -1, count: Self.mostRecent)
  private static let mostRecent = 64

  /// None so far.
  public init() {}

  /// The text of a number that ``number(of:)`` or ``Statement/word(_:in:)`` gave.
  public subscript(number: Int) -> String { texts[number].text }

  /// The number of `text`.
  public mutating func number(of text: String) -> Int {
    var text = text
    return text.withUTF8 { number(of: UnsafeRawBufferPointer($0)) }
  }

  mutating func number(of bytes: UnsafeRawBufferPointer) -> Int {
    // The same few come over and over.
    let ends = bytes.isEmpty ? 0 : Int(bytes[0]) &* 5 ^ Int(bytes[bytes.count - 1]) &* 13
    let slot = (bytes.count &* 7 ^ ends) & (Self.mostRecent - 1)
    let known = Int(recent[slot])
    if known >= 0, isSame(known, bytes) { return known }
    let number = find(bytes)
    recent[slot] = Int32(number)
    return number
  }

  private mutating func find(_ bytes: UnsafeRawBufferPointer) -> Int {
    var digester = Digester()
    digester.add(Bytes(_unsafeBytes: bytes))
    var place = digester.digest().high
    while let number = numbers[place] {
      if isSame(number, bytes) { return number }
      place &+= 1
    }
    numbers[place] = texts.count
    texts.append((String(decoding: bytes, as: UTF8.self), Array(bytes)))
    return texts.count - 1
  }

  private func isSame(_ number: Int, _ bytes: UnsafeRawBufferPointer) -> Bool {
    texts[number].bytes.withUnsafeBytes { areSame($0, bytes) }
  }
}
