internal import KubelogScan

/// A line of a program around the kubelet that puts its own stamp and level before its words: etcd, a container runtime, a
/// load balancer.
struct ProgramLine {
  /// Whose rules it is for.
  var component: RulePack.Component
  /// Its own stamp.
  var stamp: Stamp?
  /// Its own level.
  var severity: Severity?
  /// The message, and whatever stands behind it.
  var body: Range<Int>

  /// As ``KubelogScan`` reads it.
  typealias Stamp = (civil: CivilTime, zoneSeconds: Int?, digits: Int, end: Int)

  /// The program's line that fills `range`, nil where it has none of the known forms. Most lines are refused by a byte.
  init?(_ line: Bytes, _ range: Range<Int>) {
    guard range.count > 12 else { return nil }
    let found: ProgramLine?
    switch line[range.lowerBound] {
    case 0x7B: found = EtcdLine.json(line, range)
    case 0x74: found = LogrusLine.read(line, range)
    case 0x30...0x39: found = EtcdLine.text(line, range) ?? BalancerLine.nginx(line, range)
    case 0x43, 0x45, 0x57, 0x4E, 0x49, 0x44, 0x54:
      found = EtcdLine.text(line, range) ?? BalancerLine.keepalived(line, range)
    default: found = BalancerLine.bare(line, range)
    }
    guard let found else { return nil }
    self = found
  }

  init(_ component: RulePack.Component, stamp: Stamp?, severity: Severity?, body: Range<Int>) {
    (self.component, self.stamp, self.severity, self.body) = (component, stamp, severity, body)
  }

  /// When it was said: a stamp with a zone is surer than what an envelope says, one without only counts where there is none.
  func time(_ envelope: EventTime?, _ clock: inout SourceClock) -> EventTime? {
    guard let stamp, envelope == nil || stamp.zoneSeconds != nil else { return envelope }
    return clock.time(of: stamp)
  }

  /// The severity that a program's word for its level means; nil for a word that nobody uses.
  static func severity(_ line: Bytes, _ word: Range<Int>) -> Severity? {
    guard let first = word.first else { return nil }
    return switch line[first] | 0x20 {
    case 0x64, 0x69, 0x6E, 0x74: .info  // debug, info, notice, trace
    case 0x77: .warning  // warn, warning
    case 0x65, 0x66, 0x70, 0x63, 0x61: .error  // error, emerg, fatal, panic, dpanic, crit, alert
    default: nil
    }
  }
}
