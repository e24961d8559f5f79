internal import KubelogScan

/// An entry of the journal as the forms tell it that list its fields: JSON, export, verbose.
///
/// Fields: systemd.journal-fields(7). Values are kept as bytes; a field that comes twice counts with its first value.
struct JournalEntry {
  /// `MESSAGE`, nil where it is missing or was too long to be printed (`null` without `--all`).
  var message: [UInt8] = []
  var hasMessage = false
  private var source: Int64?
  private var realtime: Int64?
  private var host: [UInt8] = []
  private var identifier: [UInt8] = []
  private var comm: [UInt8] = []
  private var process = 0
  /// For values that do not stand in the line as they are, used again and again.
  private var decoded: [UInt8] = []
  /// The stamp of a form that prints one beside the fields.
  var stamp: Stamp?
  /// Where its message stands.
  var position = LinePosition()

  /// The fields that are read.
  enum Field { case message, source, realtime, host, identifier, comm, process }

  /// Which field a name means, nil for one that says nothing here.
  static func field(_ bytes: Bytes, _ name: Range<Int>) -> Field? {
    guard !name.isEmpty else { return nil }
    switch bytes[name.lowerBound] {
    case 0x4D: return bytes.fills(name, "MESSAGE") ? .message : nil
    case 0x53: return bytes.fills(name, "SYSLOG_IDENTIFIER") ? .identifier : nil
    case 0x5F:
      switch name.count {
      case 4: return bytes.fills(name, "_PID") ? .process : nil
      case 5: return bytes.fills(name, "_COMM") ? .comm : nil
      case 9: return bytes.fills(name, "_HOSTNAME") ? .host : nil
      case 20: return bytes.fills(name, "__REALTIME_TIMESTAMP") ? .realtime : nil
      case 26: return bytes.fills(name, "_SOURCE_REALTIME_TIMESTAMP") ? .source : nil
      default: return nil
      }
    default: return nil
    }
  }

  /// Takes a field's value; what was there stays.
  mutating func take(_ field: Field, _ bytes: Bytes, _ value: Range<Int>, at position: LinePosition) {
    switch field {
    case .message:
      guard !hasMessage else { return }
      (hasMessage, self.position) = (true, position)
      bytes.append(value, to: &message)
    case .source: source = source ?? bytes.decimal(value).map(Int64.init)
    case .realtime: realtime = realtime ?? bytes.decimal(value).map(Int64.init)
    case .host: if host.isEmpty { bytes.append(value, to: &host) }
    case .identifier: if identifier.isEmpty { bytes.append(value, to: &identifier) }
    case .comm: if comm.isEmpty { bytes.append(value, to: &comm) }
    case .process: process = process == 0 ? bytes.decimal(value) ?? 0 : process
    }
  }

  /// Takes a field's value that `decode` writes; false where it finds none.
  @discardableResult
  mutating func take(_ field: Field, at position: LinePosition, _ decode: (inout [UInt8]) -> Bool) -> Bool {
    var text: [UInt8] = []
    swap(&text, &decoded)
    defer {
      text.removeAll(keepingCapacity: text.capacity < 1 << 16)
      swap(&text, &decoded)
    }
    guard decode(&text) else { return false }
    take(field, text.span, 0..<text.count, at: position)
    return true
  }

  /// Forgets everything, keeping the memory.
  mutating func clear() {
    message.removeAll(keepingCapacity: message.capacity < 1 << 16)
    host.removeAll(keepingCapacity: true)
    identifier.removeAll(keepingCapacity: true)
    comm.removeAll(keepingCapacity: true)
    (hasMessage, source, realtime, process, stamp) = (false, nil, nil, 0, nil)
  }

  /// What the entry says about its message, which is the body. The sender's own time is the better one.
  func record(_ out: inout Output) -> Record {
    var record = Record(body: 0..<message.count)
    record.time = (source ?? realtime).map { EventTime($0, .stamped, uncertainty: 0) } ?? stamp?.time(&out.clock)
    record.host = out.names.host(host.span, 0..<host.count)
    record.identifier =
      out.names.name(identifier.span, 0..<identifier.count) ?? out.names.name(comm.span, 0..<comm.count)
    record.process = process
    return record
  }
}
