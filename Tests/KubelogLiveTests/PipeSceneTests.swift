import Testing

@testable import KubelogLive

/// Who holds the other end of a pipe, and what follows: each case is a job as text, a process a line.
///
/// `7<3 0=B 1=A : kubeadm init` is process 7, child of 3, that reads pipe B and writes our pipe A. `3=old.log` is a file that
/// it reads, `tty` whatever else; `?` another user's process, whose descriptors nobody may read. Without `<` the parent is 2,
/// the reader's; all are of one job, whose leader is process 10.
@Suite struct PipeSceneTests {
  struct Case: CustomTestStringConvertible {
    var verdict: PipeVerdict
    var job: String
    init(_ verdict: PipeVerdict, _ job: String) { (self.verdict, self.job) = (verdict, job) }
    var testDescription: String { job }
  }

  @Test(arguments: [
    // kubeadm itself, and behind what may stand before it.
    Case(.live, "10 0=tty 1=A : kubeadm init phase upload-certs --upload-certs"),
    Case(.live, "10 1=A 2=A : /usr/bin/kubeadm token create --print-join-command"),
    Case(.live, "10 1=A : sudo kubeadm init\n11<10 1=A : kubeadm init"),
    Case(.live, "10 1=A : sudo -E -u root -- /usr/bin/kubeadm init"),
    Case(.live, "10 1=A : sudo KUBECONFIG=/etc/kubernetes/admin.conf kubeadm token list"),
    Case(.live, "10 1=A : env -u HOME LANG=C kubeadm init"),
    Case(.live, "10 1=A : timeout -k 5 10m nice -n 5 kubeadm join lb:6443"),
    Case(.live, "10 1=A : stdbuf -oL kubeadm init"),
    Case(.live, "10 1=A : /usr/bin/time -f %e kubeadm init"),
    Case(.live, "10 1=A : nsenter -t 1 -m -u -i -n -p -- kubeadm token list"),
    Case(.live, "10 1=A : nsenter --target 1 --mount=/proc/1/ns/mnt kubeadm token list"),
    Case(.live, "10 1=A : ssh -p 2222 -i key root@cp1 sudo kubeadm init"),
    Case(.live, "10 1=A : ssh -oBatchMode=yes cp1 'sudo kubeadm init --upload-certs 2>&1 | tee /root/init.log'"),
    Case(.live, "10 1=A : sshpass -p x ssh cp1 kubeadm token list"),
    Case(.live, "10 1=A : docker exec -it -e A=b kind-control-plane kubeadm token list"),
    Case(.live, "10 1=A : podman exec cp1 sh -c 'kubeadm token list'"),
    Case(.live, "10 1=A : lxc exec cp1 -- kubeadm init"),
    Case(.live, "10 1=A : nerdctl --namespace k8s.io exec cp1 kubeadm init"),
    Case(.live, "10 1=A : bash -c 'kubeadm init'\n11<10 1=A : kubeadm init"),
    Case(
      .live, "10 1=A : bash -euxo pipefail -c 'kubeadm reset -f && kubeadm init 2>&1'\n11<10 1=A : kubeadm reset -f"),
    Case(.live, "10 1=A : sh -c 'date; echo begin; kubeadm init; sleep 1; kubeadm token list'"),
    Case(.live, "10 1=A : script -qec 'kubeadm init' /dev/null"),
    Case(.live, "10 1=A : su - root -c 'kubeadm init'"),
    Case(.live, "10 1=A : vagrant ssh cp1 -c 'sudo kubeadm init'"),
    Case(.live, "10 1=A : kubelog run -- kubeadm init"),
    // What kubeadm starts belongs to it.
    Case(.live, "10 1=A : kubeadm init\n11<10 1=A : crictl info"),
    // Others that tell what happens.
    Case(.live, "10 1=A : kubectl get nodes -w"),
    Case(.live, "10 1=A : kubectl --kubeconfig /etc/kubernetes/admin.conf -n kube-system get pods --watch"),
    Case(.live, "10 1=A : kubectl exec etcd-cp1 -- kubeadm version"),
    Case(.live, "10 1=A : journalctl -fu kubelet"),
    Case(.live, "10 1=A : ssh cp1 journalctl --follow -u kubelet"),
    Case(.live, "10 1=A : watch -n 5 kubectl get nodes"),
    // Filters that pass on at once.
    Case(.live, "10 1=B : kubeadm init\n11 0=B 1=A 3=tty : tee init.log"),
    // A file that the shell has open is not read by who only inherits it.
    Case(.live, "2 3=old.log : bash\n10 1=B 3=old.log : kubeadm init\n11 0=B 1=A 3=old.log : tee init.log"),
    Case(.recorded, "2 3=new.log : bash\n10 1=B : kubeadm init\n11 0=B 1=A 3=old.log : cat - old.log"),
    Case(.live, "10 1=B : kubeadm init\n11 0=B 1=C : tee a\n12 0=C 1=A : grep --line-buffered -v download"),
    Case(.live, "10 1=B : kubeadm init\n11 0=B 1=A : sed -u s/a/b/"),
    Case(.live, "10 1=B : kubeadm init\n11 0=B 1=A 3=/usr/bin/ts : perl /usr/bin/ts -i"),
    Case(.live, "10 1=B : kubeadm init\n11 0=B 1=A : kubelog ingest --tee"),
    Case(.live, "10 1=B : kubeadm init\n11 0=B 1=A : cat"),
    // Filters that hold back: arrival is late.
    Case(.undecided, "10 1=B : kubeadm init\n11 0=B 1=A : grep -v download"),
    Case(.undecided, "10 1=B : kubeadm init\n11 0=B 1=A : sed s/a/b/"),
    Case(.undecided, "10 1=B : kubeadm init\n11 0=B 1=C : awk {print}\n12 0=C 1=A : tee x"),
    Case(.undecided, "10 1=A : ssh cp1 'kubeadm init | grep -v x'"),
    // What was written earlier.
    Case(.recorded, "10 1=A 3=old.log : cat old.log"),
    Case(.recorded, "10 1=A : sudo cat /root/init.log"),
    Case(.recorded, "10 1=A : ssh cp1 cat /root/init.log"),
    Case(.recorded, "10 1=A : ssh cp1 'sudo journalctl -u kubelet'"),
    Case(.recorded, "10 0=old.log 1=A : cat"),
    Case(.recorded, "10 0=old.log 1=A : tee copy.log"),
    Case(.recorded, "10 1=A : zcat old.log.gz"),
    Case(.recorded, "10 1=A : gunzip -c old.log.gz"),
    Case(.recorded, "10 1=A : xz -dc old.log.xz"),
    Case(.recorded, "10 1=A : head -100 old.log"),
    Case(.recorded, "10 1=A : tail -n 500 old.log"),
    Case(.recorded, "10 1=A : curl -s https://example.org/init.log"),
    Case(.recorded, "10 1=A 3=old.log : grep -A 3 token old.log"),
    Case(.recorded, "10 0=tty 1=A 3=old.log : awk {print} old.log"),
    Case(.recorded, "10 1=A : journalctl -ufluentd"),
    Case(.recorded, "10 1=A : kubectl logs -n kube-system etcd-cp1"),
    Case(.recorded, "10 1=A : docker logs kubelet"),
    Case(.recorded, "10 1=A : bash -c 'kubeadm token list; cat old.log'"),
    Case(.recorded, "10 1=A : sh -c 'grep x < old.log'"),
    Case(.recorded, "10 1=B : cat old.log\n11 0=B 1=A : tee x"),
    Case(.recorded, "10 1=B : cat old.log\n11 0=B 1=C : grep x\n12 0=C 1=A : sed s/a/b/"),
    Case(.recorded, "10 1=A : kubeadm token list\n11 1=A 3=old.log : cat old.log"),
    // A shell that writes as well may write anything next.
    Case(.undecided, "10 1=A : -bash\n11<10 1=A : kubeadm token list"),
    Case(.undecided, "10 1=A : bash install.sh\n11<10 1=A : kubeadm init"),
    Case(.undecided, "10 1=A : bash -c 'if true; then kubeadm init; fi'\n11<10 1=A : kubeadm init"),
    Case(.undecided, "10 1=A : bash -c '$RUN init'"),
    Case(.undecided, "10 1=A : bash -c 'echo $(<old.log); kubeadm version'"),
    Case(.undecided, "10 1=A : bash -c 'kubeadm init; ./then-what'"),
    Case(.undecided, "10 1=A : python3 replay.py"),
    Case(.undecided, "10 1=A : sh ./kubeadm init"),
    Case(.undecided, "10 1=A : ssh cp1"),
    Case(.undecided, "10 1=A : tail -f /var/log/syslog"),
    Case(.undecided, "10 1=A : tail -n 100 -F /var/log/syslog"),
    Case(.undecided, "10 1=A : journalctl -f -o cat"),
    Case(.undecided, "10 1=A : kubectl logs -f etcd-cp1"),
    Case(.undecided, "10 1=A : kubectl get --raw /api/v1/nodes/cp1/proxy/logs/kubelet.log"),
    Case(.undecided, "10 1=A : systemctl status kubelet"),
    Case(.undecided, "10 1=A : cat /dev/fd/63"),
    Case(.undecided, "10 0=tty 1=A : cat"),
    Case(.undecided, "10 1=A : kubelog ingest"),
    Case(.undecided, "10 1=A :"),
    Case(.undecided, "10 1=tty : kubeadm init"),
    // A filter whose pipe another has filled and left.
    Case(.undecided, "11 0=B 1=A : tee x"),
    Case(.undecided, "11 0=B 1=A : grep --line-buffered -r x"),
    Case(.undecided, "11 0=B 1=A : tee x\n12 1=B 0=A : tee y"),
    // Another user's processes: the leader of the reader's job is who writes first.
    Case(.live, "10 ? : sudo kubeadm init"),
    Case(.live, "10 ? : sudo kubeadm init\n11 0=B 1=A : tee init.log"),
    Case(.live, "10 ? : sudo kubeadm init\n11 ? : sudo tee /root/init.log"),
    Case(.live, "10 ? : sudo kubeadm init\n30 0=C 1=tty : grep x"),
    Case(.undecided, "10 ? : sudo kubeadm init\n11 ? : grep x"),
    Case(.recorded, "10 ? : sudo cat /root/init.log"),
    Case(.undecided, "11 ? : sudo kubeadm init"),
    Case(.undecided, "10<9 ? : sudo kubeadm init"),
    Case(.undecided, "10 ? : sudo -s"),
  ])
  func whoWrites(_ row: Case) {
    #expect(scene(row.job).verdict == row.verdict)
  }

