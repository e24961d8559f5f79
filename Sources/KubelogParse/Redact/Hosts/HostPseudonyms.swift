internal import KubelogScan

/// What takes the place of names: `host-x3f9a1c20` for a host's own label and `domain-x7c21b0aa` for what stands behind it,
/// so that `cp1` and `cp1.lab.local` are still seen to be one. A domain of one label, such as `local`, stays.
struct HostPseudonyms {
  private let digest: KeyedDigest

  init(_ digest: KeyedDigest) { self.digest = digest }

  /// The pseudonym of a host's label, in either case.
  func host(_ label: ArraySlice<UInt8>) -> [UInt8] { Array("host-x".utf8) + hex(label) }

  /// The pseudonym of a domain.
  func domain(_ name: ArraySlice<UInt8>) -> [UInt8] { Array("domain-x".utf8) + hex(name) }

  /// The pseudonym of a whole name.
  func text(for name: HostName) -> [UInt8] {
    let first = host(name.bytes[..<name.label])
    if let domain = name.domain { return first + [0x2E] + self.domain(name.bytes[domain]) }
    return first + name.bytes[name.label...]
  }

  private func hex(_ name: ArraySlice<UInt8>) -> [UInt8] {
    let value = digest.digest(name.map { isLetter($0) ? $0 | 0x20 : $0 })
    let digits = Array("0123456789abcdef".utf8)
    return (0..<8).map { digits[Int(value >> UInt64(60 - 4 * $0) & 15)] }
  }

  /// Whether `label` is what this makes.
  static func isPseudonym(_ label: [UInt8]) -> Bool {
    guard label.count >= 14, label.suffix(8).allSatisfy(isHexByte) else { return false }
    let opening = label.dropLast(8)
    return opening.elementsEqual("host-x".utf8) || opening.elementsEqual("domain-x".utf8)
  }
}
