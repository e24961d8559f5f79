internal import KubelogScan

/// What a provisioner of Terraform printed: `null_resource.master[0] (remote-exec): message`, also `(local-exec)`. The
/// resource tells streams apart; it is no node's name.
enum Terraform {
  static func open(_ line: Bytes, _ record: inout Record, _ out: inout Output) -> Bool {
    let end = record.body.upperBound
    let name = line.end(of: { $0 > 0x20 && $0 != 0x28 }, from: record.body.lowerBound, to: end)
    guard name > record.body.lowerBound, name + 14 <= end else { return false }
    var next = name
    for words in [" (remote-exec):", " (local-exec):"] as [StaticString] where line.has(words, at: name) {
      next = name + words.utf8CodeUnitCount
    }
    guard next > name, next <= end, next == end || line[next] == 0x20 else { return false }
    record.lane = out.names.name(line, record.body.lowerBound..<name)
    record.body = min(next + 1, end)..<end
    return true
  }
}
