internal import KubelogScan

/// A quotation of Markdown or mail: `> message`, also several deep.
enum Quoted {
  static func open(_ line: Bytes, _ record: inout Record) -> Bool {
    guard line.has("> ", at: record.body.lowerBound) else { return false }
    record.body = record.body.lowerBound + 2..<record.body.upperBound
    return true
  }
}
