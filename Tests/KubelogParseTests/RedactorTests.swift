import KubelogScan
import Testing

@testable import KubelogParse

/// `text` without its secrets, read in chunks of `size` bytes, under a key that is always the same.
func redacted(_ text: [UInt8], chunk size: Int = .max) -> [UInt8] {
  var redactor = Redactor(digest: KeyedDigest(key: (1, 2)))
  var out: [UInt8] = []
  var start = 0
  while start < text.count {
    let end = size < text.count - start ? start + size : text.count
    redactor.feed(text.span.extracting(start..<end)) { out.append($0) }
    start = end
  }
  redactor.finish { out.append($0) }
  return out
}

/// As ``redacted(_:chunk:)``, with `…` for every pseudonym.
func masked(_ text: String) -> String { withoutPseudonyms(redacted(Array(text.utf8))) }

func withoutPseudonyms(_ text: [UInt8]) -> String {
  var rest = String(decoding: text, as: UTF8.self)[...]
  var out = ""
  while let range = rest.firstRange(of: "<redacted") {
    let end = rest[range.upperBound...].firstIndex(of: ">") ?? rest.index(before: rest.endIndex)
    out += rest[..<range.lowerBound] + "…"
    rest = rest[rest.index(after: end)...]
  }
  return out + rest
}

/// Expects two texts to be the same; says only where they are not.
private func expectSame(_ text: [UInt8], _ expected: [UInt8], _ what: String) {
  guard let place = zip(text, expected).enumerated().first(where: { $1.0 != $1.1 })?.offset else {
    return #expect(text.count == expected.count, "\(what)")
  }
  let around = { (bytes: [UInt8]) in
    String(decoding: bytes[max(0, place - 160)..<min(bytes.count, place + 60)], as: UTF8.self)
  }
  Issue.record("\(what): \(around(text)) instead of \(around(expected))")
}

@Suite struct RedactorTests {
  static let half = "4sfwioowappz2qre"
  static let jwt =
    "eyJhbGciOiJSUzI1NiIsImtpZCI6IkhOR1oifQ.eyJpc3MiOiJrdWJlcm5ldGVzL3NlcnZpY2VhY2NvdW50Iiwic3ViIjoiYSJ9."
    + "c2lnbmF0dXJlLW9mLXRoaXJ0eS10d28tYnl0ZXMtaGVyZQ"
  static let keyLine = String(repeating: "MIIEvAIBADANBgkqhkiG9w0BAQEFAASC", count: 2)
  /// A private key as a file, with another word for what it is, so that no scanner takes the test for a leak.
  static let pem = "-----BEGIN RSA PRIVATE KEY-----\n\(keyLine)\n\(keyLine)\nZwPOhQ==\n-----END RSA PRIVATE KEY-----\n"
  static let maskedPEM = "-----BEGIN RSA PRIVATE …-----\n…\n…\n…\n-----END RSA PRIVATE KEY-----\n"

  static let bootstrapCases: [(String, String)] = [
    ("kubeadm join lb:6443 --token \(Sample.token) \\\n", "kubeadm join lb:6443 --token m4449q.… \\\n"),
    ("[bootstrap-token] Using token: \(Sample.token)\n", "[bootstrap-token] Using token: m4449q.…\n"),
    ("\(Sample.token)   23h   2026-11-24", "m4449q.…   23h   2026-11-24"),
    ("[\"join\",\"--token\",\"\(Sample.token)\"]", "[\"join\",\"--token\",\"m4449q.…\"]"),
    ("a\\n\(Sample.token)\\nb", "a\\nm4449q.…\\nb"),
    ("\u{1B}[01;31m\(Sample.token)\u{1B}[0m", "\u{1B}[01;31mm4449q.…\u{1B}[0m"),
    ("it is \(Sample.token).", "it is m4449q.…."),
    ("--token m4449q.4sfwio\\\nowappz2qre --x", "--token m4449q.…\\\n --x"),
    ("--token m4449q.4sfwio\r\nowappz2qre --x", "--token m4449q.…\r\n --x"),
    ("--token m44\n49q.4sfwioowappz2qre", "--token m44\n49q.…"),
    ("token: m4449q.4sfwio\\\\\\n  owappz2qre\"", "token: m4449q.…\\\\\\n  \""),
    ("Authorization: Bearer \(Sample.token)\n", "Authorization: Bearer m4449q.…\n"),
  ]

