/// A kubelet that says the same every five seconds for three minutes, and once something else.
let journal: String = {
  var lines: [String] = []
  for step in 0..<36 {
    let (minute, second) = (26 + (step * 5 + 52) / 60, (step * 5 + 52) % 60)
    let two = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
    let clock = "14:\(two(minute)):\(two(second))"
    lines.append(
      "Nov 23 \(clock) cp1 kubelet[273]: E1123 \(clock).\(891_000 + step)     273 kubelet.go:2412] "
        + #""Error getting node" err="node \"cp1\" not found""#)
  }
  lines.insert(
    "Nov 23 14:27:30 cp1 kubelet[273]: I1123 14:27:30.123456     273 kubelet_node_status.go:74] "
      + #""Successfully registered node" node="cp1""#, at: 8)
  return lines.map { $0 + "\n" }.joined()
}()
