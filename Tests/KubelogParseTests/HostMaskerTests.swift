import KubelogScan
import Testing

@testable import KubelogParse

/// `text` without its addresses and names, read in chunks of `size` bytes, under a key that is always the same.
func hostMasked(_ text: [UInt8], chunk size: Int = .max, learned: Bool = false) -> [UInt8] {
  var masker = HostMasker(digest: KeyedDigest(key: (1, 2)))
  if learned {
    masker.learn(text.span)
    masker.finishLearning()
  }
  var out: [UInt8] = []
  var start = 0
  while start < text.count {
    let end = size < text.count - start ? start + size : text.count
    masker.feed(text.span.extracting(start..<end)) { out.append($0) }
    start = end
  }
  masker.finish { out.append($0) }
  return out
}

/// As ``hostMasked(_:chunk:learned:)``: `H` for a host's pseudonym, `D` for a domain's, `4`, `6` and `M` for addresses.
private func shown(_ text: String) -> String {
  let out = String(decoding: hostMasked(Array(text.utf8)), as: UTF8.self)
  return out.replacing(#/host-x[0-9a-f]{8}/#, with: "H").replacing(#/domain-x[0-9a-f]{8}/#, with: "D")
    .replacing(#/2(4\d|5[0-3])\.\d+\.\d+\.\d+/#, with: "4").replacing(#/2001:db8:([0-9a-f]|:(?! ))*/#, with: "6")
    .replacing(#/f2:00(:[0-9a-f]{2}){4}/#, with: "M")
}

@Suite struct HostMaskerTests {
  static let addressCases: [(String, String)] = [
    ("IPs [10.96.0.1 192.168.56.11]", "IPs [10.96.0.1 4]"), ("https://10.1.2.3:6443/healthz", "https://4:6443/healthz"),
    ("10.244.1.0/24,172.16.0.9", "4/24,4"), ("it is 100.64.3.4.", "it is 4."), ("8.9.10.11 3.120.4.5", "4 4"),
    ("\"a\\n10.1.2.3\\t10.1.2.4\"", "\"a\\n4\\t4\""), ("\u{1B}[0m10.1.2.3", "\u{1B}[0m4"), ("x=10.1.2.3,y", "x=4,y"),
    ("-\\u003e10.1.2.3:2380", "-\\u003e4:2380"), ("10-1-2-3 10.1.2 10.1.2.3.4", "10-1-2-3 10.1.2 10.1.2.3.4"),
    ("127.0.0.1:10248 0.0.0.0 169.254.169.254 224.0.0.1", "127.0.0.1:10248 0.0.0.0 169.254.169.254 224.0.0.1"),
    ("255.255.255.0 192.0.2.1 198.51.100.7 203.0.113.9", "255.255.255.0 192.0.2.1 198.51.100.7 203.0.113.9"),
    ("10.96.0.0/12 10.96.0.10 10.96.3.4 8.8.8.8:53", "10.96.0.0/12 10.96.0.10 4 8.8.8.8:53"),
    ("v1.31.0 1.22.4.1 v1.22.4.1 version 3.4.5.6", "v1.31.0 1.22.4.1 v1.22.4.1 version 3.4.5.6"),
    ("kubelet-1.22.4.1 5.4.0.42-generic cni_0.8.7.1", "kubelet-1.22.4.1 5.4.0.42-generic cni_0.8.7.1"),
    ("1.234.5.6:443 dial tcp 1.234.5.6 addr=1.2.3.9", "4:443 dial tcp 4 addr=4"), ("etcd-10.1.2.3", "etcd-4"),
    ("OID 2.5.29.17 1.3.6.1.4.1.311", "OID 2.5.29.17 1.3.6.1.4.1.311"), ("256.1.2.3 10.01.2.3", "256.1.2.3 10.01.2.3"),
    ("fd00:10::11 [fd00:10::11]:6443 fe80::5054:ff:fe12:3456%eth0", "6 [6]:6443 6%eth0"),
    ("[2a01:4f8:1c17:4a2::1]:2379,2a01:4f8:0:0:0:0:0:1", "[6]:2379,6"), ("addr:fd00::1: refused", "addr:6: refused"),
    ("::1 [::1]:2379 :: ff02::1", "::1 [::1]:2379 :: ff02::1"),
    ("::ffff:10.1.2.3 64:ff9b::10.1.2.3", "::ffff:4 64:ff9b::4"),
    ("12:34:56 14:09:38.847794 11:11:11:11 std::dead::beef", "12:34:56 14:09:38.847794 11:11:11:11 std::dead::beef"),
    ("node.go:123 a:b:c 1:2 20:: a1::b2", "node.go:123 a:b:c 1:2 20:: a1::b2"), ("fd00:10::/64 2a01::/32", "6/64 6/32"),
    ("ether 52:54:00:12:34:56 brd ff:ff:ff:ff:ff:ff", "ether M brd ff:ff:ff:ff:ff:ff"),
    ("SHA1 52:54:00:12:34:56:AA:BB:CC:DD", "SHA1 52:54:00:12:34:56:AA:BB:CC:DD"),
    ("ip-10-0-0-1.ec2.internal ip-10-0-0-2", "H.D H"), ("ip-addr ip-1", "ip-addr ip-1"),
  ]

  @Test(arguments: addressCases)
  func addresses(_ text: String, _ expected: String) {
    #expect(shown(text) == expected)
    #expect(shown(" " + text + "\n") == " " + expected + "\n")
  }

  /// A name in a place of its own; the second line shows whether it was learned.
  static let nameCases: [(String, String)] = [
    ("Nov 23 14:36:16 cp1 kubelet[506]: x", "Nov 23 14:36:16 H kubelet[506]: x"),
    ("2026-11-23T14:36:16+0000 cp1 kubelet[506]: x", "2026-11-23T14:36:16+0000 H kubelet[506]: x"),
    ("<30>1 2026-11-23T14:36:16.123Z cp1 kubelet 506 - - x", "<30>1 2026-11-23T14:36:16.123Z H kubelet 506 - - x"),
    ("Nov 23 14:36:08.328635 Nov 23 14:36:08 cp1 kernel: x", "Nov 23 14:36:08.328635 Nov 23 14:36:08 H kernel: x"),
    ("\"_HOSTNAME\" : \"cp1\",", "\"_HOSTNAME\" : \"H\","), ("_HOSTNAME=cp1", "_HOSTNAME=H"),
    ("root@cp1:~# ls", "root@H:~# ls"), ("[root@cp1 ~]# ls", "[root@H ~]# ls"),
    ("$ ssh root@cp1 ls", "$ ssh root@H ls"),
    ("\"Unable\" node=\"cp1\"", "\"Unable\" node=\"H\""),
    ("err=\"node \\\"cp1\\\" not found\"", "err=\"node \\\"H\\\" not found\""),
    ("nodes \"cp1\" not found", "nodes \"H\" not found"),
    ("kubeadm join --node-name cp1", "kubeadm join --node-name H"),
    ("{\\\"nodeName\\\":\\\"cp1\\\"}", "{\\\"nodeName\\\":\\\"H\\\"}"), ("  nodeName: cp1", "  nodeName: H"),
    ("Marking the node cp1 as control-plane", "Marking the node H as control-plane"),
    ("node/cp1 cordoned", "node/H cordoned"),
    ("Node cp1 status is now: NodeReady", "Node H status is now: NodeReady"),
    ("user \"system:node:cp1\"", "user \"system:node:H\""),
    ("GET /api/v1/nodes/cp1/status", "GET /api/v1/nodes/H/status"), ("Node:   cp1/10.1.2.3", "Node:   H/4"),
    ("cp1   Ready    control-plane   9m   v1.31.0", "H   Ready    control-plane   9m   v1.31.0"),
    (
      "coredns-x   1/1   Running   0   5m   10.1.2.3   cp1   <none>   <none>",
      "coredns-x   1/1   Running   0   5m   4   H   <none>   <none>"
    ),
    (
      "signed for DNS names [cp1 kubernetes kubernetes.default]",
      "signed for DNS names [H kubernetes kubernetes.default]"
    ),
    ("DNS:cp1, DNS:kubernetes", "DNS:H, DNS:kubernetes"),
    ("initial-cluster=cp1=https://10.1.2.3:2380", "initial-cluster=H=https://4:2380"),
    ("8e9e05c52164694d, started, cp1, https://", "8e9e05c52164694d, started, H, https://"),
    ("kube-system/etcd-cp1 and kube-system/kube-apiserver-cp1", "kube-system/etcd-H and kube-system/kube-apiserver-H"),
    ("hostname \"cp1\" could not be reached", "hostname \"H\" could not be reached"),
    ("lookup cp1 on 127.0.0.53:53", "lookup H on 127.0.0.53:53"),
    ("kubernetes.io/hostname=cp1", "kubernetes.io/hostname=H"), ("fatal: [cp1]: FAILED!", "fatal: [H]: FAILED!"),
    ("HolderIdentity:  cp1", "HolderIdentity:  H"), ("kubeadm join cp1:6443 --token", "kubeadm join H:6443 --token"),
  ]

  @Test(arguments: nameCases)
  func namesInSurePlacesAndFromThereOn(_ text: String, _ expected: String) {
    #expect(shown(text + "\nand cp1, cp10 acp1 data-cp1-0\n") == expected + "\nand H, cp10 acp1 data-H-0\n")
  }

  static let domainCases: [(String, String)] = [
    ("kubeadm join lb.lab.corp:6443 and lab.corp", "kubeadm join H.D:6443 and D"),
    ("https://api.lab.corp:6443/x then api alone", "https://H.D:6443/x then api alone"),
    ("node=\"cp1.lab.corp\" cp1 cp1.other.corp cp1.local", "node=\"H.D\" H H.D H.local"),
    (
      "https://kubernetes.io/docs https://registry.k8s.io:443/v2",
      "https://kubernetes.io/docs https://registry.k8s.io:443/v2"
    ),
    (
      "https://kubernetes.default.svc:443 lookup x.svc.cluster.local",
      "https://kubernetes.default.svc:443 lookup x.svc.cluster.local"
    ),
    ("https://user:x@reg.corp.net:5000/v2", "https://user:x@H.D:5000/v2"),
    ("lb.example.com:6443", "lb.example.com:6443"),
    ("\"CP1.Lab.corp:6443\" cp1.lab.corp", "\"H.D:6443\" H.D"),
  ]

  @Test(arguments: domainCases)
  func domains(_ text: String, _ expected: String) { #expect(shown(text) == expected) }

  static let plainCases = [
    "the node has been restarted, node info: x", "Waiting for a Node to be ready", "error getting node: not found",
    "node=\"\" host=\"\" nodeName: \"\"", "a stable controlPlaneEndpoint address.", "root@host", "echo a@b # no prompt",
    "NominatedNodeName: HostIP:", "node-role.kubernetes.io/master", "\"Node\" object", "node/status patched",
    "DOCKER_HOST=unix:///run/docker.sock", "Script started, output log file is 'x'", "    - name: etcd-data",
    "Ready Unknown <none>", "https://", "kubeadm join ", "node", "host", "", "\n", "\0\u{FF}@",
  ]

  @Test(arguments: plainCases)
  func whatIsNoNameStays(_ text: String) { #expect(hostMasked(Array(text.utf8)) == Array(text.utf8)) }

  /// What belongs together still does: networks, the numbers in them, names and their domains, in any order of reading.
  @Test func pseudonymsKeepWhatMatters() {
    let text = """
      10.244.1.5 10.244.1.6 10.244.2.5 10.244.0.0/16 10.9.1.5 10.244.1.5 fd00:1::5 fd00:1::6
      Marking the node cp1 as control-plane, cp1.lab.corp, cp2.lab.corp
      """
    let words = String(decoding: hostMasked(Array(text.utf8)), as: UTF8.self).split(whereSeparator: {
      " \n,".contains($0)
    })
    func head(_ number: Int, _ count: Int) -> String {
      words[number].split(separator: ".").prefix(count).joined(separator: ".")
    }
    #expect(head(0, 3) == head(1, 3) && words[0] != words[1])
    #expect(head(0, 2) == head(2, 2) && head(0, 3) != head(2, 3))
    #expect(words[3] == "\(head(0, 2)).0.0/16")
    #expect(head(0, 1) == "240" && head(4, 1) == "240" && head(0, 2) != head(4, 2))
    #expect(words[0] == words[5])
    #expect(words[6].split(separator: "::")[0] == words[7].split(separator: "::")[0] && words[6] != words[7])
    let host = words[11]
    #expect(words[14].split(separator: ".")[0] == host)
  }

  /// Every number of an octet has another pseudonym.
  @Test func addressesOfOneNetworkStayApart() {
    var pseudonyms = AddressPseudonyms(KeyedDigest(key: (3, 4)))
    var seen: Set<[UInt8]> = []
    for last in 0..<256 {
      for third in [0, 1, 77, 255] {
        let text = Array("10.20.\(third).\(last)".utf8)
        guard let address = IPv4Address(text, 0..<text.count) else { continue }
        seen.insert(pseudonyms.text(for: address))
      }
    }
    #expect(seen.count == 1024)
  }

  /// A text that may be read twice is learned from first.
  @Test func whatIsLearnedFirstIsMaskedFromTheStart() {
    let text = Array("cp1 is up\nMarking the node cp1 as control-plane\n".utf8)
    #expect(String(decoding: hostMasked(text), as: UTF8.self).hasPrefix("cp1 is up"))
    #expect(String(decoding: hostMasked(text, learned: true), as: UTF8.self).hasPrefix("host-x"))
  }

  /// However the text is cut into chunks; and what is masked is not masked again.
  @Test func chunksDoNotMatterAndTwiceIsOnce() {
    let lines = (Self.addressCases + Self.nameCases + Self.domainCases).map(\.0) + Self.plainCases
    let text = Array(lines.joined(separator: "\n").utf8)
    let whole = hostMasked(text)
    for size in [1, 2, 7, 100, 4096] { #expect(hostMasked(text, chunk: size) == whole, "\(size)") }
    #expect(hostMasked(whole) == whole)
    let learned = hostMasked(text, learned: true)
    #expect(hostMasked(learned, learned: true) == learned)
  }

  /// A line of any length, and bytes that are no text.
  @Test func longLinesAndOtherBytes() {
    let odd: [UInt8] = [0xFF, 0x00, 0xC3, 0x0D, 0x80, 0x1B]
    let filler = Array(String(repeating: "x ", count: HostMasker.longest).utf8)
    let text = odd + filler + Array(" 10.1.2.3 ".utf8) + odd + filler + [UInt8](repeating: 0x61, count: 200_000)
    let out = hostMasked(text)
    #expect(out.count != text.count && out.prefix(filler.count) == text.prefix(filler.count))
    #expect(hostMasked(text, chunk: 1000) == out)
    #expect(out.suffix(200_000 + filler.count + odd.count) == text.suffix(200_000 + filler.count + odd.count))
  }
}