  @Test func amongMoreThanAreSeenNothingIsLive() {
    var scene = scene("10 1=A : kubeadm init")
    scene.isWhole = false
    #expect(scene.verdict == .undecided)
    scene = self.scene("10 1=A : cat old.log")
    scene.isWhole = false
    #expect(scene.verdict == .recorded)
  }

  private func scene(_ job: String) -> PipeScene {
    PipeScene(
      pipe: pipe("A"), reader: PipeProcess(id: 20, parent: 2, group: 10, words: []),
      processes: job.split(separator: "\n").map(process))
  }

  private func process(_ line: Substring) -> PipeProcess {
    let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let head = parts[0].split(separator: " ")
    let ids = head[0].split(separator: "<").compactMap { Int($0) }
    var ends: [Int: PipeProcess.End]? = [:]
    for end in head.dropFirst() {
      if end == "?" {
        ends = nil
      } else {
        let pair = end.split(separator: "=")
        let descriptor = Int(pair[0]) ?? -1
        ends?[descriptor] =
          pair[1] == "tty"
          ? .other : pair[1].count == 1 ? .pipe(pipe(pair[1]), writes: descriptor > 0) : .file("/root/\(pair[1])")
      }
    }
    return PipeProcess(
      id: ids[0], parent: ids.count > 1 ? ids[1] : 2, group: 10, words: words(parts[1]), ends: ends)
  }

  private func pipe(_ name: some StringProtocol) -> Int { Int(name.utf8.first ?? 0) }

  /// The words of a command line, of which some are in `'`.
  private func words(_ text: Substring) -> [String] {
    var words: [String] = []
    for (place, part) in text.split(separator: "'", omittingEmptySubsequences: false).enumerated() {
      if place % 2 == 1 { words.append(String(part)) } else { words += part.split(separator: " ").map(String.init) }
    }
    return words
  }
}
