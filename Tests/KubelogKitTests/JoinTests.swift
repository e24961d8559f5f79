import KubelogKit
import Testing
import TestSamples

private let workerCommand =
  "kubeadm join k8s-api.lab.local:6443 --token \(token) --discovery-token-ca-cert-hash \(caHash)"
private let tokenRenewal = "kubeadm token create --print-join-command"
private let keyRenewal = "kubeadm init phase upload-certs --upload-certs"

@Suite struct JoinTests {
  @Test func workerJoinsWithinADay() throws {
    try withDesk { desk in
      try watch(initLog, at: begin, into: desk.kubelog)
      let answer = try desk.at(begin + hour).join(.worker)
      #expect(answer.role == .worker)
      #expect(answer.command == workerCommand)
      #expect(answer.isValid)
      #expect(answer.expiresAt == begin + 24 * hour)
      #expect(answer.remaining == 82_800)
      #expect(answer.limitedBy == "bootstrap-token")
      #expect(answer.reason == nil)
      #expect(answer.renew == [tokenRenewal])
    }
  }

  @Test func controlPlaneJoinsWithinTwoHours() throws {
    try withDesk { desk in
      try watch(initLog, at: begin, into: desk.kubelog)
      let answer = try desk.at(begin + hour).join(.controlPlane)
      #expect(answer.command == workerCommand + " --control-plane --certificate-key \(certificateKey)")
      #expect(answer.isValid)
      #expect(answer.expiresAt == begin + 2 * hour)
      #expect(answer.remaining == 3600)
      #expect(answer.limitedBy == "certificate-key")
      #expect(answer.renew == [keyRenewal, tokenRenewal])
    }
  }

  @Test func controlPlaneIsRefusedWhenOnlyTheKeyHasExpired() throws {
    try withDesk { desk in
      try watch(initLog, at: begin, into: desk.kubelog)
      let answer = try desk.at(begin + 3 * hour).join(.controlPlane)
      #expect(!answer.isValid)
      #expect(answer.expiresAt == begin + 2 * hour)
      #expect(answer.remaining == -3600)
      #expect(answer.reason?.hasPrefix("certificate key ") == true)
      #expect(answer.reason?.hasSuffix(" is expired") == true)
      #expect(answer.reason?.contains(certificateKey) == false)
      #expect(answer.renew.first == keyRenewal)
      #expect(try desk.at(begin + 3 * hour).join(.worker).isValid)
    }
  }

  @Test func workerIsRefusedAfterADay() throws {
    try withDesk { desk in
      try watch(initLog, at: begin, into: desk.kubelog)
      let answer = try desk.at(begin + 25 * hour).join(.worker)
      #expect(!answer.isValid)
      #expect(answer.reason == "token m4449q is expired")
      #expect(answer.limitedBy == "bootstrap-token")
      #expect(answer.command == workerCommand, "--force prints it all the same")
      #expect(answer.renew == [tokenRenewal])
    }
  }

  @Test func whereTheTimeIsNotKnownNothingIsPromised() throws {
    try withDesk { desk in
      _ = try desk.kubelog.ingest(try desk.file("a.log", initLog))
      let answer = try desk.at(begin + minute).join(.worker)
      #expect(!answer.isValid)
      #expect(answer.reason == "whether token m4449q still works is not known (kubelog secrets --explain m4449q)")
      #expect(answer.command == workerCommand)
    }
  }

  @Test(arguments: JoinAnswer.Role.allCases)
  func nothingSeenIsNothingKnown(_ role: JoinAnswer.Role) throws {
    try withDesk { desk in
      try watch(nodes, at: begin, into: desk.kubelog)
      let answer = try desk.kubelog.join(role)
      #expect(!answer.isValid)
      #expect(answer.command == nil)
      #expect(answer.expiresAt == nil)
      #expect(answer.remaining == nil)
      #expect(answer.reason == "no token was seen")
      #expect(answer.limitedBy == "bootstrap-token")
      #expect(answer.renew == (role == .worker ? [tokenRenewal] : [keyRenewal, tokenRenewal]))
    }
  }

  @Test func withoutKeyThereIsNoCommandForAControlPlane() throws {
    try withDesk { desk in
      try watch(workerCommand + "\n", at: begin, into: desk.kubelog)
      #expect(try desk.at(begin + hour).join(.worker).isValid)
      let answer = try desk.at(begin + hour).join(.controlPlane)
      #expect(!answer.isValid)
      #expect(answer.command == nil)
      #expect(answer.reason == "no certificate key was seen")
    }
  }

  @Test func withoutStoreThereIsNoAnswer() throws {
    try withDesk { desk in
      #expect(throws: QueryError.store(.missing(path: desk.kubelog.storePath))) { try desk.kubelog.join(.worker) }
    }
  }

  @Test func newerTokenIsTakenRatherThanTheOlder() throws {
    try withDesk { desk in
      try watch(initLog, at: begin, into: desk.kubelog)
      let newer = workerCommand.replacing(token, with: "abcdef.0123456789abcdef")
      try watch(newer + "\n", at: begin + hour, into: desk.kubelog)
      #expect(try desk.at(begin + 2 * hour).join(.worker).command == newer)
      #expect(try desk.at(begin + 24 * hour + minute).join(.worker).isValid)
    }
  }

  /// Two that were named are two, also behind one balancer.
  @Test func namedClustersBehindOneEndpointAreTold() throws {
    try withDesk { desk in
      var options = IngestOptions()
      let other = "abcdef.0123456789abcdef"
      for (name, text) in [
        ("a", initLog), ("b", initLog.replacing(token, with: other).replacing("sha256:fdc2", with: "sha256:1dc2")),
      ] {
        (options.cluster, options.at) = (name, begin)
        _ = try desk.kubelog.ingest(try desk.file("\(name).log", text), options)
      }
      let kubelog = desk.at(begin + hour)
      #expect(try kubelog.join(.worker, cluster: "a").command?.contains(token) == true)
      #expect(try kubelog.join(.worker, cluster: "b").command?.contains(other) == true)
      #expect(throws: JoinChoice.ambiguous(["a", "b"])) { try kubelog.join(.worker) }
    }
  }
}
