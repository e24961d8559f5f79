import KubelogKit
import Testing
import TestSamples

private let second: Int64 = 1_000_000
private let hour = 3600 * second
private let day = 24 * hour

/// Reads `text` as a file whose sessions began at ``begin``, and asks for its secrets.
private func secrets(
  of texts: [(text: String, at: Int64?)], now: Int64 = begin + hour, node: String? = "m1"
) throws -> ResultTable {
  try withStore { path in
    for (index, input) in texts.enumerated() {
      var parser = try Parser(
        SourceOptions(node: node, clock: ClockOptions(at: input.at, modified: begin + 9 * day, now: begin)))
      var lines = LineSplitter()
      lines.feed(Array(input.text.utf8).span) { parser.take($0, at: $1) }
      lines.finish { parser.take($0, at: $1, isWhole: false) }
      parser.finish()
      let writer = try Writer(store: path, source: "/var/log/\(index).log", cluster: nil, sealing: .fixed)
      try writer.write(parser.drain())
      try writer.finish(format: "kubeadm", bytes: 0, lines: 0, truncatedLines: 0, badUTF8Lines: 0)
    }
    return try KubelogQueryTests.secrets(path, now: now)
  }
}

private func listing(_ rows: String...) -> String {
  "TOKEN   TTL   EXPIRES   USAGES   DESCRIPTION   EXTRA GROUPS\n" + rows.map { $0 + "\n" }.joined()
}

private let uploadLog = """
  [upload-certs] Storing the certificates in Secret "kubeadm-certs" in the "kube-system" Namespace
  [upload-certs] Using certificate key:
  \(certificateKey)

  """

extension ResultTable {
  /// The row of an id as a dictionary of texts.
  fileprivate func row(_ id: String) throws -> [String: Value] {
    let index = try #require(try texts("id").firstIndex(of: id))
    return Dictionary(uniqueKeysWithValues: zip(columns.map(\.name), rows[index]))
  }
}

/// 2026-11-23T14:00:00Z is ``begin``.
@Suite struct PrintedExpiryTests {
  @Test func printedExpiryReplacesTheDefault() throws {
    let row = try secrets(of: [
      ("[bootstrap-token] Using token: \(token)\n", begin),
      (listing("\(token)   23h   2026-11-24T14:10:00Z   authentication,signing   mine   <none>"), begin + hour),
    ]).row("m4449q")
    #expect(row["expires_at"] == .integer(begin + day + 600 * second))
    #expect(row["expires_basis"] == .text("printed"))
    #expect(row["usages"] == .text("[\"authentication\",\"signing\"]"))
    #expect(row["description"] == .text("mine"))
    #expect(row["state"] == .text("valid"))
    #expect(row["approximate"] == .integer(0))
    #expect(row["sightings"] == .integer(2))
  }

  @Test func newestListingWins() throws {
    let early = listing("\(token)   23h   2026-11-24T14:00:00Z   <none>   <none>   <none>")
    let late = listing("\(token)   23h   2026-11-25T14:00:00Z   <none>   <none>   <none>")
    let expected = Value.integer(begin + 2 * day)
    #expect(try secrets(of: [(early, begin), (late, begin + hour)]).row("m4449q")["expires_at"] == expected)
    #expect(try secrets(of: [(late, begin + hour), (early, begin)]).row("m4449q")["expires_at"] == expected)
  }

  @Test func neverIsPrinted() throws {
    let row = try secrets(of: [(listing("\(token)   <forever>   <never>   signing   <none>   <none>"), nil)]).row(
      "m4449q")
    #expect(row["state"] == .text("never"))
    #expect(row["expires_basis"] == .text("printed"))
    #expect(row["expires_at"] == .null)
    #expect(row["ttl_s"] == .integer(0))
  }

  @Test(arguments: [(begin + day - second, "expiring"), (begin + day, "expired")])
  func printedExpiryIsExact(now: Int64, state: String) throws {
    let text = listing("\(token)   23h   2026-11-24T14:00:00Z   signing   <none>   <none>")
    #expect(try secrets(of: [(text, nil)], now: now).texts("state") == [state])
  }

  // MARK: Deleted tokens

