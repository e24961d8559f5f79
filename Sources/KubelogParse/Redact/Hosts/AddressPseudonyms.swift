internal import KubelogScan

/// What takes the place of addresses: others, of ranges that nobody uses, so that ports, prefix lengths and whoever reads
/// the log later still find an address; the same for the same one under the same key.
///
/// IPv4 becomes 240.0.0.0/4, which is reserved (RFC 1112), its first number the kind: 240 for 10/8, 241 for 172.16/12, 242
/// for 192.168/16, 243 for 100.64/10, 244 to 253 for all others. IPv6 becomes 2001:db8::/32 (RFC 3849), 2001:db8:fe80::
/// for fe80::/10. A MAC becomes f2:00:…, which is locally administered.
///
/// Each number is permuted under a key that depends on all before it, and 0 stays 0: addresses of one /8, /16 or /24 (of
/// one /48 or /64) keep one in common, and a network's address stays one. Two public /16 in 2560, and two /48 in 65536, may
/// become the same one.
struct AddressPseudonyms {
  private let digest: KeyedDigest
  /// The last ones, since a log has the same few over and over.
  private var known: [UInt32: [UInt8]] = [:]

  init(_ digest: KeyedDigest) { self.digest = digest }

  /// The pseudonym of an address that is not ``isPublic(_:)-(IPv4Address)``.
  mutating func text(for address: IPv4Address) -> [UInt8] {
    if let text = known[address.number] { return text }
    let octets = address.octets
    let first: UInt8
    var numbers: [UInt8]
    switch address.kind {
    case .other:
      let value = digest.digest([4] + octets.prefix(2))
      (first, numbers) = (UInt8(244 + value % 10), [UInt8(truncatingIfNeeded: value >> 32)])
    case let kind:
      (first, numbers) = (240 + kind.rawValue, [UInt8(permuted(UInt16(octets[1]), bits: 8, under: [octets[0]]))])
    }
    for place in 2..<4 {
      numbers.append(UInt8(permuted(UInt16(octets[place]), bits: 8, under: Array(octets.prefix(place)))))
    }
    let text = Array(([first] + numbers).map(String.init).joined(separator: ".").utf8)
    if known.count >= 8192 { known = [:] }
    known[address.number] = text
    return text
  }

  /// The pseudonym of an address that is not ``isPublic(_:)-(IPv6Address)``.
  func text(for address: IPv6Address) -> [UInt8] {
    let groups = address.groups
    func bytes(_ count: Int) -> [UInt8] {
      groups.prefix(count).flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }
    }
    var numbers: [UInt16] = [0x2001, 0x0DB8]
    if address.isLinkLocal {
      numbers += [0xFE80, 0]
    } else {
      let site = UInt16(truncatingIfNeeded: digest.digest([6] + bytes(3)))
      numbers += [site == 0xFE80 || site == 0 ? 1 : site, permuted(groups[3], bits: 16, under: bytes(3))]
    }
    for place in 4..<8 { numbers.append(permuted(groups[place], bits: 16, under: bytes(place))) }
    return Array(IPv6Address(groups: numbers).text.utf8)
  }

  /// The pseudonym of a hardware address.
  func text(forHardware address: [UInt8]) -> [UInt8] {
    let value = digest.digest([2] + address)
    let pairs = (0..<4).map { place -> String in
      let byte = UInt8(truncatingIfNeeded: value >> UInt64(8 * place))
      return (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
    return Array((["f2", "00"] + pairs).joined(separator: ":").utf8)
  }

  /// A permutation of the numbers of `bits` bits that leaves 0 where it is: a Feistel network of four rounds under the key
  /// and `prefix`.
  private func permuted(_ value: UInt16, bits: UInt16, under prefix: [UInt8]) -> UInt16 {
    guard value != 0 else { return 0 }
    let result = feistel(value, bits, prefix)
    return result == 0 ? feistel(0, bits, prefix) : result
  }

  private func feistel(_ value: UInt16, _ bits: UInt16, _ prefix: [UInt8]) -> UInt16 {
    let half = bits / 2
    let mask = (UInt16(1) << half) - 1
    var (left, right) = (value >> half, value & mask)
    for round in 0..<UInt8(4) {
      let mixed = UInt16(truncatingIfNeeded: digest.digest(prefix + [round, UInt8(right)])) & mask
      (left, right) = (right, left ^ mixed)
    }
    return left << half | right
  }
}
