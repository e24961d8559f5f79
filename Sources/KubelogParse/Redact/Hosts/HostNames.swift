internal import KubelogScan

/// The names of hosts that were seen in places where nothing else stands.
struct HostNames {
  private struct Known {
    var bytes: [UInt8]
    var pseudonym: [UInt8]
  }

  let pseudonyms: HostPseudonyms
  /// By their first two bytes, the longest first.
  private var known: [UInt16: [Known]] = [:]
  private var doors = Array(repeating: false, count: 1 << 16)
  private var count = 0
  /// No log has more; what is beyond is not learned.
  private static let most = 100_000

  init(_ digest: KeyedDigest) { pseudonyms = HostPseudonyms(digest) }

  /// Learns a name, and its domain; `isNode`: its first label alone is the same host.
  mutating func learn(_ name: HostName, isNode: Bool) {
    add(name.bytes, pseudonyms.text(for: name))
    if let domain = name.domain, !PublicNames.contains(String(decoding: name.bytes[domain], as: UTF8.self).lowercased())
    {
      add(Array(name.bytes[domain]), pseudonyms.domain(name.bytes[domain]))
    }
    if isNode, name.label < name.bytes.count, let short = HostName(name.bytes, 0..<name.label) {
      add(short.bytes, pseudonyms.text(for: short))
    }
  }

  private mutating func add(_ name: [UInt8], _ pseudonym: [UInt8]) {
    addSpelled(name, pseudonym)
    let lower = name.map { isLetter($0) ? $0 | 0x20 : $0 }
    if lower != name { addSpelled(lower, pseudonym) }
  }

  private mutating func addSpelled(_ name: [UInt8], _ pseudonym: [UInt8]) {
    let lead = UInt16(name[0]) << 8 | UInt16(name[1])
    guard count < Self.most, !(known[lead]?.contains { $0.bytes == name } ?? false) else { return }
    let place = known[lead]?.firstIndex { $0.bytes.count < name.count } ?? known[lead]?.count ?? 0
    known[lead, default: []].insert(Known(bytes: name, pseudonym: pseudonym), at: place)
    doors[Int(lead)] = true
    count += 1
  }

  /// The mask for the longest name that begins at `start` and ends as a word does.
  func mask(_ text: [UInt8], at start: Int, end: Int) -> Mask? {
    guard start + 1 < end else { return nil }
    let lead = UInt16(text[start]) << 8 | UInt16(text[start + 1])
    guard doors[Int(lead)], let names = known[lead] else { return nil }
    for name in names {
      let stop = start + name.bytes.count
      guard stop <= end, stop == end || !(isLetter(text[stop]) || isDigit(text[stop])),
        text.span.has(name.bytes, at: start)
      else { continue }
      return withDomain(Mask(range: start..<stop, text: name.pseudonym), text, end)
    }
    return nil
  }

  /// Behind a host that is known, what reads like a domain is one.
  private func withDomain(_ mask: Mask, _ text: [UInt8], _ end: Int) -> Mask {
    let start = mask.range.upperBound + 1
    guard start < end, text[start - 1] == 0x2E else { return mask }
    let stop = text.span.end(of: { isNameByte($0) || $0 == 0x2E }, from: start, to: end)
    guard let whole = HostName(text, mask.range.lowerBound..<stop), whole.bytes.count > mask.range.count + 1,
      let domain = HostName(whole.bytes, mask.range.count + 1..<whole.bytes.count), domain.label < domain.bytes.count
    else { return mask }
    return Mask(
      range: mask.range.lowerBound..<mask.range.lowerBound + whole.bytes.count,
      text: mask.text + [0x2E] + pseudonyms.domain(domain.bytes[...]))
  }
}
