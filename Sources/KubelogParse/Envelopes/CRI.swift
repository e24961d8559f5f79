internal import KubelogScan

/// A container's log as the kubelet has it: `2026-11-23T14:36:16.123456789Z stderr F message`.
///
/// Format: kubernetes `pkg/kubelet/kuberuntime/logs`, the same of containerd and CRI-O. `P` is a part of a line, to be
/// joined with those that follow up to the next `F`: the parser does that.
enum CRI {
  static func open(_ line: Bytes, _ record: inout Record, _ out: inout Output) -> Bool {
    let end = record.body.upperBound
    guard let stamp = Stamp.iso(line, at: record.body.lowerBound), let tail = Tail(line, after: stamp.end, to: end)
    else { return false }
    record.time = stamp.time(&out.clock) ?? record.time
    record.body = tail.body
    record.isPart = tail.isPart
    return true
  }

  struct Tail {
    var isPart: Bool
    var body: Range<Int>

    init?(_ line: Bytes, after stamp: Int, to end: Int) {
      guard line.has(" stdout ", at: stamp) || line.has(" stderr ", at: stamp), stamp + 8 < end else { return nil }
      let tag = line[stamp + 8]
      guard tag == 0x46 || tag == 0x50, stamp + 9 == end || line[stamp + 9] == 0x20 || line[stamp + 9] == 0x3A else {
        return nil
      }
      isPart = tag == 0x50
      body = min(stamp + 10, end)..<end
    }
  }
}
