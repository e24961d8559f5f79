import KubelogScan
import Testing

@testable import KubelogParse

@Suite struct PromptTests {
  private func typed(_ text: String) -> TypedCommand? { text.bytes { TypedCommand($0, 0..<$0.count) } }

  @Test(
    arguments: [
      ("[root@m1 ~]# kubeadm init", "m1"), ("root@cp1:~# kubeadm init", "cp1"),
      ("ubuntu@ip-10-0-0-1:~$ sudo kubeadm init", "ip-10-0-0-1"), ("➜  ~ kubeadm init", nil),
      ("➜  k8s git:(main) ✗ sudo kubeadm init", nil), ("bash-5.2# kubeadm init", nil), ("+ kubeadm init", nil),
      ("++ kubeadm init", nil), ("$ time kubeadm init", nil), ("# sudo -E kubeadm init", nil),
      ("$ FOO=1 HTTPS_PROXY=http://p:1 kubeadm init", nil), ("$ /usr/bin/kubeadm init", nil),
      ("(venv) root@m1:/srv# kubeadm init", "m1"), ("m1:~ # kubeadm init", nil), ("❯ kubeadm init", nil),
      ("[root@m1 ~]#kubeadm init", "m1"), ("root@m1:~# swapoff -a && kubeadm init", "m1"),
      ("vagrant@localhost:~$ sudo -u root kubeadm init", nil), ("root@m1:~# kubeadm init | tee init.log", "m1"),
      ("root@m1:~# kubeadm init 2>&1", "m1"), ("root@m1:~# kubeadm init; date", "m1"),
      ("root@m1:~# kubeadm init > /tmp/x 2>/tmp/y", "m1"), ("root@m1:~# kubeadm init # the first", "m1"),
    ] as [(String, String?)])
  func promptsAndTheirHosts(text: String, host: String?) throws {
    let found = try #require(typed(text))
    #expect(found.text == "kubeadm init")
    #expect(found.host == host)
  }

  @Test(
    arguments: [
      "echo $HOME kubeadm init", "cost: 5$ kubeadm init", "\"$ kubeadm init\"", "root@m1:~# man kubeadm init",
      "root@m1:~# kubeadm init --help", "root@m1:~# kubeadm config images list",
      "root@m1:~# apt install kubeadm kubelet",
      "- name: run kubeadm init", "JOIN=$(kubeadm token create --print-join-command)",
    ])
  func otherLinesAreNoCommands(text: String) {
    #expect(typed(text) == nil)
  }

  @Test func valuesInQuotesMayHoldSignsOfTheShell() throws {
    let found = try #require(typed("$ kubeadm token create --description 'a; b | c > d' --ttl 2h | tee x"))
    #expect(found.command.tokenTTL == 7200)
  }

  @Test(
    arguments: [
      ("--control-plane-endpoint lb:8443", "lb:8443"), ("--control-plane-endpoint=lb", "lb:6443"),
      ("--control-plane-endpoint lb --apiserver-bind-port 7443", "lb:7443"),
      ("--control-plane-endpoint fd00::1", "[fd00::1]:6443"),
      ("--control-plane-endpoint [fd00::1]:7443", "[fd00::1]:7443"), ("--control-plane-endpoint $LB", nil), ("", nil),
    ] as [(String, String?)])
  func endpointHasAPort(flags: String, expected: String?) {
    #expect(CommandLine("kubeadm init \(flags)").controlPlaneEndpoint == expected)
  }
}

@Suite struct KubeadmFormsTests {
  @Test func promptNamesTheNodeWhereNothingBetterDoes() throws {
    let list = "\(Sample.token)   1h   2026-11-23T16:43:39Z   <none>\n"
    #expect(try parse("root@m1:~# kubeadm token list\n\(list)").sessions.map(\.node) == ["m1"])
    #expect(try parse("root@m1:~# kubeadm token list\n\(list)", node: "cp1").sessions.map(\.node) == ["cp1"])
    let marked = "[mark-control-plane] Marking the node m1.lan as control-plane by adding the taints [a]\n"
    #expect(try parse("root@m1:~# kubeadm init\n\(marked)").sessions.map(\.node) == ["m1.lan"])
    #expect(try parse("root@m1:~# kubeadm init --node-name n1\n").sessions.map(\.node) == ["n1"])
  }

  @Test func typedKeyIsUsedUntilItIsUploaded() throws {
    let typed = "# kubeadm init --upload-certs --skip-certificate-key-print --certificate-key \(Sample.key)\n"
    let begun = try parse(typed + "[init] Using Kubernetes version: v1.22.4\n")
    #expect(begun.secrets.map(\.role) == [.used])
    let uploaded = try parse(
      typed + "[upload-certs] Storing the certificates in Secret \"kubeadm-certs\"\n[addons] Applied\n")
    #expect(uploaded.secrets.map(\.role) == [.used, .uploaded])
    #expect(Set(uploaded.secrets.map(\.value)) == [Sample.key])
  }

