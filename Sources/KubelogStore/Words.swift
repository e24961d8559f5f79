internal import KubelogScan

/// Texts of which few are different, read from many rows: each is made once, and known by its number from then on.
public struct Words {
  private var texts: [(text: String, bytes: [UInt8])] = []
  private var numbers: [UInt64: Int] = [:]
  private var last = 0

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
    // Rows that follow each other are mostly of one node and cluster.
    if last < texts.count, isSame(last, bytes) { return last }
    var digester = Digester()
    digester.add(Bytes(_unsafeBytes: bytes))
    var place = digester.digest().high
    while let number = numbers[place] {
      if isSame(number, bytes) {
        last = number
        return number
      }
      place &+= 1
    }
    last = texts.count
    numbers[place] = last
    texts.append((String(decoding: bytes, as: UTF8.self), Array(bytes)))
    return last
  }

  private func isSame(_ number: Int, _ bytes: UnsafeRawBufferPointer) -> Bool {
    texts[number].bytes.withUnsafeBytes { areSame($0, bytes) }
  }
}