  @Test(arguments: bootstrapCases)
  func bootstrapTokensKeepTheirId(_ text: String, _ expected: String) { #expect(masked(text) == expected) }

  static let certificateCases: [(String, String)] = [
    ("--certificate-key \(Sample.key)\n", "--certificate-key …\n"),
    ("--certificate-key=\(Sample.key) x", "--certificate-key=… x"),
    ("[upload-certs] Using certificate key:\n\(Sample.key)\nx", "[upload-certs] Using certificate key:\n…\nx"),
    (
      "[upload-certs] Using certificate key:\r\n\(Sample.key)\r\nx", "[upload-certs] Using certificate key:\r\n…\r\nx"
    ),
    (
      "Nov 23 14:09:38 cp1 init[7]: [upload-certs] Using certificate key:\nNov 23 14:09:38 cp1 init[7]: \(Sample.key)\n",
      "Nov 23 14:09:38 cp1 init[7]: [upload-certs] Using certificate key:\nNov 23 14:09:38 cp1 init[7]: …\n"
    ),
    ("\"stdout\": \"Using certificate key:\\n\(Sample.key)\\n\"", "\"stdout\": \"Using certificate key:\\n…\\n\""),
    ("    \"Using certificate key:\",\n    \"\(Sample.key)\",\n", "    \"Using certificate key:\",\n    \"…\",\n"),
    ("certificateKey: \(Sample.key)\n", "certificateKey: …\n"),
    ("{\"certificateKey\":\"\(Sample.key)\"}", "{\"certificateKey\":\"…\"}"),
    ("\(Sample.key)\n", "…\n"),
    ("# kubeadm certs certificate-key\n\(Sample.key)\n", "# kubeadm certs certificate-key\n…\n"),
    (
      "--certificate-key \(Sample.key.prefix(20))\n\(Sample.key.dropFirst(20)) x",
      "--certificate-key …\n x"
    ),
    ("\"kubeadm_certificate_key\": \"\(Sample.key)\"", "\"kubeadm_certificate_key\": \"…\""),
  ]

  @Test(arguments: certificateCases)
  func certificateKeysWhereOneMayStand(_ text: String, _ expected: String) { #expect(masked(text) == expected) }

  static let credentialsCases: [(String, String)] = [
    ("kubectl --token=s3cret get nodes", "kubectl --token=… get nodes"),
    ("  user:\n    token: 31ada4fd-adec-460c-809a\n", "  user:\n    token: …\n"),
    ("-H 'Authorization: Bearer abc123def'", "-H 'Authorization: Bearer …'"),
    ("\"Authorization\": [\"Basic dXNlcjpwYXNz\"]", "\"Authorization\": [\"Basic …\"]"),
    ("token \(jwt) used", "token … used"), ("\"token\":\"\(jwt)\"", "\"token\":\"…\""),
    ("x=\(jwt.prefix(70))\n\(jwt.dropFirst(70))\n", "x=…\n\n"),
    ("https://root:s3cr3t@etcd:2379/health", "https://root:…@etcd:2379/health"),
    ("postgres://u:p@ss@db/x", "postgres://u:…@db/x"), ("redis://:pw@h", "redis://:…@h"),
    ("http://u:pw@ and", "http://u:…@ and"),
    ("https:\\/\\/u:pw@h\\/", "https:\\/\\/u:…@h\\/"),
    ("etcdctl --user root --password pw1 get", "etcdctl --user root --password … get"),
    ("ETCDCTL_USER=root:pw1\n", "ETCDCTL_USER=root:…\n"), ("etcdctl --user=root:p:w x", "etcdctl --user=root:… x"),
    ("curl --user 'me:p w' h", "curl --user 'me:…' h"), ("\"--user\", \"root:pw1\"]", "\"--user\", \"root:…\"]"),
    ("--etcd-password pw1 --etcd-passwd=pw2", "--etcd-password … --etcd-passwd=…"),
    ("ETCD_ROOT_PASSWORD=pw1\n", "ETCD_ROOT_PASSWORD=…\n"), ("password: pw1\n", "password: …\n"),
    ("{\"password\":\"p\\\"w\",\"x\":1}", "{\"password\":\"…\",\"x\":1}"),
    ("- name: ETCD_PASSWORD\n  value: pw1\n", "- name: ETCD_PASSWORD\n  value: …\n"),
    ("{\"auths\":{\"r.io\":{\"auth\":\"dTpwdzE=\"}}}", "{\"auths\":{\"r.io\":{\"auth\":\"…\"}}}"),
    (".dockerconfigjson: eyJhdXRocyI6e319", ".dockerconfigjson: …"),
    ("data: eyJhdXRocyI6eyJyLmlvIjp7ImF1dGgiOiJlQT09In19fQ==", "data: …"),
    ("    client-key-data: LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQo=\n", "    client-key-data: …\n"),
    ("x LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQo= y", "x … y"),
  ]

  @Test(arguments: credentialsCases)
  func whatLetsSomebodyIn(_ text: String, _ expected: String) { #expect(masked(text) == expected) }

  static let privateKeyCases: [(String, String)] = [
    (pem, maskedPEM), (pem.replacing("\n", with: "\r\n"), maskedPEM.replacing("\n", with: "\r\n")),
    ("a\n" + indented(pem, "    "), "a\n" + indented(maskedPEM, "    ")),
    (indented(pem, "Nov 23 14:09:38 cp1 x[7]: "), indented(maskedPEM, "Nov 23 14:09:38 cp1 x[7]: ")),
    ("{\"k\":\"\(pem.replacing("\n", with: "\\n"))\"}", "{\"k\":\"\(maskedPEM.replacing("\n", with: "\\n"))\"}"),
    (pem.replacing("\n", with: " "), maskedPEM.replacing("\n", with: " ")),
    (
      "-----BEGIN PRIVATE KEY-----\n\(keyLine)\ncut off here\nand a word\n",
      "-----BEGIN PRIVATE …-----\n…\ncut off here\nand a word\n"
    ),
    (
      "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n\(keyLine)\n",
      "-----BEGIN RSA PRIVATE …-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n…\n"
    ),
    (
      "-----BEGIN CERTIFICATE-----\n\(keyLine)\n-----END CERTIFICATE-----\n",
      "-----BEGIN CERTIFICATE-----\n\(keyLine)\n-----END CERTIFICATE-----\n"
    ),
  ]

  /// A key of Ed25519 as OpenSSL and ssh-keygen write it: one line, or a second one that is short.
  static let shortKey = "MC4CAQAwBQYDK2VwBCIEIJ7a2mWJb8wzQ4nYHc1oRk9sVt5uXe3dGf6hLq0p"

  /// A key's body in every form that is shorter than a line of base64: each is written between header and end.
  static let shortKeyCases: [(String, String)] = [
    ("\n\(shortKey)\n", "\n…\n"), ("\nMC4CAQAwBQ==\n", "\n…\n"), ("\n\(shortKey.prefix(23))\n", "\n…\n"),
    ("\n\(shortKey.prefix(30))\n\(shortKey.suffix(30))\n", "\n…\n…\n"),
    ("\nMC4CAQA\nwBQYDK2\nVwBCIEI\nJ7==\n", "\n…\n…\n…\n…\n"), ("\\n\(shortKey)\\n", "\\n…\\n"),
    ("\\\\n\(shortKey)\\\\nJ7a2mWJb\\\\n", "\\\\n…\\\\n…\\\\n"), ("\\r\\nMC4CAQAwBQ==\\r\\n", "\\r\\n…\\r\\n"),
    (" \(shortKey) MC4CAQAwBQ== ", " … … "), ("MC4CAQAwBQ==", "…"),
    ("<br>\(shortKey)<br>MC4CAQAw<br>", "<br>…<br>…<br>"),
    ("\n> MC4CAQAwBQ==\n> ", "\n> …\n> "),
    (
      "\nNov 23 14:09:38 cp1 x[7]: MC4CAQAwBQ==\nNov 23 14:09:38 cp1 x[7]: ",
      "\nNov 23 14:09:38 cp1 x[7]: …\nNov 23 14:09:38 cp1 x[7]: "
    ),
    (
      "\n2026-11-23T14:36:16.123456789Z stderr F MC4CAQAwBQ==\n2026-11-23T14:36:16.123456789Z stderr F ",
      "\n2026-11-23T14:36:16.123456789Z stderr F …\n2026-11-23T14:36:16.123456789Z stderr F "
    ),
    ("\",\"\(shortKey)\",\"J7a2mWJb8wzQ4nYH\",\"", "\",\"…\",\"…\",\""),
  ]

  @Test(arguments: shortKeyCases)
  func shortPrivateKeys(_ body: String, _ expected: String) {
    let (header, end) = ("-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----")
    #expect(masked("a \"\(header)\(body)\(end)\n\" b\n") == "a \"-----BEGIN PRIVATE …-----\(expected)\(end)\n\" b\n")
  }

  /// A key that is cut off, and a header that nothing follows.
  @Test func privateKeysWithoutTheirEnd() {
    let header = "-----BEGIN PRIVATE KEY-----\n"
    let shown = "-----BEGIN PRIVATE …-----\n"
    #expect(masked(header + Self.keyLine + "\n" + Self.shortKey.prefix(23)) == shown + "…\n…")
    #expect(masked(header + Self.keyLine + "\n" + Self.shortKey.prefix(23) + "\n$ ls\n") == shown + "…\n…\n$ ls\n")
    #expect(masked(header + "no key, but words\nand more\n") == shown + "no key, but words\nand more\n")
    #expect(
      masked("k=\"" + header.dropLast() + "\\nJ7a2mWJb8wzQ4nYH\" is it\n") == "k=\"" + shown.dropLast()
        + "\\n…\" is it\n")
  }

  /// What follows a header that lost its key is no key: its secrets are those of any other line.
  @Test func secretsBehindAHeaderWithoutItsKey() {
    let command = "kubeadm join lb:6443 --token \(Sample.token) --certificate-key \(Sample.key)\n"
    let shown = "kubeadm join lb:6443 --token m4449q.… --certificate-key …\n"
    #expect(masked("-----BEGIN PRIVATE KEY-----\n" + command) == "-----BEGIN PRIVATE …-----\n" + shown)
    #expect(
      masked("-----BEGIN PRIVATE KEY-----\nComment: \(Sample.token)\n")
        == "-----BEGIN PRIVATE …-----\nComment: m4449q.…\n")
    let ended = "-----BEGIN PRIVATE …-----x-----END PRIVATE KEY-----\n"
    #expect(masked(ended + command) == ended + shown)
  }

  @Test(arguments: privateKeyCases)
  func privateKeys(_ text: String, _ expected: String) { #expect(masked(text) == expected) }

  static let secretObjectCases: [(String, String)] = [
    (
      "apiVersion: v1\ndata:\n  token-id: bTQ0NDlx\n  token-secret: NHNmd2lvb3dhcHB6MnFyZQ==\nkind: Secret\n",
      "apiVersion: v1\ndata:\n  token-id: bTQ0NDlx\n  token-secret: …\nkind: Secret\n"
    ),
    (
      "- apiVersion: v1\n  data:\n    a: YWJj\n  immutable: true\n  kind: Secret\n",
      "- apiVersion: v1\n  data:\n    a: …\n  immutable: true\n  kind: Secret\n"
    ),
    (
      "kind: Secret\nmetadata:\n  name: x\nstringData:\n  a: some words\n  b: |\n    l: 1\n    l2\ntype: Opaque\n",
      "kind: Secret\nmetadata:\n  name: x\nstringData:\n  a: …\n  b: |\n    …\n    …\ntype: Opaque\n"
    ),
    (
      "{\"apiVersion\":\"v1\",\"data\":{\"a\":\"YWJj\",\"b\":\"\"},\"kind\":\"Secret\"}",
      "{\"apiVersion\":\"v1\",\"data\":{\"a\":\"…\",\"b\":\"\"},\"kind\":\"Secret\"}"
    ),
    (
      "{\n  \"apiVersion\": \"v1\",\n  \"data\": {\n    \"a\": \"YWJj\"\n  },\n  \"kind\": \"Secret\"\n}",
      "{\n  \"apiVersion\": \"v1\",\n  \"data\": {\n    \"a\": \"…\"\n  },\n  \"kind\": \"Secret\"\n}"
    ),
    (
      "\"{\\\"apiVersion\\\":\\\"v1\\\",\\\"data\\\":{\\\"a\\\":\\\"YWJj\\\"},\\\"kind\\\":\\\"Secret\\\"}\"",
      "\"{\\\"apiVersion\\\":\\\"v1\\\",\\\"data\\\":{\\\"a\\\":\\\"…\\\"},\\\"kind\\\":\\\"Secret\\\"}\""
    ),
    (
      "\"stdout\": \"apiVersion: v1\\ndata:\\n  a: YWJj\\nkind: Secret\\n\"",
      "\"stdout\": \"apiVersion: v1\\ndata:\\n  a: …\\nkind: Secret\\n\""
    ),
  ]

  @Test(arguments: secretObjectCases)
  func dataOfSecrets(_ text: String, _ expected: String) { #expect(masked(text) == expected) }

  static let plainCases: [String] = [
    "--discovery-token-ca-cert-hash \(Sample.hash) \\\n", "\(Sample.hash) --certificate-key is not given",
    "\"RemoveContainer\" containerID=\"\(Sample.container)\"",
    "\(Sample.container)\n\(Sample.container)\n".replacing("\n", with: " x\n"),
    "Using certificate key\n{\"containerID\":\"\(Sample.container)\"}\nid=\(Sample.container)\nrunning \(Sample.container)\n",
    "k8s.gcr.io/pause@\(Sample.hash)", "docker-pullable://nginx:1.2@\(Sample.hash)", "ssh root@10.0.0.1:22",
    "v1.22.4+0123456789abcdef 72e09f58-4619-4b20-a356-b80072cbc93c",
    "operationExecutor.VerifyControllerAttachedVolume",
    "123456.7890123456789012 took 0.1234567890123456", "docker.service kubelet.kubeconfig-changed",
    "--token <value withheld> --certificate-key <value withheld>", "--token string   The token.",
    "Use --token to say it",
    "--token=$TOKEN --password ${PASSWORD}", "Authorization: Bearer <masked>", "wrong password: try again",
    "[sudo] password for root: \nPassword: \n", "passwordAuthentication no", "--token-ttl 2h --password-file /x",
    "token: /var/run/secrets/kubernetes.io/serviceaccount/token", "volume \"default-token-x7k2q\"",
    "invalid bearer token",
    "apiVersion: v1\ndata:\n  mode: bird\nkind: ConfigMap\n",
    "apiVersion: v1\ndata:\n  a: some words\nkind: Secret2\n",
    "{\"apiVersion\":\"v1\",\"data\":{\"mode\":\"bird\"},\"kind\":\"ConfigMap\"}",
    "\"Type\":\"ContainerDied\",\"Data\":\"abc\"",
    "client-certificate-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t", "eyJ eyJhbGciOiJSUzI1NiJ9 key: keys",
    "https://xxxxx:xxxxx@h", "--user=system:node:cp1 --user 1000:1000 --user kubernetes-admin user: a:b",
    "docker run --user nginx -u 1:2 system-user: a:b", "ETCDCTL_USER=root",
    "\"auth\":\"none\" auth=ok", "", "\n", "\u{0}\u{0}@", "token", "token:", "certificate-key", "-----BEGIN PRIVATE",
    "data:\n", "\u{1B}[0m",
  ]

  @Test(arguments: plainCases)
  func whatIsNoSecretStays(_ text: String) {
    #expect(masked(text) == text)
    #expect(masked(text + "\n") == text + "\n")
  }

  /// The same secret has the same pseudonym, as a token's half, in base64 and wherever it stands; another has another.
  @Test func oneSecretHasOnePseudonym() {
    let text = """
      --token \(Sample.token) --certificate-key \(Sample.key)
      token-secret: NHNmd2lvb3dhcHB6MnFyZQ==
      --token m4449q.4sfwioow\\
      appz2qre
      certificateKey: \(Sample.key)
      """
    let out = String(decoding: redacted(Array(text.utf8)), as: UTF8.self)
    let found = out.split(separator: "<redacted-").dropFirst().map { $0.prefix(8) }
    #expect(found.count == 5)
    #expect(Set([found[0], found[2], found[3]]).count == 1)
    #expect(found[1] == found[4] && found[0] != found[1])
    var other = Redactor()
    var unlike: [UInt8] = []
    other.feed(Array(text.utf8).span) { unlike.append($0) }
    other.finish { unlike.append($0) }
    #expect(unlike != redacted(Array(text.utf8)))
  }

  /// All cases one after another, in many orders: cut anywhere, and redacted twice, it is the same.
  @Test(arguments: 1...12)
  func chunksDoNotMatterAndTwiceIsOnce(_ seed: Int) {
    let cases = Self.bootstrapCases + Self.certificateCases + Self.credentialsCases + Self.privateKeyCases
    let all = cases.map(\.0) + Self.secretObjectCases.map(\.0) + Self.plainCases
    var random = UInt64(seed)
    func next(_ count: Int) -> Int {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(random >> 33) % count
    }
    var text: [UInt8] = []
    for _ in 0..<60 { text += Array((all[next(all.count)] + ["\n", "\n\n", "\r\n", "\n{", " "][next(5)]).utf8) }
    let whole = redacted(text)
    for size in [1, 2, 3, 17, 333, 4096] { expectSame(redacted(text, chunk: size), whole, "in chunks of \(size)") }
    expectSame(redacted(whole), whole, "redacted again")
  }

  @Test func everyPlaceOfACutIsTheSame() {
    let keys = Self.shortKeyCases.map { "-----BEGIN PRIVATE KEY-----\($0.0)-----END PRIVATE KEY-----\n" }
    let cases = Self.credentialsCases + Self.secretObjectCases + Self.bootstrapCases + Self.certificateCases
    for text in (cases.map(\.0) + keys).map({ Array($0.utf8) }) {
      let whole = redacted(text)
      for place in text.indices {
        var redactor = Redactor(digest: KeyedDigest(key: (1, 2)))
        var out: [UInt8] = []
        redactor.feed(text.span.extracting(0..<place)) { out.append($0) }
        redactor.feed(text.span.extracting(place..<text.count)) { out.append($0) }
        redactor.finish { out.append($0) }
        #expect(out == whole, "\(place)")
      }
    }
  }

  /// Whatever bytes there are: what is no secret is not touched.
  @Test func otherBytesStay() {
    let odd: [UInt8] = [0xFF, 0x00, 0xC3, 0x0D, 0x0D, 0x0A, 0x80, 0x0A, 0x1B, 0x5B, 0x4B]
    let long = [UInt8](repeating: 0x61, count: 3 * Redactor.window)
    let text =
      odd + Array("--token \(Sample.token)".utf8) + odd + long + odd + Array("--token \(Sample.token)".utf8) + odd
    let half = Pseudonyms(KeyedDigest(key: (1, 2))).text(for: Array(Self.half.utf8))
    let token = Array("--token m4449q.".utf8) + half
    #expect(redacted(text) == odd + token + odd + long + odd + token + odd)
    #expect(redacted(text, chunk: 1000) == redacted(text))
  }

  /// A secret that does not fit into the window vanishes whole.
  @Test(arguments: ["--password=", "client-key-data: ", "Authorization: Bearer ", "{\"password\":\""])
  func longSecrets(_ name: String) {
    let secret = String(repeating: "c2VjcmV0", count: Redactor.window / 3)
    let text = "a \(name)\(secret)\" b\n"
    #expect(masked(text) == "a \(name)…\" b\n")
    #expect(redacted(Array(text.utf8), chunk: 5000) == redacted(Array(text.utf8)))
  }

  /// A complete line is given at once; what may be a secret is not.
  @Test(
    arguments: [
      ("[init] Using Kubernetes version\n", "[init] Using Kubernetes version\n"),
      ("[upload-certs] Using certificate key:\n", "[upload-certs] Using certificate key:\n"),
      ("--token \(Sample.token) \\\n", "--token m4449q.… \\\n"), ("--token \(Sample.token.prefix(20))", "--token "),
      ("Password: ", "Password: "), ("https://root:s3c", ""),
      ("apiVersion: v1\ndata:\n  a: YWJj\n", "apiVersion: v1\ndata:\n"),
      ("-----BEGIN PRIVATE KEY-----\n\(keyLine)\nMII", "-----BEGIN PRIVATE …-----\n…\n"),
      ("password: x\n", "password: …\n"),
    ])
  func linesAreGivenAtOnce(_ text: String, _ expected: String) {
    var redactor = Redactor()
    var out: [UInt8] = []
    redactor.feed(Array(text.utf8).span) { out.append($0) }
    #expect(withoutPseudonyms(out) == expected)
  }

  private static func indented(_ text: String, _ by: String) -> String {
    text.split(separator: "\n").map { by + $0 + "\n" }.joined()
  }
}