  @Test(
    arguments: [
      ("token create --ttl 2h", SightingRole.created), ("token generate", .generated),
      ("token list -o jsonpath=x", .listed),
    ])
  func bareTokenIsOfItsCommand(command: String, role: SightingRole) throws {
    let parsed = try parse("# kubeadm \(command)\n\(Sample.token)\n")
    #expect(parsed.secrets.map(\.role) == [role])
    #expect(parsed.secrets.first?.ttlSeconds == (role == .created ? 7200 : nil))
    #expect(parsed.sessions.map(\.outcome) == [.succeeded])
  }

  @Test func bareTokensInARowAreAllSeen() throws {
    let parsed = try parse("\(Sample.token)\nabcdef.0123456789abcdef\n")
    #expect(parsed.secrets.map(\.value) == [Sample.token, "abcdef.0123456789abcdef"])
    #expect(parsed.secrets.map(\.role) == [.printed, .printed])
    #expect(parsed.sessions == [])
  }

  @Test(arguments: ["config.kubernetesclient", "m4449q.4sfwioowappz2qr", "a token m4449q.4sfwioowappz2qre"])
  func whatOnlyLooksLikeATokenIsNone(_ line: String) throws {
    #expect(try parse(line + "\n").secrets == [])
  }

  @Test func keyIsGeneratedOnlyBehindItsCommand() throws {
    #expect(try parse("# kubeadm certs certificate-key\n\(Sample.key)\n").secrets.map(\.role) == [.generated])
    #expect(try parse("# kubeadm alpha certs certificate-key\n\(Sample.key)\n").secrets.map(\.role) == [.generated])
    #expect(try parse("\(Sample.key)\n").secrets == [])
  }

  @Test(
    arguments: [
      ("firewalld is active, please ensure ports [6443 10250] are open", "Firewalld"),
      ("docker service is not enabled, please run 'systemctl enable docker.service'", "Service-Docker"),
      ("kubelet service is not active, please run 'systemctl start kubelet.service'", "Service-Kubelet"),
      ("ebtables not found in system path", "FileExisting-ebtables"), ("Port 10250 is in use", "Port-10250"),
      ("/var/lib/etcd is not empty", "DirAvailable--var-lib-etcd"),
      ("/etc/kubernetes/kubelet.conf already exists", "FileAvailable--etc-kubernetes-kubelet.conf"),
      (
        "/proc/sys/net/bridge/bridge-nf-call-iptables contents are not set to 1",
        "FileContent--proc-sys-net-bridge-bridge-nf-call-iptables"
      ),
      ("hostname \"n1\" could not be reached", "Hostname"), ("user is not running as root", "IsPrivilegedUser"),
      ("running with swap on is not supported. Please disable swap", "Swap"),
      (
        "Connection to \"https://10.0.0.1:6443\" uses proxy \"http://p:1\". If that is not intended, adjust",
        "HTTPProxy"
      ),
      ("something went wrong", nil), ("", nil), ("Port of call", nil),
    ] as [(String, String?)])
  func checksOf18(text: String, expected: String?) throws {
    #expect(PreflightText.check(text) == expected)
    let parsed = try parse("[preflight] Running pre-flight checks\n[preflight] WARNING: \(text)\n[init] x\n")
    #expect(parsed.events("kubeadm.preflight.warning").map { $0.attribute("check") } == (expected.map { [$0] } ?? []))
  }

