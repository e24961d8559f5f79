internal import KubelogScan

/// Where in a line a host's name surely stands: before a journal's words, in a prompt, in a row of nodes, behind words such
/// as `node=` and `kubeadm join`.
struct HostPlaces {
  /// The words that lead to a name, and what reads it.
  private static let signs: [(literal: String, reader: Reader)] = [
    ("node", .node), ("Node", .node), ("NODE", .node), ("host", .host), ("Host", .host), ("HOST", .host),
    ("ndpoint", .endpoint), ("HolderIdentity", .value), ("holderIdentity", .value), ("DNS names [", .list),
    ("DNS:", .word), ("lookup ", .word), ("://", .url), ("kubeadm join ", .endpoint), ("Ready", .row),
    ("Unknown", .row), ("<none>", .podRow), ("etcd-", .word), ("kube-apiserver-", .word),
    ("kube-scheduler-", .word), ("kube-controller-manager-", .word), ("kubelet, ", .word), (", started, ", .word),
    ("=https://", .member), ("ssh ", .login), ("scp ", .login), ("k: [", .word), ("changed: [", .word),
    ("fatal: [", .word), ("skipping: [", .word), ("==> ", .word), ("Server ", .server), (" name \"", .named),
    (" https://", .member), ("nodeRegistration", .registration),
    (" name: ", .registered),
    ("API object \"", .word),
    (":6443", .port), (":2379", .port), (":2380", .port), (":10250", .port), (" True ", .conditionRow),
    (" False ", .conditionRow), (" Unknown ", .conditionRow),
  ]

  /// How a name stands behind the words that lead to it.
  private enum Reader {
    /// `node="cp1"`, `nodeName: cp1`, `--node-name cp1`, `node/cp1`, `node "cp1"`, `the node cp1 as`.
    case node
    /// `hostname "cp1"`, `kubernetes.io/hostname=cp1`, `"_HOSTNAME" : "cp1"`, `--hostname-override=cp1`.
    case host
    /// `--control-plane-endpoint lb.lab.local:6443`, `controlPlaneEndpoint: lb.lab.local:6443`.
    case endpoint
    /// `HolderIdentity:  cp1`
    case value
    /// `DNS names [cp1 kubernetes lb.lab.local]`
    case list
    /// The name follows at once.
    case word
    /// `https://lb.lab.local:6443/healthz`: with a port, else it is some site.
    case url
    /// `cp1=https://10.0.0.1:2380`, `{cp1 https://10.0.0.1:2380}`
    case member
    /// `"lb.lab.local:6443"`: what stands before a port that only Kubernetes has.
    case port
    /// `an existing Node in the cluster with name "cp1"`
    case named
    /// `nodeRegistration:` over `  name: cp1`
    case registration
    case registered
    /// HAProxy's `Server kube-apiserver/cp1 is DOWN`
    case server
    /// `ssh root@cp1`
    case login
    /// `cp1   Ready   control-plane   5m   v1.31.0`
    case row
    /// `coredns-x   1/1   Running   0   5m   10.244.0.2   cp1   <none>   <none>`
    case podRow
    /// `cp1   False   KubeletNotReady`, `cp1   True   v1.22.4`, of `-o custom-columns`
    case conditionRow
  }

  private var finder = LiteralFinder()
  /// The host of the last line's prefix: where it stood, and its bytes with what is around.
  private var lastPrefix: (start: Int, bytes: [UInt8]) = (0, [])
  /// How many lines more may be in the part of a configuration that names the node.
  private var registration = 0

  init() {
    for (number, sign) in Self.signs.enumerated() {
      finder.add(Array((sign.literal.utf8.count < 4 ? "s" : "").utf8) + Array(sign.literal.utf8), rule: number)
    }
  }

