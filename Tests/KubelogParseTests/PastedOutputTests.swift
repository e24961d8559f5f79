import KubelogScan
import Testing

@testable import KubelogParse

/// What people have: output in scripts, lists and pages, and pieces without their beginning.
@Suite struct PastedOutputTests {
  @Test(
    arguments: [
      ("# ", "# ", ""), ("  - '", "  - '", "'"), ("    \"", "    \"", "\","), ("- \"", "- \"", "\""), ("- ", "- ", ""),
    ])
  func outputBehindAMarkIsRead(first: String, mark: String, end: String) throws {
    let parsed = try parse(
      """
      \(first)[upload-certs] Storing the certificates in Secret "kubeadm-certs"\(end)
      \(mark)[upload-certs] Using certificate key:\(end)
      \(mark)\(Sample.key)\(end)

      """)
    #expect(parsed.sessions.map(\.command) == [.uploadCerts])
    #expect(parsed.secrets.map(\.value) == [Sample.key])
  }

  @Test func marksAreBelievedOnlyAfterATag() throws {
    #expect(try parse("# kubeadm join m1:6443 --token \(Sample.token)\n").sessions.map(\.command) == [.join])
    let notes = "# [preflight] Running pre-flight checks\n\n# kubeadm join m1:6443 --token \(Sample.token)\n"
    #expect(try parse(notes).secrets.map(\.role) == [.printed])
    #expect(try parse("- [ ] kubeadm init\n- [link] to it\n\"[quoted] words\"\n").sessions == [])
  }

  @Test func wordsBehindAKeyAreNotPartOfIt() throws {
    let parsed = try parse("[upload-certs] Using certificate key:\n\(Sample.key) <-- copy this\n")
    #expect(parsed.secrets.map(\.value) == [Sample.key])
    #expect(try parse("[upload-certs] Using certificate key:\n\(Sample.key)ab <-- copy this\n").secrets == [])
  }

  @Test(
    arguments: [
      ("[root@n1 ~] kubeadm reset -f", "n1"), ("cp1 ~ ➜  kubeadm reset -f", nil),
      ("root@n1:~# docker exec -it cp1 kubeadm reset -f", nil), ("$ ssh root@cp2 sudo kubeadm reset -f", nil),
      ("$ lxc exec cp1 -- kubeadm reset -f", nil),
    ] as [(String, String?)])
  func promptsOfPages(line: String, host: String?) throws {
    let typed = try #require(line.bytes { TypedCommand($0, 0..<$0.count) })
    #expect(typed.text == "kubeadm reset -f")
    #expect(typed.host == host)
  }

  @Test(arguments: ["[note] kubeadm reset", "$ docker run -it cp1 kubeadm reset", "$ ssh-copy-id cp1 kubeadm reset"])
  func otherLinesAreNoCommands(line: String) { #expect(line.bytes { TypedCommand($0, 0..<$0.count) } == nil) }

  @Test(
    arguments: [
      ("sudo kubeadm init --token-ttl 2h\n...\n[kubelet-check] Initial timeout of 40s passed.\n", "init"),
      ("sudo kubeadm upgrade plan\n```\n\n```\n[preflight] Running pre-flight checks\n", "upgrade-plan"),
      ("kubeadm init\nThen, on the others:\n[preflight] Running pre-flight checks\n", "unknown"),
      ("kubeadm reset\n[certs] Using certificateDir folder\n", "phase"),
      ("kubeadm init\n[config/images] Pulled registry.k8s.io/pause:3.10\n", "unknown"),
      ("kubeadm token create\n\(Sample.token)\n[preflight] Running pre-flight checks\n", "unknown"),
    ])
  func commandWithoutPromptIsOfTheOutputRightBelow(text: String, command: String) throws {
    #expect(try parse(text).sessions.map(\.command.rawValue) == [command])
  }

  @Test func commandsWithoutOutputAreNoSessions() throws {
    #expect(try parse("sudo kubeadm init\n\nkubeadm reset -f\n").sessions == [])
  }

  @Test(
    arguments: [
      ("[kubelet-start] Writing kubelet configuration\n[upgrade/successful] SUCCESS! Enjoy!\n", "upgrade-apply"),
      ("[certs] Valid\n[check-etcd] Checking that the etcd cluster is healthy\n", "join"),
      ("[upload-config] Storing\n[bootstrap-token] Using token: \(Sample.token)\n", "init"),
      ("[bootstrap-token] Using token: \(Sample.token)\n", "phase"),
      ("[upgrade/versions] Target version: v1.36.4\n", "upgrade-plan"),
    ])
  func pieceWithoutItsBeginningSaysWhatItIs(text: String, command: String) throws {
    #expect(try parse(text).sessions.map(\.command.rawValue) == [command])
  }

  @Test func phaseAndUpgradeAfterItAreTwo() throws {
    let parsed = try parse(
      "[certs] Using certificateDir folder\n[upgrade/config] Reading configuration from the cluster\n")
    #expect(parsed.sessions.count == 2)
  }

  @Test func resetHasNoPhasesOfOthers() throws {
    let parsed = try parse("$ kubeadm reset -f\n[check-etcd] Checking that the etcd cluster is healthy\n")
    #expect(parsed.sessions.map(\.command) == [.reset, .join])
  }

  @Test func endOfAnUpgradeOfOldIsTheEndOnlyWhereNothingFollows() throws {
    let end = "[upgrade] The control plane instance for this node was successfully updated!\n"
    #expect(try parse(end).sessions.map(\.outcome) == [.succeeded])
    let further = try parse(end + "[kubelet-start] Writing kubelet configuration to file\n")
    #expect(further.sessions.map(\.outcome) == [.incomplete])
    #expect(further.events("kubeadm.session.ended").isEmpty)
  }

  @Test func failedChecksOnOneLineAreAllFound() throws {
    let parsed = try parse(
      "error execution phase preflight: [preflight] Some fatal errors occurred: [ERROR Swap]: on [ERROR NumCPU]: 1\n")
    #expect(parsed.events("kubeadm.preflight.error").map { $0.attribute("check") } == ["Swap", "NumCPU"])
  }

  @Test func tokenOf17IsCreated() throws {
    let parsed = try parse("[token] Using token: \(Sample.token)\n[apiconfig] Created RBAC rules\n")
    #expect(parsed.secrets.map(\.role) == [.created])
    #expect(parsed.secrets.map(\.ttlSeconds) == [0])
    let asked = try parse("# kubeadm init --token-ttl 2h\n[token] Using token: \(Sample.token)\n")
    #expect(asked.secrets.map(\.ttlSeconds) == [7200])
  }

  @Test func joinBehindSudoGoesOnInTheNextLines() throws {
    let parsed = try parse(
      "sudo kubeadm join cp1:6443 \\\n  --token \(Sample.token) \\\n  --discovery-token-ca-cert-hash \(Sample.hash)\n")
    #expect(parsed.secrets.map(\.caHashes) == [[Sample.hash]])
  }
}