  @Test func deletionEndsAToken() throws {
    let list = listing("\(token)   23h   2026-11-24T14:00:00Z   signing   <none>   <none>")
    let gone = "bootstrap token \"m4449q\" deleted\n"
    #expect(try secrets(of: [(list + gone, nil)]).texts("state") == ["deleted"])
    #expect(try secrets(of: [(gone, begin + hour / 2), (list, begin)]).texts("state") == ["deleted"])
    #expect(try secrets(of: [(gone + list, nil)]).texts("state") == ["valid"])
    #expect(try secrets(of: [(gone, begin), (list, begin + hour / 2)]).texts("state") == ["valid"])
    #expect(try secrets(of: [(list, begin), (gone, begin + 2 * hour)]).texts("state") == ["valid"])
    #expect(try secrets(of: [(list + "bootstrap token \"abcdef\" deleted\n", nil)]).texts("state") == ["valid"])
  }

  // MARK: The clock of an upload

  private static let proxy =
    "dddd44.0a1b2c3d4e5f6071   1h   2026-11-23T16:00:02Z   <none>   Proxy for managing   <none>"

  @Test func proxyGivesTheKeyItsExpiry() throws {
    let table = try secrets(of: [(uploadLog, begin), (listing(Self.proxy), begin + hour)])
    let key = try #require(try table.texts("kind").firstIndex(of: "certificate-key"))
    #expect(try table.value(key, "expires_at") == .integer(begin + 2 * hour + 2 * second))
    #expect(try table.value(key, "expires_basis") == .text("printed"))
    #expect(try table.row("dddd44")["usages"] == .text("[]"))
  }

  @Test(
    arguments: [
      // Out of bounds, which a time that a person gave has an hour of; one that is no proxy.
      ["dddd44.0a1b2c3d4e5f6071   1h   2026-11-23T17:02:00Z   <none>   Proxy   <none>"],
      ["dddd44.0a1b2c3d4e5f6071   1h   2026-11-23T15:58:00Z   <none>   Proxy   <none>"],
      ["dddd44.0a1b2c3d4e5f6071   1h   2026-11-23T16:00:02Z   signing   Proxy   <none>"],
    ])
  func whatIsNotCertainIsNotTaken(rows: [String]) throws {
    let text = "TOKEN   TTL   EXPIRES\n" + rows.map { $0 + "\n" }.joined()
    let table = try secrets(of: [(uploadLog, begin), (text, begin + hour)])
    let key = try #require(try table.texts("kind").firstIndex(of: "certificate-key"))
    #expect(try table.value(key, "expires_basis") == .text("default-ttl"))
  }

  @Test func severalProxiesThatFitAreAnInterval() throws {
    let rows = [Self.proxy, "eeee55.77777777aaaaaaaa   1h   2026-11-23T16:00:04Z   <none>   Proxy   <none>"]
    let text = "TOKEN   TTL   EXPIRES\n" + rows.map { $0 + "\n" }.joined()
    func state(_ now: Int64) throws -> Value? {
      let table = try secrets(of: [(uploadLog, begin), (text, begin + hour)], now: now)
      let key = try #require(try table.texts("kind").firstIndex(of: "certificate-key"))
      #expect(try table.value(key, "expires_basis") == .text("printed"))
      #expect(try table.value(key, "expires_earliest") == .integer(begin + 2 * hour + 2 * second))
      #expect(try table.value(key, "expires_latest") == .integer(begin + 2 * hour + 4 * second))
      return try table.value(key, "state")
    }
    // One of the two is another upload's, and if that was the later this key is of no use.
    #expect(try state(begin + hour) == .text("unknown"))
    #expect(try state(begin + 2 * hour + 3 * second) == .text("unknown"))
    #expect(try state(begin + 2 * hour + 4 * second) == .text("expired"))
  }

  /// A listing from after the upload's end cannot hold its token: what fits there is another upload's.
  @Test func listingFromLaterSaysNothing() throws {
    let table = try secrets(of: [(uploadLog, begin), (listing(Self.proxy), begin + 4 * hour)], now: begin + 5 * hour)
    let key = try #require(try table.texts("kind").firstIndex(of: "certificate-key"))
    #expect(try table.value(key, "expires_basis") == .text("default-ttl"))
  }

  /// Somebody uploaded the certificates again where nobody read it: the listing has the later upload's token.
  @Test func proxyOfALaterUploadSupersedesTheKey() throws {
    let later =
      "eeee55.77777777aaaaaaaa   1h   2026-11-23T16:30:00Z   <none>   Proxy for managing TTL for the kubeadm-certs secret   <none>"
    let text = "TOKEN   TTL   EXPIRES\n" + [Self.proxy, later].map { $0 + "\n" }.joined()
    let log = "[init] Using Kubernetes version: v1.31.0\n" + uploadLog + "[bootstrap-token] Using token: \(token)\n"
    let listed = text + "\(token)   23h   2026-11-24T14:00:04Z   authentication,signing   mine   <none>\n"
    let table = try secrets(of: [(log, nil), (listed, nil)], now: begin + hour)
    let key = try #require(try table.texts("kind").firstIndex(of: "certificate-key"))
    // The token that init made dates the upload, so that of the two the first is its own.
    #expect(try table.value(key, "expires_at") == .integer(begin + 2 * hour + 2 * second))
    #expect(try table.value(key, "state") == .text("superseded"))
  }