  /// Learns the names of the line that `range` of `text` is.
  mutating func learn(_ text: [UInt8], _ range: Range<Int>, into names: inout HostNames) {
    guard range.count > 3 else { return }
    if registration > 0 { registration -= 1 }
    learnPrefix(text, range, &names)
    for number in finder.find(text.span, in: range) {
      let sign = Self.signs[number]
      let literal = Array(sign.literal.utf8)
      var from = range.lowerBound
      while let place = Self.first(literal, text, from..<range.upperBound) {
        read(sign.reader, text, place, place + literal.count, range, &names)
        from = place + literal.count
      }
    }
  }

  private static func first(_ literal: [UInt8], _ text: [UInt8], _ range: Range<Int>) -> Int? {
    var start = range.lowerBound
    while range.upperBound - start >= literal.count,
      let found = text.span.first(literal[0], in: start..<range.upperBound - literal.count + 1)
    {
      if text.span.has(literal, at: found) { return found }
      start = found + 1
    }
    return nil
  }

  private mutating func read(
    _ reader: Reader, _ text: [UInt8], _ start: Int, _ end: Int, _ line: Range<Int>, _ names: inout HostNames
  ) {
    var look = Look(text, end: line.upperBound)
    switch reader {
    case .node: node(&look, start, end, line, &names)
    case .host: host(&look, start, end, &names)
    case .endpoint: endpoint(&look, end, &names)
    case .value:
      if let named = NamedValue(&look, after: end, isFlag: false) { learn(&look, named.start, isNode: true, &names) }
    case .list:
      var place = end
      while look[place] != 0x5D, let stop = learn(&look, place, isNode: false, &names), look[stop] == 0x20 {
        place = stop + 1
      }
    case .word:
      guard !isNameByte(look[start - 1]) || look[end - 1] != 0x2D else { return }
      // `etcd-cp1`, a pod; `etcd-1.2.3.tgz` and `etcd-certs` are none.
      if look[end - 1] == 0x2D {
        guard look.has("kube-system/", before: start) else { return }
        // A pod's name as a whole, without its unit's other parts: `etcd-cp1_kube-system(…)`.
        learn(&look, end, isNode: true, &names)
        return
      }
      learn(&look, end, isNode: look[end - 1] == 0x5B, &names)
    case .url: url(&look, end, &names)
    case .member: member(&look, start, end, line, &names)
    case .login:
      guard !isNameByte(look[start - 1]) else { return }
      let user = look.end(of: { isNameByte($0) || $0 == 0x2E }, from: end)
      if user > end, look[user] == 0x40 { learn(&look, user + 1, isNode: true, &names) }
    case .row:
      for body in Self.bodies(text, line) {
        guard let row = NodeRow(text.span, body) else { continue }
        if let name = HostName(text, row.name) { names.learn(name, isNode: true) }
        return
      }
    case .podRow: podRow(text, line, &names)
    case .conditionRow: conditionRow(text, line, &names)
    case .registration: registration = 16
    case .registered where registration > 0: learn(&look, end, isNode: true, &names)
    case .registered: return
    case .port:
      let name = Self.wordStart(look, before: start)
      if !isNameByte(look[end]), look[name - 1] != 0x25 { learn(&look, name, isNode: false, &names) }
    case .named:
      if look.last("node in", before: start, atMost: 40) != nil || look.has("node with", before: start) {
        learn(&look, end, isNode: true, &names)
      }
    case .server:
      let pool = look.end(of: { isNameByte($0) || $0 == 0x2E }, from: end)
      let name = look.end(of: { isNameByte($0) || $0 == 0x2E }, from: pool + 1)
      if look[pool] == 0x2F, look.has(" is ", at: name) { learn(&look, pool + 1, isNode: true, &names) }
    }
  }

  /// Learns the name at `start`; the end of what stands there, nil where that is nothing.
  @discardableResult
  private func learn(_ look: inout Look, _ start: Int, isNode: Bool, _ names: inout HostNames) -> Int? {
    let end = look.end(of: { isNameByte($0) || $0 == 0x2E }, from: start)
    guard end > start else { return nil }
    if let name = HostName(look.bytes, start..<end) { names.learn(name, isNode: isNode) }
    return end
  }

