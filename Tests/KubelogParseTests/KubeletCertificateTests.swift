import KubelogParse
import Testing

/// What the kubelet says about its own certificates: which one ends when.
@Suite struct KubeletCertificateTests {
  private static let at = "I1123 14:36:16.123456      506 certificate_manager.go:356] "
  private static let client = "kubernetes.io/kube-apiserver-client-kubelet"
  private static let serving = "kubernetes.io/kubelet-serving"
  private static let times =
    "Certificate expiration is 2027-03-04 10:15:21 +0000 UTC, rotation deadline is 2026-12-05 03:12:11.012345678 +0000 UTC"
  private static let structured =
    #"I1123 14:36:16.123456 506 certificate_manager.go:678] "Certificate rotation deadline "#
  private static let pairs =
    #" expiration="2027-03-04 10:15:21 +0000 UTC" deadline="2026-12-05 03:12:11.01 +0000 UTC""#

  /// A line, the certificates that it shows as `name end`, and the deadline in it.
  @Test(
    arguments: [
      ("\(at)\(client): \(times)", "kubelet-client@w1 2027-03-04T10:15:21Z", true),
      ("\(at)\(times)", "kubelet-client@w1 2027-03-04T10:15:21Z", true),
      ("\(at)\(serving): \(times)", "kubelet-serving@w1 2027-03-04T10:15:21Z", true),
      ("\(at)kubernetes.io/kube-apiserver-client: \(times)", "", true),
      (
        "Nov 23 14:36:16 w1 kubelet[506]: \(at)\(client): Certificate expiration is 2027-03-04 19:15:21 +0900 KST, "
          + "rotation deadline is 2026-12-05 03:12:11 +0000 UTC", "kubelet-client@w1 2027-03-04T10:15:21Z", true
      ),
      ("\(structured)determined\" logger=\"\(client)\"\(pairs)", "kubelet-client@w1 2027-03-04T10:15:21Z", true),
      ("\(structured)determined\" logger=\"\(serving)\"\(pairs)", "kubelet-serving@w1 2027-03-04T10:15:21Z", true),
      ("\(structured)determined\" logger=\"client auth\"\(pairs)", "", true),
      (
        "E1123 14:36:16.123456      506 bootstrap.go:266] part of the existing bootstrap client certificate in "
          + "/etc/kubernetes/kubelet.conf is expired: 2026-02-28 01:02:03 +0000 UTC",
        "kubelet-client@w1 2026-02-28T01:02:03Z", false
      ),
      (
        "E1123 14:36:16.123456   63737 bootstrap.go:205] Part of the existing bootstrap client certificate is expired: "
          + "2020-02-23 15:48:00 +0000 UTC", "kubelet-client@w1 2020-02-23T15:48:00Z", false
      ),
      ("\(at)\(client): Current certificate is expired", "", false),
      ("\(at)\(client): Rotating certificates", "", false),
      ("\(at)\(client): Certificate expiration is soon, rotation deadline is later", "", false),
    ] as [(String, String, Bool)])
  func certificate(_ line: String, _ expected: String, _ hasDeadline: Bool) throws {
    let parsed = try parse(line + "\n", node: "w1", year: 2026)
    let words = expected.split(separator: " ").map(String.init)
    #expect(parsed.secrets.map(\.value) == Array(words.prefix(1)))
    #expect(parsed.secrets.map(\.expires) == words.dropFirst().map { moment($0) })
    #expect(parsed.secrets.allSatisfy { $0.kind == .certificate && $0.role == .listed && $0.expiresWithin == 0 })
    #expect((parsed.events.first?.attribute("deadline") != nil) == hasDeadline)
  }
}
