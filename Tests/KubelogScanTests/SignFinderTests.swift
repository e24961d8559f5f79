import Testing

@testable import KubelogScan

@Suite struct SignFinderTests {
  private static let finder = SignFinder([
    SignFinder.tokenPoint, "@", "oken", "key", "eyj", "sword", "uth", "ta:", "ta\":{", "ta\\", "-user", "_user", "swd",
  ])

  private func places(_ bytes: [UInt8], byTables: Bool) -> [Int] {
    var found: [Int] = []
    var start = 0
    while let (place, _) = Self.finder.first(bytes.span, in: start..<bytes.count, byTables: byTables) {
      found.append(place)
      start = place + 1
    }
    return found
  }

  static let cases: [(text: String, found: [String])] = [
    ("a token or a TOKEN", ["oken", "oken"]), ("Key key KEy ke", ["key", "key", "key"]), ("oke", ["oken"]), ("ok", []),
    ("u@h", ["@"]), ("m4449q.4sfwioowappz2qre ", ["."]), ("m4449q.4sfwioowappz2qr ", []), ("m4449q.4sfwioow", ["."]),
    ("M4449q.4sfwioowappz2qre ", []), ("data: \"data\":{ \"data\":\"", ["ta:", "ta\":{"]), ("data\":", ["ta\":{"]),
    ("passwd sword swd", ["swd", "sword", "swd"]), ("ETCDCTL_USER --user user", ["_user", "-user"]), ("", []),
  ]

  @Test(arguments: cases)
  func signs(_ text: String, _ found: [String]) {
    let words = [".", "@", "oken", "key", "eyj", "sword", "uth", "ta:", "ta\":{", "ta\\", "-user", "_user", "swd"]
    let bytes = Array(text.utf8)
    #expect(bytes.indices.compactMap { Self.finder.word(bytes.span, at: $0) }.map { words[$0] } == found)
  }

  /// Signs, what is almost one, and what stands between them.
  private static let pieces = [
    "oke", "tOkEn", "key", "Key-", "eyJ", "EYJh", "sword", "swd", "swe", "uth", "UTH", "ut", "ta:", "ta\"", "ta\\",
    "data\":\"", "data\":{", "ta ", "@", ".", "m4449q.4sfwioowappz2qre", "m4449q.4sfwioowappz2qr ", "-user", "_use",
    "m4449Q.4sfwioowappz2qre", "oye", "g0s", "\u{10}", "s\u{10}t", "é", "kubelet.go:2456] ", "00.420485    2134 ", " ",
    "\n", "\0", "xxxxxxxxxxxxxxxx", "ke", "o", "k", "e",
  ]

  /// However they are searched, the same signs are found, wherever in the blocks they stand.
  @Test(arguments: 1...40)
  func bothSearchesFindTheSame(_ seed: Int) {
    var random = UInt64(seed)
    func next(_ count: Int) -> Int {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(random >> 33) % count
    }
    var text: [UInt8] = []
    for _ in 0..<300 { text += Array(Self.pieces[next(Self.pieces.count)].utf8) }
    let plain = text.indices.filter { Self.finder.word(text.span, at: $0) != nil }
    #expect(plain.count > 50)
    #expect(places(text, byTables: false) == plain)
    #expect(places(text, byTables: true) == plain)
  }

  /// Every byte in every place of a sign.
  @Test func everyByte() {
    for byte in UInt8.min...UInt8.max {
      for sign in ["oken", "key", "eyj", "sword", "uth", "ta:", "-user", "m4449q.4sfwioowappz2qre"] {
        for place in 0..<sign.utf8.count {
          var text = Array((String(repeating: "-", count: 30) + sign + String(repeating: "-", count: 60)).utf8)
          text[30 + place] = byte
          #expect(places(text, byTables: true) == places(text, byTables: false), "\(byte) in \(sign)")
        }
      }
    }
  }
}
