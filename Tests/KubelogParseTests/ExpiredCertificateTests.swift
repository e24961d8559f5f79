import KubelogParse
import Testing

/// What x509 errors and openssl tell about the end of certificates.
@Suite struct ExpiredCertificateTests {
  private static let error =
    "x509: certificate has expired or is not yet valid: current time 2026-11-23T14:36:16Z is after 2026-11-22T14:00:05Z"

  /// In any client's line: both times become attributes, and no certificate is named.
  @Test(arguments: [
    "Unable to connect to the server: \(error)",
    "Unable to connect to the server: tls: failed to verify certificate: \(error)",
    #"E1123 14:36:16.123456    1 memcache.go:265] "Unhandled Error" err="couldn't get current server API group list: Get \"https://lb:6443/api\": \#(error)" logger="UnhandledError""#,
    #"E1123 14:36:16.123456  506 reflector.go:178] k8s.io/client-go/informers/factory.go:150: Failed to list *v1.Node: Get https://lb:6443/api/v1/nodes: \#(error)"#,
    #"E1123 14:36:16.123456    1 authentication.go:63] "Unable to authenticate the request" err="[\#(error), verifying certificate SN=123 failed]""#,
    "error execution phase preflight: couldn't validate the identity of the API Server: Get \"https://lb:6443/api\": \(error)",
  ])
  func bothTimesAreKept(_ line: String) throws {
    let parsed = try parse("[preflight] Running pre-flight checks\n\(line)\n", year: 2026, modified: present)
    let event = try #require(parsed.events.first { $0.attribute("expired") != nil }, "\(parsed.kinds)")
    #expect(event.attribute("expired") == "2026-11-22T14:00:05Z")
    #expect(event.attribute("current") == "2026-11-23T14:36:16Z")
    #expect(parsed.secrets == [])
    // The clock that is printed is the only one of a line without a stamp.
    #expect(event.time.microseconds.map { $0 / 1_000_000 } == moment("2026-11-23T14:36:16Z") / 1_000_000)
    #expect(event.time.source <= .klog)
  }

  @Test(arguments: [
    "x509: certificate has expired or is not yet valid",
    "x509: certificate has expired or is not yet valid: current time 2026-11-23T14:36:16Z is before 2026-11-24T14:00:00Z",
    "x509: certificate has expired or is not yet valid: current time now is after 2026-11-24T14:00:00Z and what follows it",
    "x509: certificate signed by unknown authority",
  ])
  func withoutBothTimesNothingIsKnown(_ error: String) throws {
    let parsed = try parse("Unable to connect to the server: \(error)\n", modified: present)
    #expect(parsed.events("kubectl.error").map { $0.attribute("current") } == [nil])
    #expect(parsed.events.map(\.time.source) == [.file])
  }

  private static let head =
    "CERTIFICATE                EXPIRES                  RESIDUAL TIME   CERTIFICATE AUTHORITY   EXTERNALLY MANAGED\n"
  private static let row =
    "apiserver                  Nov 22, 2026 14:00 UTC   <invalid>       ca                      no\n"
  private static let other =
    "admin.conf                 Nov 22, 2026 14:00 UTC   <invalid>       ca                      no\n"
  private static let later =
    "admin.conf                 Nov 22, 2026 14:01 UTC   <invalid>       ca                      no\n"
  private static let renewed = "certificate for serving the Kubernetes API renewed\n"

  /// What came before the error, and the certificate that it sharpens.
  @Test(
    arguments: [
      (head + row, "apiserver"), (head + row + later, "apiserver"), (head + later, nil), ("", nil),
      // Two that ended in that minute: which of them it was is not known.
      (head + row + other, nil),
      // Made anew since: the error is about the old one.
      (head + row + renewed, nil),
    ] as [(String, String?)])
  func anErrorSharpensWhatWasListedToTheMinute(_ before: String, _ name: String?) throws {
    let parsed = try parse("\(before)Unable to connect to the server: \(Self.error)\n")
    let exact = parsed.secrets.filter { $0.expires == moment("2026-11-22T14:00:05Z") }
    #expect(exact.map(\.value) == [name].compactMap { $0 })
    #expect(exact.allSatisfy { $0.role == .listed && $0.expiresWithin == 0 })
  }

