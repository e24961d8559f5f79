import KubelogParse
import KubelogScan
import Testing

/// The same session in every envelope is the same session: only its times and its host are told better or worse.
@Suite struct EnvelopeTests {
  /// A session as it is compared: what happened, without when and where it stands.
  private static func told(_ parsed: Parsed) -> [String] {
    parsed.events.map { event in
      // A certificate's id ends with its node, which some envelopes name.
      let secrets = event.secrets.map {
        let value = $0.kind == .certificate ? String($0.value.prefix { $0 != "@" }) : $0.value
        return "\($0.kind) \(value) \($0.role) \($0.endpoint ?? "-") \($0.caHashes)"
      }
      return "\(event.kind) \(event.severity) \(event.message) \(event.attributesJSON) \(secrets)"
    }
  }

  private static func facts(_ parsed: Parsed) -> [String] {
    parsed.sessions.map {
      "\($0.command) \($0.outcome) \($0.kubernetesVersion ?? "-") \($0.endpoint ?? "-") \($0.caHashes) \($0.error ?? "-")"
    }
  }

  @Test(arguments: Wrapper.all, [Sample.initOutput, Sample.failedJoin])
  func theSameSessionInEveryEnvelope(_ wrapper: Wrapper, _ plain: String) throws {
    let lines = plain.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let bare = try parse(lines.joined(separator: "\n") + "\n")
    let wrapped = try parse(wrapper.wrap(lines))
    #expect(Self.told(bare).count > 3)
    #expect(Self.told(wrapped) == Self.told(bare))
    #expect(Self.facts(wrapped) == Self.facts(bare))
    if let host = wrapper.host { #expect(wrapped.events.allSatisfy { $0.node == host }) }
  }

  /// However the bytes fall, the envelopes come off alike.
  @Test(arguments: Wrapper.all, [1, 7])
  func chunksDoNotMatter(_ wrapper: Wrapper, _ chunk: Int) throws {
    let lines = Sample.initOutput.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let text = wrapper.wrap(lines)
    let (whole, pieces) = (try parse(text), try parse(text, chunk: chunk))
    #expect(Self.told(pieces) == Self.told(whole))
    #expect(pieces.events.map(\.position) == whole.events.map(\.position))
  }
}

extension Sample {
  /// kubeadm 1.22.4 joining with `-v=1` and a token that is no more.
  static let failedJoin = #"""
    I1123 14:43:12.123456    2201 join.go:405] [preflight] found NodeName empty; using OS hostname as NodeName
    [preflight] Running pre-flight checks
    I1123 14:43:12.223456    2201 preflight.go:92] [preflight] Running general checks
    	[WARNING Service-Kubelet]: kubelet service is not enabled, please run 'systemctl enable kubelet.service'
    	[WARNING Hostname]: hostname "w9": lookup w9 on 10.0.0.2:53: no such host
    I1123 14:43:12.323456    2201 join.go:475] [preflight] Discovering cluster-info
    error execution phase preflight: couldn't validate the identity of the API Server: invalid discovery token CA certificate hash: invalid hash "sha256:12", could not find JWS
    To see the stack trace of this error execute with --v=5 or higher
    """#
}