  /// Where the word begins that ends before `end`, without the escape that runs into it (`\u003ecp1`, `\ncp1`).
  private static func wordStart(_ look: Look, before end: Int) -> Int {
    let start = look.start(of: { isNameByte($0) || $0 == 0x2E }, before: end, atMost: 253)
    guard start > 0, start < end, look.bytes[start - 1] == 0x5C else { return start }
    return min(end, look.bytes[start] == 0x75 ? start + 5 : start + 1)
  }

  // MARK: Words

  private func node(_ look: inout Look, _ start: Int, _ end: Int, _ line: Range<Int>, _ names: inout HostNames) {
    var after = end
    let isNamed = look.has("name", at: after) || look.has("-name", at: after) || look.has("_name", at: after)
    if isNamed { after += look[after] | 0x20 == 0x6E ? 4 : 5 } else if look[after] | 0x20 == 0x73 { after += 1 }
    guard !isLetter(look[start - 1]) || isNamed else { return }
    switch look[after] {
    case 0x2F:
      // `node/cp1`, `/api/v1/nodes/cp1/status`.
      let name = look.end(of: { isNameByte($0) || $0 == 0x2E }, from: after + 1)
      guard look[name] != 0x2F || look.has("/api/v1/nodes/", before: after + 1) else { return }
      learn(&look, after + 1, isNode: true, &names)
    case 0x3A where look.has("system:", before: start):
      // `system:node:cp1`, a user.
      learn(&look, after + 1, isNode: true, &names)
    case 0x3A where !isNamed && look[after + 1] == 0x20:
      // `Node:   cp1/10.0.0.1` of a pod's description; `node: ` in a sentence is none.
      let place = look.afterBlanks(after + 1)
      let name = look.end(of: { isNameByte($0) || $0 == 0x2E }, from: place)
      if look[name] == 0x2F, isHexByte(look[name + 1]) { learn(&look, place, isNode: true, &names) }
    case 0x3D, 0x3A, 0x22, 0x27, 0x5C:
      guard let value = NamedValue(&look, after: after, isFlag: false) else { return }
      let stop = look.end(of: { isNameByte($0) || $0 == 0x2E }, from: value.start)
      // `NominatedNodeName: HostIP:10.0.0.1` of a printed structure.
      guard value.quote != 0 || look[stop] != 0x3A else { return }
      if isNamed || value.separator == .equals || value.quote != 0 {
        learn(&look, value.start, isNode: true, &names)
      }
    case 0x20:
      var place = look.afterBlanks(after)
      let quote = look.end(of: { $0 == 0x5C }, from: place)
      if isQuote(look[quote]) {
        learn(&look, quote + 1, isNode: true, &names)
      } else if isNamed, look[start - 1] == 0x2D {
        learn(&look, place, isNode: true, &names)
      } else {
        // `Marking the node cp1 as control-plane`, `Registered Node cp1 in Controller`, `Node cp1 status is now`.
        let name = place
        place = look.end(of: { isNameByte($0) || $0 == 0x2E }, from: name)
        if look.has(" as control-plane", at: place) || look.has(" as master", at: place)
          || look.has(" status is now", at: place) || look.has(" in controller", at: place)
          || look.has(" from controller", at: place) || look.has(" in nodecontroller", at: place)
          || look.has(" event: ", at: place) || look.has(" by adding the label", at: place)
        {
          learn(&look, name, isNode: true, &names)
        }
      }
    default: return
    }
  }

  private func host(_ look: inout Look, _ start: Int, _ end: Int, _ names: inout HostNames) {
    let isNamed = look.has("name", at: end)
    var after = isNamed ? end + 4 : end
    let isFlag = look.has("-override", at: after)
    if isFlag { after += 9 }
    guard !isLetter(look[start - 1]) else { return }
    if look[after] == 0x20 {
      let quote = look.end(of: { $0 == 0x5C }, from: after + 1)
      if isNamed, isQuote(look[quote]) {
        learn(&look, quote + 1, isNode: true, &names)
        return
      }
    }
    guard let value = NamedValue(&look, after: after, isFlag: isFlag) else { return }
    guard isNamed || isFlag || value.quote != 0 else { return }
    let stop = look.end(of: { isNameByte($0) || $0 == 0x2E }, from: value.start)
    // `unix:///run/…` is no host.
    if !look.has("://", at: stop) { learn(&look, value.start, isNode: isNamed, &names) }
  }