  // MARK: Certificates

  private func check(_ name: String, _ date: String) -> String { "\(name)   \(date)   364d   ca   no\n" }

  @Test func issueGivesAYearAndACATen() throws {
    let table = try secrets(of: [
      ("[certs] Generating \"ca\" certificate and key\n[certs] Generating \"etcd/server\" certificate and key\n", begin)
    ])
    #expect(try table.texts("id") == ["etcd-server@m1", "ca@m1"])
    #expect(try table.texts("name") == ["etcd-server", "ca"])
    #expect(try table.texts("value") == [nil, nil])
    #expect(try table.texts("expires_basis") == ["derived", "derived"])
    #expect(try table.value(0, "expires_at") == .integer(begin + 365 * day))
    #expect(try table.value(1, "expires_at") == .integer(begin + 3650 * day))
    #expect(try table.texts("state") == ["valid", "valid"])
  }

  @Test func undatedIssueSaysNothing() throws {
    let table = try secrets(of: [("[certs] Generating \"ca\" certificate and key\n", nil)])
    #expect(try table.texts("state") == ["unknown"])
    #expect(try table.texts("expires_basis") == ["none"])
    #expect(try table.value(0, "expires_at") == .null)
  }

  @Test func listingIsToTheMinute() throws {
    let text = check("apiserver", "Nov 23, 2026 15:00 UTC")
    #expect(try secrets(of: [(text, nil)], now: begin + hour - second).texts("state") == ["expiring"])
    #expect(try secrets(of: [(text, nil)], now: begin + hour + 30 * second).texts("state") == ["unknown"])
    #expect(try secrets(of: [(text, nil)], now: begin + hour + 60 * second).texts("state") == ["expired"])
    #expect(try secrets(of: [(text, nil)]).value(0, "time_uncertainty_s") == .real(59.999999))
  }

  @Test(arguments: [(30 * day - second, "expiring"), (30 * day, "valid")])
  func certificatesExpireSoonForAMonth(before: Int64, state: String) throws {
    let text = check("apiserver", "Nov 23, 2027 14:00 UTC")
    #expect(try secrets(of: [(text, nil)], now: begin + 365 * day - before).texts("state") == [state])
  }

  @Test func renewalReplacesAnOlderListing() throws {
    let old = check("apiserver", "Nov 01, 2026 08:00 UTC")
    let renewal = "certificate for serving the Kubernetes API renewed\n"
    let renewed = try secrets(of: [(old, begin - hour), (renewal, begin)]).row("apiserver@m1")
    #expect(renewed["expires_at"] == .integer(begin + 365 * day))
    #expect(renewed["expires_basis"] == .text("derived"))
    #expect(renewed["state"] == .text("valid"))
    let listed = try secrets(of: [(renewal, begin - hour), (old, begin)]).row("apiserver@m1")
    #expect(listed["state"] == .text("expired"))
    // Without a clock the order of the input counts, and the new end is not known.
    #expect(try secrets(of: [(old + renewal, nil)]).row("apiserver@m1")["state"] == .text("unknown"))
  }

  @Test func listingWithoutANodeIsOfTheNodeThatWasIssuedThen() throws {
    let issue =
      "[mark-control-plane] Marking the node cp1 as control-plane\n[certs] Generating \"apiserver\" certificate and key\n"
    let list = check("apiserver", "Nov 23, 2027 14:01 UTC")
    #expect(try secrets(of: [(issue, begin), (list, nil)], node: nil).texts("id") == ["apiserver@cp1"])
    let other = check("apiserver", "Nov 20, 2027 14:01 UTC")
    #expect(try secrets(of: [(issue, begin), (other, nil)], node: nil).texts("id") == ["apiserver", "apiserver@cp1"])
  }

  @Test func dryRunIssuesNothing() throws {
    let table = try secrets(of: [("# kubeadm init --dry-run\n[certs] Generating \"ca\" certificate and key\n", begin)])
    #expect(try table.texts("state") == ["unknown"])
  }
}