  /// Commands with openssl's answers (`;` ends a line), and what they list.
  @Test(
    arguments: [
      (
        "openssl x509 -in /etc/kubernetes/pki/apiserver.crt -noout -enddate;notAfter=Nov 23 14:32:48 2027 GMT",
        "apiserver"
      ),
      (
        "$ openssl x509 -in /etc/kubernetes/pki/apiserver.crt -noout -startdate -enddate;"
          + "notBefore=Nov 23 14:32:48 2026 GMT;notAfter=Nov 23 14:32:48 2027 GMT", "apiserver"
      ),
      (
        "$ openssl x509 -in /etc/kubernetes/pki/apiserver.crt -noout -enddate -startdate;"
          + "notAfter=Nov 23 14:32:48 2027 GMT;notBefore=Nov 23 14:32:48 2026 GMT", "apiserver"
      ),
      (
        "$ openssl x509 -in /etc/kubernetes/pki/etcd/peer.crt -noout -subject -issuer -dates;subject=CN = cp1;"
          + "issuer=CN = etcd-ca;notBefore=Nov 23 14:32:48 2026 GMT;notAfter=Nov 23 14:32:48 2027 GMT", "etcd-peer"
      ),
      (
        "$ openssl x509 -noout -text -in /etc/kubernetes/pki/ca.crt;Certificate:;    Data:;        Version: 3 (0x2);"
          + "        Validity;            Not Before: Nov 23 14:32:48 2026 GMT;"
          + "            Not After : Nov 23 14:32:48 2027 GMT;        Subject: CN = kubernetes", "ca"
      ),
      ("$ openssl x509 -noout -enddate < /etc/kubernetes/pki/ca.crt;notAfter=Nov 23 14:32:48 2027 GMT", "ca"),
      ("$ cat /etc/kubernetes/pki/ca.crt | openssl x509 -noout -enddate;notAfter=Nov 23 14:32:48 2027 GMT", "ca"),
      (
        "$ openssl x509 -in /etc/kubernetes/pki/ca.crt -noout -enddate -dateopt iso_8601;notAfter=2027-11-23 14:32:48Z",
        "ca"
      ),
      // Loops.
      (
        "/etc/kubernetes/pki/ca.crt;notAfter=Nov 23 14:32:48 2027 GMT;/etc/kubernetes/pki/apiserver.crt;"
          + "notAfter=Nov 23 14:32:48 2027 GMT", "ca apiserver"
      ),
      ("/etc/kubernetes/pki/ca.crt:;subject=CN = kubernetes;notAfter=Nov 23 14:32:48 2027 GMT", "ca"),
      ("=== /etc/kubernetes/pki/ca.crt ===;notAfter=Nov 23 14:32:48 2027 GMT", "ca"),
      ("File: /etc/kubernetes/pki/ca.crt;notAfter=Nov 23 14:32:48 2027 GMT", "ca"),
      ("/etc/kubernetes/admin.conf;notAfter=Nov 23 14:32:48 2027 GMT", "admin.conf"),
      // Of what file is not known, or it is none of kubeadm's.
      ("notAfter=Nov 23 14:32:48 2027 GMT", ""),
      ("see /etc/kubernetes/pki/ca.crt for more;notAfter=Nov 23 14:32:48 2027 GMT", ""),
      ("$ openssl x509 -in $f -noout -enddate;notAfter=Nov 23 14:32:48 2027 GMT", ""),
      ("/etc/ssl/ca.crt;notAfter=Nov 23 14:32:48 2027 GMT", ""),
      (
        "/etc/kubernetes/pki/ca.crt;$ openssl s_client -connect lb:6443 | openssl x509 -noout -enddate;"
          + "notAfter=Nov 23 14:32:48 2027 GMT", ""
      ),
    ])
  func openssl(_ text: String, _ names: String) throws {
    let parsed = try parse(text.replacing(";", with: "\n") + "\n")
    #expect(parsed.secrets.map(\.value).joined(separator: " ") == names)
    #expect(parsed.secrets.allSatisfy { $0.expires == moment("2027-11-23T14:32:48Z") && $0.expiresWithin == 0 })
  }

  @Test(arguments: [("Certificate will expire", "true"), ("Certificate will not expire", "false")])
  func opensslWasAskedWhetherItEnds(_ answer: String, _ ends: String) throws {
    let parsed = try parse(
      "$ openssl x509 -checkend 86400 -noout -in /etc/kubernetes/pki/apiserver.crt\n\(answer)\n\(answer)\n")
    #expect(parsed.kinds == ["kubeadm.certificate.checked"])
    let event = try #require(parsed.events.first)
    #expect(["name", "within_s", "ends"].map { event.attribute($0) } == ["apiserver", "86400", ends])
    #expect(parsed.secrets == [])
  }
}
