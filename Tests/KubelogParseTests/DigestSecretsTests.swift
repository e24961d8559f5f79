import KubelogScan
import Testing

@testable import KubelogParse

/// Fingerprints of lines lie in the store in the clear: the secret half of a token is not in them.
@Suite struct DigestSecretsTests {
  private func digest(_ text: String) -> Digest {
    text.bytes { line in
      var digester = Digester()
      digester.addWithoutSecrets(line, in: 0..<line.count)
      return digester.digest()
    }
  }

  private static let (one, other) = ("0123456789abcdef", "fedcba9876543210")

  @Test(
    arguments: [
      "[bootstrap-token] Using token: m4449q.@",
      "kubeadm join lb:6443 --token m4449q.@ --discovery-token-ca-cert-hash sha256:ab",
      "[bootstrap-token] Using tokens: [m4449q.@ abcdef.@]", "m4449q.@", "a.b m4449q.@.c",
      #"{"token":"m4449q.@","ttl":"24h"}"#, "  token-secret: @",
      #"{"data":{"token-id":"bTQ0NDlx","token-secret":"@","usage":"dHJ1ZQ=="}}"#, #"{\"token-secret\":\"@\"}"#,
    ])
  func secretHalfIsLeftOut(_ line: String) {
    #expect(
      digest(line.replacing("@", with: Self.one)) == digest(line.replacing("@", with: Self.other)), "\(line)")
  }

  @Test(
    arguments: [
      ("Using token: m4449q.0123456789abcdef", "Using token: abcdef.0123456789abcdef"),
      ("m4449q.0123456789abcdef a", "m4449q.0123456789abcdef b"),
      ("sha256:0123456789abcdef", "sha256:fedcba9876543210"),
      ("lb.example.0123456789abcde", "lb.example.fedcba987654321"), ("token-secret: YQ== a", "token-secret: YQ== b"),
      (String(repeating: "ab", count: 32), String(repeating: "cd", count: 32)),
    ])
  func allElseCounts(one: String, other: String) {
    #expect(digest(one) != digest(other))
  }
}