  private func endpoint(_ look: inout Look, _ end: Int, _ names: inout HostNames) {
    var start = end
    if look[end - 1] != 0x20 {
      guard let value = NamedValue(&look, after: end, isFlag: true) else { return }
      start = value.start
    }
    let stop = look.end(of: { isNameByte($0) || $0 == 0x2E }, from: start)
    guard !look.has("://", at: stop), look[start] != 0x2D else { return }
    // A word of a sentence has no port.
    guard look[stop] == 0x3A && isDigit(look[stop + 1]) || look.bytes[start..<stop].dropLast().contains(0x2E) else {
      return
    }
    learn(&look, start, isNode: false, &names)
  }

  private func url(_ look: inout Look, _ end: Int, _ names: inout HostNames) {
    let authority = look.end(of: { $0 > 0x20 && !isQuote($0) && $0 != 0x2F && $0 != 0x5C }, from: end)
    let start = look.start(of: { $0 != 0x40 }, before: authority, atMost: authority - end)
    let word = look.end(of: { isNameByte($0) || $0 == 0x2E }, from: start)
    guard look[word] == 0x3A, isDigit(look[word + 1]) else { return }
    learn(&look, start, isNode: false, &names)
  }

  private func member(
    _ look: inout Look, _ start: Int, _ end: Int, _ line: Range<Int>, _ names: inout HostNames
  ) {
    let name = Self.wordStart(look, before: start)
    let before = look.bytes[start] == 0x20 ? "{" : ",=\"' \\"
    guard name > line.lowerBound, before.utf8.contains(look.bytes[name - 1]), !look.has("--", at: name),
      !look.has("url", before: start), !look.has("urls", before: start), !look.has("server", before: start),
      let found = HostName(look.bytes, name..<start)
    else { return }
    names.learn(found, isNode: true)
  }

  private func podRow(_ text: [UInt8], _ line: Range<Int>, _ names: inout HostNames) {
    for body in Self.bodies(text, line) {
      let cells = Cells.all(text.span, body)
      guard
        let ready = cells.firstIndex(where: { cell in
          text[cell].allSatisfy { isDigit($0) || $0 == 0x2F } && text[cell].count { $0 == 0x2F } == 1
        }), ready < 3, cells.count > ready + 5
      else { continue }
      let address = cells[ready + 4]
      guard
        text.span.has("<none>", at: address.lowerBound)
          || text[address].allSatisfy({ isHexByte($0) || $0 == 0x2E || $0 == 0x3A }),
        let name = HostName(text, cells[ready + 5])
      else { continue }
      names.learn(name, isNode: true)
      return
    }
  }

  private func conditionRow(_ text: [UInt8], _ line: Range<Int>, _ names: inout HostNames) {
    for body in Self.bodies(text, line) {
      let cells = Cells.all(text.span, body)
      guard cells.count > 2, cells.count < 12, NodeRow.isName(text.span, cells[0]),
        ["True", "False", "Unknown"].contains(text.span.text(cells[1])),
        cells[2...].contains(where: { cell in
          NodeRow.isVersion(text.span, cell) || text.span.has("Kubelet", at: cell.lowerBound)
            || text.span.has("NodeStatus", at: cell.lowerBound)
        }), let name = HostName(text, cells[0])
      else { continue }
      names.learn(name, isNode: true)
      return
    }
  }

  // MARK: Prefixes

