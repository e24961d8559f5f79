import KubelogScan
import Testing

@testable import KubelogParse

@Suite struct KlogJSONTests {
  /// What an entry is as text; nil where it is none.
  private func text(_ line: String, process: Int = 0, errFirst: Bool = false) -> String? {
    line.bytes { bytes in
      var made: [UInt8] = []
      guard let entry = KlogJSON(bytes, 0..<bytes.count),
        let header = entry.write(bytes, process: process, errFirst: errFirst, into: &made)
      else { return nil }
      return String(decoding: made, as: UTF8.self).prefix(1) + " "
        + String(decoding: made[header.file.lowerBound...], as: UTF8.self)
    }
  }

  private static let stamp = #"{"ts":1795445417469.1155,"#

  @Test(
    arguments: [
      // 1.21 and later: the caller; `v` of what is no error.
      (
        #""caller":"app/server.go:440","msg":"Kubelet version","v":0,"kubeletVersion":"v1.22.4"}"#,
        #"I server.go:440] "Kubelet version" kubeletVersion="v1.22.4""#
      ),
      // 1.19 and 1.20.
      (
        #""msg":"Kubelet version","v":0,"n":1,"ok":true,"no":null}"#, #"I ???:1] "Kubelet version" n=1 ok=true no=null"#
      ),
      // An error, 1.19 to 1.22, without other values.
      (
        #""caller":"app/server.go:1202","msg":"Failed to set rlimit","err":"operation not permitted","v":0}"#,
        #"E server.go:1202] "Failed to set rlimit" err="operation not permitted""#
      ),
      // An error since 1.23.
      (
        #""caller":"kubelet/pod_workers.go:836","msg":"Error syncing pod","pod":"a/b","err":"x \"y\"","errVerbose":"…"}"#,
        #"E pod_workers.go:836] "Error syncing pod" err="x \"y\"" pod="a/b""#
      ),
      (
        #""logger":"UnhandledError","caller":"a/b.go:1","msg":"Unhandled Error","err":"x"}"#,
        #"E b.go:1] "Unhandled Error" err="x" logger="UnhandledError""#
      ),
      (
        #""logger":"cert","caller":"a/b.go:1","msg":"Rotating","v":2,"logger":"again"}"#,
        #"I b.go:1] "Rotating" logger="cert" logger="again""#
      ),
      // A message with an error among its values.
      (
        #""caller":"a/b.go:1","msg":"Failed","v":0,"node":"w1","err":"x","more":1}"#,
        #"I b.go:1] "Failed" node="w1" err="x" more=1"#
      ),
      // Free text comes with its line end.
      (#""caller":"a/b.go:1","msg":"Loading \"/x\".\n","v":0}"#, #"I b.go:1] Loading "/x"."#),
      (#""caller":"a/b.go:1","msg":"Config:\na: 1\n","v":0}"#, "I b.go:1] Config:"),
      (#""caller":"a/b.go:1","msg":"broken\n"}"#, "E b.go:1] broken"),
      (#""caller":"a/b.go:1","msg":"ends in \\n","v":0}"#, #"I b.go:1] "ends in \\n""#),
      // Texts as Go quotes them.
      (
        #""caller":"a/b.go:1","msg":"m","v":0,"t":"a\/b\u003c\u0007\u00a0노드\ud83d\ude00\b"}"#,
        #"I b.go:1] "m" t="a/b<\a\u00a0노드😀\b""#
      ),
      (
        #""caller":"a/b.go:1","msg":"m","v":0,"condition":{"type":"Ready","status":"False"},"l":["a","b"]}"#,
        #"I b.go:1] "m" condition={"type":"Ready","status":"False"} l=["a","b"]"#
      ),
      (#""caller":"undefined","msg":"m","v":0} "#, #"I ???:1] "m""#),
      (#""caller":"a/b] c.go:1","msg":"m","v":0}"#, #"I ???:1] "m""#),
    ])
  func entries(rest: String, expected: String) {
    #expect(text(Self.stamp + rest) == expected)
  }

  @Test func anErrorOf122WithValuesReadsAsText() {
    let line = Self.stamp + #""caller":"a/b.go:1","msg":"m","v":0,"pod":"a/b","err":"x","errCauses":[{"error":"x"}]}"#
    #expect(text(line) == #"I b.go:1] "m" pod="a/b" err="x""#)
    #expect(text(line, errFirst: true) == #"E b.go:1] "m" err="x" pod="a/b""#)
    #expect(line.bytes { KlogJSON($0, 0..<$0.count)?.mayBeError } == true)
  }

  @Test(
    arguments: [
      ("1795445417469.1155", 1_795_445_417_469_115), ("1795445417469", 1_795_445_417_469_000),
      ("1795445417469.5", 1_795_445_417_469_500), ("1795445417469.0625", 1_795_445_417_469_062),
      // Seconds, as zap has them by itself, a text, nonsense.
      ("1795445417.469", nil), ("\"2026-11-23\"", nil), ("-1795445417469", nil), ("1.79e12", nil),
      ("1795445417469.", nil), ("17954454174690000000", nil), ("null", nil), ("", nil),
    ])
  func stamps(text: String, expected: Int64?) {
    let line = "{\"ts\":\(text),\"caller\":\"a/b.go:1\",\"msg\":\"m\",\"v\":0}"
    #expect(line.bytes { KlogJSON($0, 0..<$0.count)?.moment } == expected)
  }

  @Test(
    arguments: [
      #"{"level":"warn","ts":"2025-01-01T00:00:00.000000Z","caller":"a/b.go:1","msg":"m"}"#,
      #"{"ts":1795445417469.1,"level":"info","caller":"a/b.go:1","msg":"m","v":0}"#, #"{"ts":1795445417469.1}"#,
      #"{"ts":1795445417469.1,"msg":"m"}"#, #"{"ts":1795445417469.1,"caller":"a/b.go:1","v":0}"#,
      #"{"ts":1795445417469.1,"caller":"a/b.go:1","msg":"m","v":0"#, #"{"msg":"m","v":0}"#, "{}", "{", "",
      #"{"ts":1795445417469.1,"caller":"a/b.go:1","msg":"m","v":0} more"#,
    ])
  func refused(line: String) {
    #expect(text(line) == nil)
  }

  /// Every line of a kubelet's text, written as the JSON format would have it, makes the same events.
  @Test(arguments: [true, false])
  func textAndJSONSayTheSame(errorsHaveVerbosity: Bool) throws {
    let lines = Sample.kubeletText.split(separator: "\n").map(String.init)
    let json = lines.map { Self.json($0, errorsHaveVerbosity: errorsHaveVerbosity) }
    let fromText = try parse(lines.joined(separator: "\n"), node: "w1", year: 2026)
    let fromJSON = try parse(json.joined(separator: "\n"), node: "w1", year: 2026)
    #expect(fromText.kinds.count == lines.count)
    #expect(fromJSON.kinds == fromText.kinds)
    #expect(fromJSON.events.map(\.message) == fromText.events.map(\.message))
    #expect(fromJSON.events.map(\.attributes) == fromText.events.map(\.attributes))
    #expect(fromJSON.events.map(\.severity) == fromText.events.map(\.severity))
    #expect(fromJSON.events.map(\.time.microseconds) == fromText.events.map(\.time.microseconds))
    #expect(fromJSON.events.allSatisfy { $0.time.source == .stamped && $0.time.uncertainty == 0 })
    #expect(fromJSON.events.map(\.observation) == fromText.events.map(\.observation))
    #expect(fromJSON.format == "klog")
  }

  @Test func inAJournalToo() throws {
    let line = Self.json(
      String(Sample.kubeletText.split(separator: "\n")[1]), errorsHaveVerbosity: false)
    let parsed = try parse("Nov 23 15:00:00 w7 kubelet[506]: \(line)\n", year: 2026)
    #expect(parsed.events.map(\.node) == ["w7"])
    #expect(parsed.events.map(\.time.source) == [.stamped])
    #expect(parsed.format == "journal-short")
  }

  /// A klog line of the year 2026 in UTC as the JSON format writes it.
  private static func json(_ line: String, errorsHaveVerbosity: Bool) -> String {
    line.bytes { bytes in
      guard let header = KlogHeader(bytes, 0..<bytes.count) else { return line }
      var civil = header.civil
      civil.year = 2026
      let micros = civil.microsecondsAsUTC
      let caller = "pkg/" + bytes.text(header.file.lowerBound..<header.body.lowerBound - 2)
      let klog = KlogMessage(bytes, header.body)
      let message = String(decoding: klog.messageBytes(bytes), as: UTF8.self) + (klog.isStructured ? "" : "\n")
      var fields: [String] = [], err: String?
      var pairs = klog.pairs
      while let pair = pairs.next(bytes) {
        let text = String(decoding: pair.bytes(bytes), as: UTF8.self)
        let value = pair.form == .quoted ? jsonText(text) : text
        let isErr = bytes.fills(pair.key, "err") && header.letter == 0x45
        if isErr { err = "\"err\":\(value)" } else { fields.append("\"\(bytes.text(pair.key))\":\(value)") }
      }
      if header.letter == 0x45 {
        let verbosity = errorsHaveVerbosity ? ["\"v\":0"] : []
        fields = fields.isEmpty ? [err].compactMap(\.self) + verbosity : verbosity + fields + [err].compactMap(\.self)
      } else {
        fields.insert("\"v\":2", at: 0)
      }
      let millis = "\(micros / 1000).\(String(String(micros % 1000 + 1000).dropFirst()))"
      return #"{"ts":\#(millis),"caller":"\#(caller)","msg":\#(jsonText(message)),"#
        + fields.joined(separator: ",") + "}"
    }
  }

  private static func jsonText(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
  }
}

extension Sample {
  /// Lines of kubelets 1.18 to 1.30, each of which makes one event.
  static let kubeletText = #"""
    I1123 14:50:02.700175    1136 kubelet_node_status.go:71] "Attempting to register node" node="w1"
    I1123 14:49:57.272416    1136 certificate_manager.go:270] kubernetes.io/kube-apiserver-client-kubelet: Certificate rotation is enabled
    E1123 14:50:02.581932    1136 kubelet.go:1343] "Image garbage collection failed once. Stats initialization may not have completed yet" err="invalid capacity 0 on image filesystem"
    I1123 14:50:02.675203    1136 kubelet_network.go:76] "Updating Pod CIDR" originalPodCIDR="" newPodCIDR="10.244.2.0/24"
    I1123 14:50:02.852280    1136 kubelet_node_status.go:554] "Recording event message for node" node="w1" event="NodeNotReady"
    I1123 14:50:02.854717    1136 setters.go:552] "Node became not ready" node="w1" condition={"type":"Ready","status":"False","lastHeartbeatTime":"2026-11-23T14:50:02Z","lastTransitionTime":"2026-11-23T14:50:02Z","reason":"KubeletNotReady","message":"PLEG is not healthy: pleg has yet to be successful"}
    E1123 14:50:03.321812    1136 kubelet.go:1991] "Skipping pod synchronization" err="PLEG is not healthy: pleg has yet to be successful"
    E1123 14:50:04.336384    1136 pod_workers.go:836] "Error syncing pod, skipping" err="failed to \"StartContainer\" for \"kube-proxy\" with CrashLoopBackOff: \"back-off 10s restarting failed container=kube-proxy pod=kube-proxy-nmsxg_kube-system(79b09473-0752-4b66-871a-be7f7d037b74)\"" pod="kube-system/kube-proxy-nmsxg" podUID=79b09473-0752-4b66-871a-be7f7d037b74
    E1123 14:50:05.336384    1136 kubelet_node_status.go:93] "Unable to register node with API server" err="Post \"https://lb:6443/api/v1/nodes\": EOF" node="w1"
    """#
}
