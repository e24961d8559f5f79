/// Decodes base64 (RFC 4648, section 4) as the `data` of a Secret holds it; line ends in it are passed over.
///
/// Nil where another byte stands in it or bits are left over.
func base64Decoded(_ text: String) -> [UInt8]? {
  var out: [UInt8] = []
  out.reserveCapacity(text.utf8.count * 3 / 4)
  var (bits, count, isPadded) = (0, 0, false)
  for byte in text.utf8 {
    let value: UInt8
    switch byte {
    case 0x41...0x5A: value = byte - 0x41
    case 0x61...0x7A: value = byte - 0x61 + 26
    case 0x30...0x39: value = byte - 0x30 + 52
    case 0x2B: value = 62
    case 0x2F: value = 63
    case 0x3D:
      isPadded = true
      continue
    case 0x0A, 0x0D: continue
    default: return nil
    }
    guard !isPadded else { return nil }
    bits = (bits << 6 | Int(value)) & 0xFFFF
    count += 6
    if count >= 8 {
      count -= 8
      out.append(UInt8(truncatingIfNeeded: bits >> count))
    }
  }
  return count < 6 ? out : nil
}
