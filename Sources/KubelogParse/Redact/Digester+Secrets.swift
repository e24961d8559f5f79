internal import KubelogScan

extension Digester {
  /// Adds a line but for the secret halves of tokens, as kubeadm prints them and as a Secret holds them.
  ///
  /// A fingerprint lies in the store in the clear, and from one that is not cryptographic the few unknown bytes of a line
  /// can be searched for. The public half tells tokens apart. A certificate key stays: of its 256 bits a fingerprint gives
  /// away no more than half.
  mutating func addWithoutSecrets(_ line: Bytes, in range: Range<Int>) {
    var begin = range.lowerBound
    var index = begin
    while let dot = line.first(0x2E, in: index..<range.upperBound) {
      index = dot + 1
      guard dot - 6 >= range.lowerBound, dot + 17 <= range.upperBound,
        line.end(of: isTokenByte, from: dot - 6, to: dot) == dot,
        line.end(of: isTokenByte, from: dot + 1, to: dot + 17) == dot + 17
      else { continue }
      add(line, in: begin..<dot + 1)
      (begin, index) = (dot + 17, dot + 17)
    }
    while let name = line.first("token-secret", in: begin..<range.upperBound) {
      // `token-secret: NHNmd2lv…`, `"token-secret":"NHNmd2lv…"`
      let value = line.end(
        of: { $0 == 0x22 || $0 == 0x3A || $0 == 0x20 || $0 == 0x5C }, from: name + 12, to: range.upperBound)
      add(line, in: begin..<value)
      begin = line.end(
        of: { isWordByte($0) && $0 != 0x22 && $0 != 0x2C && $0 != 0x5C }, from: value, to: range.upperBound)
    }
    add(line, in: begin..<range.upperBound)
  }
}