  private mutating func learnPrefix(_ text: [UInt8], _ line: Range<Int>, _ names: inout HostNames) {
    if !lastPrefix.bytes.isEmpty, line.count > lastPrefix.start + lastPrefix.bytes.count,
      text.span.has(lastPrefix.bytes, at: line.lowerBound + lastPrefix.start)
    {
      return
    }
    for body in Self.bodies(text, line) {
      guard body.lowerBound > line.lowerBound else {
        prompt(text, line, &names)
        continue
      }
      guard let tail = JournalText.Tail(text.span, after: body.lowerBound - 1, to: line.upperBound), !tail.host.isEmpty
      else { continue }
      // A stamp is followed by a blank, a host too.
      let (start, end) = (tail.host.lowerBound, tail.host.upperBound)
      lastPrefix = (start - 1 - line.lowerBound, Array(text[start - 1...end]))
      if let name = HostName(text, start..<end) { names.learn(name, isNode: true) }
      return
    }
    // `<13>1 2026-11-23T14:36:16.123Z cp3 kubelet 506 - - …`
    guard text[line.lowerBound] == 0x3C, let close = text.span.first(0x3E, in: line.prefix(6)),
      line.upperBound - close > 24
    else { return }
    let start = text[close + 1] == 0x31 && text[close + 2] == 0x20 ? close + 3 : close + 1
    guard let stamp = Stamp.iso(text.span, at: start) ?? Stamp.yearless(text.span, at: start),
      stamp.end + 1 < line.upperBound
    else { return }
    let end = text.span.end(of: { isNameByte($0) || $0 == 0x2E }, from: stamp.end + 1, to: line.upperBound)
    if end < line.upperBound, text[end] == 0x20, let name = HostName(text, stamp.end + 1..<end) {
      names.learn(name, isNode: true)
    }
  }

  /// The line, and what stands behind a stamp at its beginning.
  private static func bodies(_ text: [UInt8], _ line: Range<Int>) -> [Range<Int>] {
    var bodies = [line]
    var start = line.lowerBound
    while bodies.count < 3, start < line.upperBound, line.upperBound - start > 14,
      let stamp = stamp(text.span.extracting(0..<line.upperBound), at: start), stamp < line.upperBound,
      text[stamp] == 0x20
    {
      start = stamp + 1
      bodies.append(start..<line.upperBound)
    }
    return bodies
  }

  private static func stamp(_ line: Bytes, at start: Int) -> Int? {
    let first = line[start]
    if first == 0x5B {
      if let stamp = Stamp.iso(line, at: start + 1), stamp.end < line.count, line[stamp.end] == 0x5D {
        return stamp.end + 1
      }
      return Stamp.sinceBoot(line, at: start)?.end
    }
    if isDigit(first) {
      return
        (Stamp.iso(line, at: start) ?? Stamp.unix(line, at: start) ?? Stamp.yearless(line, at: start)
        ?? Stamp.clock(line, at: start))?.end
    }
    guard first >= 0x80 || first &- 0x41 < 26 else { return nil }
    return (Stamp.yearless(line, at: start) ?? Stamp.full(line, at: start))?.end
  }

  /// `root@cp1:~# `, `[root@cp1 ~]# `.
  private func prompt(_ text: [UInt8], _ line: Range<Int>, _ names: inout HostNames) {
    var look = Look(text, end: line.upperBound)
    let shown = line.prefix(100)
    guard let at = text.span.first(0x40, in: shown), at > line.lowerBound, isNameByte(text[at - 1]) else { return }
    let user = look.start(of: { isNameByte($0) || $0 == 0x2E }, before: at, atMost: 40)
    let isBracketed = look[user - 1] == 0x5B
    guard user == line.lowerBound || isBracketed || ") m\u{7}".utf8.contains(text[user - 1]) else { return }
    let end = look.end(of: { isNameByte($0) || $0 == 0x2E }, from: at + 1)
    guard end > at + 1 else { return }
    // A colon or a blank, the folder, and the sign.
    let folder = look.end(of: { $0 > 0x20 && $0 != 0x23 && $0 != 0x24 && $0 != 0x25 }, from: end + 1, to: end + 100)
    let isPrompt =
      isBracketed && look[end] == 0x20 || look[end] == 0x3A && "#$%".utf8.contains(look[folder])
      || "#$%".utf8.contains(look[end])
    if isPrompt, let name = HostName(text, at + 1..<end) { names.learn(name, isNode: true) }
  }
}
