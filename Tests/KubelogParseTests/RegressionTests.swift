import KubelogScan
import Testing

@testable import KubelogParse

/// One test for each fault that was found in reading, so that it stays mended.
@Suite struct RegressionTests {
  // 1. Crashes. Each line alone ends the process.
  @Test func emptyVersionDoesNotCrash() async {
    await #expect(processExitsWith: .success) { _ = try parse("[init] Using Kubernetes version: \n") }
  }
  @Test func emptyAddonDoesNotCrash() async {
    await #expect(processExitsWith: .success) { _ = try parse("[addons] Applied essential addon: \n") }
  }
  @Test func clippedErrorTagDoesNotCrash() async {
    await #expect(processExitsWith: .success) { _ = try parse("\t[ERROR \n") }
  }
  @Test func clippedWarningTagDoesNotCrash() async {
    await #expect(processExitsWith: .success) { _ = try parse("[WARNING \n") }
  }
  @Test func frameAfterHalfOfTheDayDoesNotCrash() async {
    await #expect(processExitsWith: .success) { _ = try parse("Mon Nov 23 02:35:12 AM -\n") }
  }
  @Test func yearWithManyDigitsDoesNotCrash() async {
    await #expect(processExitsWith: .success) { _ = try parse("Mon Nov 23 14:35:12 UTC 9999999999999999\n") }
  }
  @Test func lifeBeyondAllNumbersDoesNotCrash() async {
    await #expect(processExitsWith: .success) { _ = try parse("$ kubeadm init --token-ttl 99999999999999999999h\n") }
  }

  // 2. Secrets that are cut before they are masked.
  @Test func keyCutByTheLimitOfAMessageIsMasked() throws {
    let filler = String(repeating: "x", count: 960)
    let parsed = try parse("[preflight] Running pre-flight checks\n\t[ERROR Odd]: begin\n\(filler) \(Sample.key)\n")
    #expect(!parsed.shown.contains(Sample.key.prefix(16)))
  }
  @Test func wordsOfResetThatRanIntoACommandAreMasked() throws {
    let words = "The reset process does not clean CNI configuration"
    let parsed = try parse(
      "[reset] Stopping the kubelet service\n\(words)root@cp1:~# kubeadm init --token \(Sample.token)\n")
    #expect(parsed.events("kubeadm.session.ended").first?.message.hasPrefix(words) == true)
    #expect(!parsed.shown.contains(Sample.tokenSecret))
  }
  @Test func tokenCutByTheLimitOfAMessageIsMasked() throws {
    let filler = String(repeating: "x", count: 985)
    let parsed = try parse("[preflight] Running pre-flight checks\n\t[ERROR Odd]: begin\n\(filler) \(Sample.token)\n")
    #expect(!parsed.shown.contains(Sample.tokenSecret.prefix(6)))
  }
  @Test func tokenCutByTheLimitOfAnErrorIsMasked() throws {
    let filler = String(repeating: "x", count: 480 - 14)
    let parsed = try parse(
      "invalid value \(filler) \(Sample.token)\nTo see the stack trace of this error execute with --v=5 or higher\n")
    #expect(!parsed.shown.contains(Sample.tokenSecret.prefix(4)))
  }
  @Test func tokenCutByAPatternIsMasked() throws {
    let filler = String(repeating: "x", count: 380)
    let parsed = try parse(
      "Nov 23 14:36:16 cp1 kubelet[506]: E1123 14:36:16.123456     506 kubelet_node_status.go:93] \"Unable to register node with API server\" err=\"\(filler) \(Sample.token) and more\" node=\"cp1\"\n"
    )
    #expect(!parsed.shown.contains(Sample.tokenSecret.prefix(8)))
  }

  // 3. A join command pasted at a prompt with its backslash.
  @Test func typedCommandGoesOnAfterABackslash() throws {
    let parsed = try parse(
      "root@w1:~# kubeadm join a:1 --token \(Sample.token) \\\n> \t--discovery-token-ca-cert-hash \(Sample.hash) \\\n> \t--control-plane --certificate-key \(Sample.key)\n[preflight] Running pre-flight checks\n"
    )
    #expect(parsed.sessions.count == 1)
    #expect(parsed.sessions.map(\.caHashes) == [[Sample.hash]])
    #expect(parsed.secrets.map(\.kind) == [.bootstrapToken, .certificateKey])
  }

  // 4. A line that is valid UTF-8 and is cut in the middle of a letter.
  @Test func cutLineIsNotCountedAsBroken() {
    var lines = LineSplitter()
    let input = [0x61] + Array(String(repeating: "é", count: 600_000).utf8) + [0x0A]
    lines.feed(input.span) { _, _ in }
    #expect(lines.truncatedLines == 1)
    #expect(lines.badUTF8Lines == 0)
  }

  // 5. A folder of the zoneinfo is no zone.
  @Test func folderIsNoZone() async {
    await #expect(processExitsWith: .success) { #expect(Zone.named("Europe") == nil) }
  }
  @Test func fileThatIsNoZoneIsNone() async {
    await #expect(processExitsWith: .success) { #expect(Zone.named("zone.tab") == nil) }
  }
}
