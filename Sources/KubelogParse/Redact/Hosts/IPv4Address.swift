internal import KubelogScan

/// An address of IPv4.
struct IPv4Address {
  var number: UInt32

  /// The kinds of addresses that a reader should be able to tell from one another, in the order of their pseudonyms.
  enum Kind: UInt8 { case ten, oneSevenTwo, oneNineTwo, shared, other }

  /// The address that fills `range` of `bytes`: four numbers up to 255, without zeros before them; nil for anything else.
  init?(_ bytes: [UInt8], _ range: Range<Int>) {
    guard range.count >= 7, range.count <= 15 else { return nil }
    var (value, part, digits, points): (UInt32, UInt32, Int, Int) = (0, 0, 0, 0)
    for index in range {
      let byte = bytes[index]
      if byte == 0x2E {
        guard digits > 0, points < 3 else { return nil }
        (value, part, digits, points) = (value << 8 | part, 0, 0, points + 1)
      } else {
        guard isDigit(byte), digits == 0 || part > 0 else { return nil }
        (part, digits) = (part * 10 + UInt32(byte &- 0x30), digits + 1)
        guard part < 256 else { return nil }
      }
    }
    guard points == 3, digits > 0 else { return nil }
    number = value << 8 | part
  }

  var octets: [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) } }

  var kind: Kind {
    if isIn(0x0A00_0000, 8) { return .ten }
    if isIn(0xAC10_0000, 12) { return .oneSevenTwo }
    if isIn(0xC0A8_0000, 16) { return .oneNineTwo }
    return isIn(0x6440_0000, 10) ? .shared : .other
  }

  /// Whether it tells nobody where the log comes from: this host and this network, link-local, multicast, netmasks, those
  /// for documentation, pseudonyms, kubeadm's default for the services' network, the API server and the DNS in it, and
  /// the DNS servers that everybody may ask.
  var isPublic: Bool {
    isIn(0x7F00_0000, 8) || isIn(0, 8) || isIn(0xA9FE_0000, 16) || number >= 0xE000_0000
      || isIn(0xC000_0200, 24) || isIn(0xC633_6400, 24) || isIn(0xCB00_7100, 24)
      || [0x0A60_0000, 0x0A60_0001, 0x0A60_000A, 0x0808_0808, 0x0808_0404, 0x0101_0101].contains(number)
  }

  private func isIn(_ network: UInt32, _ length: UInt32) -> Bool { (number ^ network) >> (32 - length) == 0 }
}