  @Test func failureOf18NamesItsChecks() throws {
    let parsed = try parse(
      """
      [kubeadm] WARNING: kubeadm is in beta, please do not use it for production clusters.
      [init] Using Kubernetes version: v1.8.4
      [preflight] Running pre-flight checks
      [preflight] Some fatal errors occurred:
      \tPort 10250 is in use
      \t/etc/kubernetes/manifests is not empty
      [preflight] If you know what you are doing, you can skip pre-flight checks with `--skip-preflight-checks`
      """)
    #expect(parsed.sessions.map(\.command) == [.`init`])
    #expect(parsed.sessions.map(\.outcome) == [.failed])
    #expect(
      parsed.events("kubeadm.preflight.error").map { $0.attribute("check") }
        == ["Port-10250", "DirAvailable--etc-kubernetes-manifests"])
  }

  /// A file of `--config` with a document for join in it.
  @Test func warningAboutTheConfigurationBelongsToInit() throws {
    let parsed = try parse(
      """
      [config] WARNING: Ignored YAML document with GroupVersionKind kubeadm.k8s.io/v1beta2, Kind=JoinConfiguration
      [init] Using Kubernetes version: v1.17.2
      [preflight] Running pre-flight checks
      """)
    #expect(Set(parsed.sessions.map(\.run)).count == 1)
    #expect(parsed.sessions.last?.command == .`init`)
    #expect(parsed.events("kubeadm.phase.started").map { $0.attribute("phase") } == ["config", "init", "preflight"])
  }

  @Test func troubleAloneIsAFailure() throws {
    let parsed = try parse(
      """
      [init] Using Kubernetes version: v1.11.2
      [init] waiting for the kubelet to boot up the control plane as Static Pods from directory "/etc/kubernetes/manifests"

      Unfortunately, an error has occurred:
      \ttimed out waiting for the condition

      This error is likely caused by:
      \t- The kubelet is not running
      """)
    #expect(parsed.sessions.map(\.outcome) == [.failed])
    #expect(
      parsed.sessions.map(\.error) == ["Unfortunately, an error has occurred: timed out waiting for the condition"])
    #expect(parsed.events("kubeadm.session.ended").count == 1)
  }

  @Test func fatalBehindATagIsAFailure() throws {
    let parsed = try parse(
      "[upgrade/version] You have chosen to change the cluster version to \"v1.13.4\"\n[upgrade/apply] FATAL: no etcd\n"
    )
    #expect(parsed.sessions.map(\.outcome) == [.failed])
    #expect(parsed.sessions.map(\.error) == ["no etcd"])
    #expect(parsed.sessions.map(\.command) == [.upgradeApply])
  }

  @Test func resetOfOldEndsWithItsFiles() throws {
    let state = "[reset] Deleting contents of stateful directories: [/var/lib/kubelet]\n"
    let files = "[reset] Deleting files: [/etc/kubernetes/admin.conf]\n"
    #expect(try parse("[reset] Stopping\n\(state)\(files)").sessions.map(\.outcome) == [.succeeded])
    #expect(try parse("[reset] Stopping\n\(files)\(state)").sessions.map(\.outcome) == [.incomplete])
    let both = try parse("[reset] Stopping\n\(state)\(files)\nThe reset process does not reset or clean up iptables\n")
    #expect(both.sessions.map(\.outcome) == [.succeeded])
    #expect(both.events("kubeadm.session.ended").count == 1)
  }

  @Test func lineBesideAQuestionIsReadAsALine() throws {
    let parsed = try parse(
      "[reset] Are you sure you want to proceed? [y/N]: [preflight] Running pre-flight checks\n[reset] Stopping\n")
    #expect(parsed.sessions.map(\.command) == [.reset])
    #expect(parsed.events("kubeadm.phase.started").map { $0.attribute("phase") } == ["reset", "preflight"])
  }

  @Test func upgradeOfAWorkerSince132() throws {
    let parsed = try parse(
      """
      [upgrade] Reading configuration from the "kubeadm-config" ConfigMap in namespace "kube-system"...
      [kubelet-start] Writing kubelet configuration to file "/var/lib/kubelet/config.yaml"
      [upgrade/kubelet-config] The kubelet configuration for this node was successfully upgraded!
      [addons] Applied essential addon: CoreDNS
      """)
    #expect(parsed.sessions.map(\.command) == [.upgradeNode])
    #expect(parsed.sessions.map(\.outcome) == [.succeeded])
  }

  @Test(arguments: ["dry-running", "dryrunning"])
  func dryRunSaysThatItIsDone(word: String) throws {
    let parsed = try parse(
      "[upgrade/version] You have chosen to change the cluster version to \"v1.22.4\"\n[dryrun] Finished \(word) successfully!\n"
    )
    #expect(parsed.sessions.map(\.outcome) == [.succeeded])
    #expect(parsed.sessions.map(\.isDryRun) == [true])
  }

  @Test func upgradeRenewsCertificates() throws {
    let parsed = try parse("[upgrade/staticpods] Renewing etcd-server certificate\n", node: "m1")
    #expect(parsed.events("kubeadm.certificate.renewed").map { $0.attribute("name") } == ["etcd-server"])
    #expect(parsed.secrets.map(\.value) == ["etcd-server@m1"])
  }

  @Test(
    arguments: [
      ("[kubeconfig] Writing \"admin.conf\" kubeconfig file", ["admin.conf"]),
      ("[kubeconfig] Wrote KubeConfig file to disk: \"/etc/kubernetes/scheduler.conf\"", ["scheduler.conf"]),
      ("[kubeconfig] Writing \"kubelet.conf\" kubeconfig file", []),
      ("[kubeconfig] Using existing kubeconfig file: \"/etc/kubernetes/admin.conf\"", []),
      ("[certs] Generating \"etcd/ca\" certificate and key", ["etcd-ca"]),
      ("[certificates] Generated apiserver certificate and key.", ["apiserver"]),
      ("[certs] Generating \"sa\" key and public key", []), ("[certs] Using existing ca certificate authority", []),
    ])
  func certificatesAreIssued(line: String, names: [String]) throws {
    let parsed = try parse(line + "\n")
    #expect(parsed.secrets.filter { $0.kind == .certificate }.map(\.value) == names)
    #expect(parsed.secrets.allSatisfy { $0.ttlSeconds == (names == ["etcd-ca"] ? 315_360_000 : 31_536_000) })
  }

  @Test func runsOfOneFileAreToldApart() throws {
    let check = "[check-expiration] Reading configuration from the cluster...\n"
    let parsed = try parse(
      "[init] Using Kubernetes version: v1.22.4\n\(check)ca   Jul 31, 2027 08:55 UTC   1y\n[renew] Reading configuration\n"
        + "[config/images] Pulled a\n[config/images] Pulled b\n")
    #expect(parsed.sessions.map(\.command) == [.`init`, .certsCheckExpiration, .certsRenew, .unknown])
  }
}
