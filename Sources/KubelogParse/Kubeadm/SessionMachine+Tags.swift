internal import KubelogScan

extension SessionMachine {
  mutating func takeTag(_ tag: Tag, _ line: Bytes, _ record: Record, _ body: Range<Int>, _ out: inout Output) {
    if tag.name == "config/images" { bare = nil }
    if !belongs(tag, line) {
      begin(Self.command(begunBy: tag.name), record, host: out.host(of: record), &out)
    }
    session?.envelopeTime = record.time
    session?.finishFinding(&out)
    if tag.name != "upload-certs" { session?.finishUpload(&out) }
    session?.pass(line, body, out)
    session?.announce(&out)
    session?.takeTag(tag, line, body, &out)
  }

  /// Whether a tagged line goes on with the session there is, by what can only stand at a beginning.
  func belongs(_ tag: Tag, _ line: Bytes) -> Bool {
    guard let session else { return false }
    let command = session.facts.command
    let at = tag.rest.lowerBound
    switch tag.name {
    case "init" where line.hasIgnoringCase("using kubernetes version", at: at):
      // 1.8 says `[kubeadm] WARNING: kubeadm is in beta` before anything else, and until 1.17 a document of another kind
      // in the file of `--config` makes `[config] WARNING: Ignored YAML document with GroupVersionKind …`.
      return !session.isOver && session.phases.allSatisfy { $0 == "kubeadm" || $0 == "config" }
        && command.mayBecome(.`init`)
    case "preflight" where line.hasIgnoringCase("running pre-flight checks", at: at) && !isSecondPreflight(tag, line):
      return !session.isOver && !session.phases.contains("preflight")
    case "preflight" where line.has("Some fatal errors", at: at) || line.has("If you know", at: at): return true
    case "reset": return !session.isOver && (command == .reset || session.couldBeReset)
    case "upload-certs" where line.has("Storing the certificates", at: at):
      return !session.isOver && !session.phases.contains("upload-certs")
    case "check-expiration": return !session.isOver && command == .certsCheckExpiration && session.table == nil
    case "renew": return !session.isOver && command == .certsRenew && session.renewed.isEmpty
    case "config/images": return !session.isOver && session.phases.allSatisfy { $0 == "config/images" }
    case let name where name.hasPrefix("upgrade"):
      return command.isUpgrade || (!session.isOver && (command == .unknown || isUpgrade(after: session, tag, line)))
    case "dryrun": return !session.isOver
    default: return !session.isOver && !command.printsOwnTagsOnly
    }
  }

  /// Whether what looked like a phase run by itself is an upgrade whose beginning is missing: `[kubelet-start]` comes in
  /// the middle of one. `[upgrade/config]` and `[upgrade] Reading configuration` begin another.
  private func isUpgrade(after session: Session, _ tag: Tag, _ line: Bytes) -> Bool {
    session.facts.command == .phase && session.typed == nil && tag.name != "upgrade/config"
      && !line.has("Reading configuration", at: tag.rest.lowerBound)
  }

  /// Join prints a second heading before it becomes a control plane.
  func isSecondPreflight(_ tag: Tag, _ line: Bytes) -> Bool {
    line.first("before initializing", in: tag.rest) != nil
  }

  static func command(begunBy tag: String) -> SessionFacts.Command {
    switch tag {
    case "init": .`init`
    case "preflight", "kubeadm", "config/images": .unknown
    case "reset": .reset
    case "upload-certs": .uploadCerts
    case "check-expiration": .certsCheckExpiration
    case "renew": .certsRenew
    case "discovery", "download-certs", "check-etcd", "control-plane-join", "join", "csr", "bootstrap": .join
    case _ where tag.hasPrefix("upgrade"): .unknown
    default: .phase
    }
  }
}
