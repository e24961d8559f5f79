internal import KubelogScan

/// An address of IPv6, without a zone and without an IPv4 address in it.
struct IPv6Address {
  /// Eight of them.
  var groups: [UInt16]

  init(groups: [UInt16]) { self.groups = groups }

  /// The address that fills `range` of `bytes` (RFC 4291, section 2.2); nil for anything else, such as a clock.
  init?(_ bytes: [UInt8], _ range: Range<Int>) {
    guard range.count >= 2, range.count <= 39 else { return nil }
    var (before, after): ([UInt16], [UInt16]?) = ([], nil)
    var index = range.lowerBound
    while index < range.upperBound {
      if bytes[index] == 0x3A {
        let isFirst = index == range.lowerBound
        if index + 1 < range.upperBound, bytes[index + 1] == 0x3A {
          guard after == nil else { return nil }
          (after, index) = ([], index + 2)
        } else {
          guard !isFirst, index + 1 < range.upperBound else { return nil }
          index += 1
        }
        continue
      }
      var (value, digits): (UInt16, Int) = (0, 0)
      while index < range.upperBound, isHexByte(bytes[index]) {
        guard digits < 4 else { return nil }
        (value, digits, index) = (value << 4 | UInt16(hexValue(bytes[index])), digits + 1, index + 1)
      }
      guard digits > 0, index == range.upperBound || bytes[index] == 0x3A else { return nil }
      if after == nil { before.append(value) } else { after?.append(value) }
    }
    if let after {
      guard before.count + after.count < 8 else { return nil }
      groups = before + Array(repeating: 0, count: 8 - before.count - after.count) + after
    } else {
      guard before.count == 8 else { return nil }
      groups = before
    }
  }

  var isLinkLocal: Bool { groups[0] & 0xFFC0 == 0xFE80 }

  /// Whether it tells nobody where the log comes from: pseudonyms and those for documentation, and all that no host of a
  /// network may have. These are in 2000::/3, fc00::/7 and fe80::/10; what is not only reads like an address (`a::b`).
  var isPublic: Bool {
    groups[0] == 0x2001 && groups[1] == 0x0DB8
      || !(groups[0] >> 13 == 1 || groups[0] >> 9 == 0x7E || isLinkLocal)
  }

  /// As RFC 5952 writes it.
  var text: String {
    var best = 0..<0
    var place = 0
    while place < 8 {
      let end = groups[place...].firstIndex { $0 != 0 } ?? 8
      if end - place > max(1, best.count) { best = place..<end }
      place = max(end, place + 1)
    }
    let words = groups.map { String($0, radix: 16) }
    guard !best.isEmpty else { return words.joined(separator: ":") }
    return words[..<best.lowerBound].joined(separator: ":") + "::" + words[best.upperBound...].joined(separator: ":")
  }
}

/// The value of a hexadecimal digit.
func hexValue(_ byte: UInt8) -> UInt8 { isDigit(byte) ? byte &- 0x30 : (byte | 0x20) &- 0x57 }
