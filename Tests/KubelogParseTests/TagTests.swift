import KubelogScan
import Testing

@testable import KubelogParse

@Suite struct TagTests {
  private func tag(_ text: String, inSession: Bool = false) -> (name: String, rest: String)? {
    text.bytes { line in Tag(line, 0..<line.count, inSession: inSession).map { ($0.name, line.text($0.rest)) } }
  }

  @Test(
    arguments: [
      ("[init] Using", "init", "Using"), ("[upgrade/staticpods] Renewing", "upgrade/staticpods", "Renewing"),
      ("[preflight]", "preflight", ""), ("[preflight] ", "preflight", ""), ("[certs]  two", "certs", " two"),
      ("[certificates] x", "certs", "x"), ("[controlplane] x", "control-plane", "x"),
      ("[uploadconfig] x", "upload-config", "x"), ("[bootstraptoken] x", "bootstrap-token", "x"),
      ("[markmaster] x", "mark-control-plane", "x"), ("[tlsbootstrap] x", "kubelet-start", "x"),
      ("[addon] x", "addons", "x"), ("[upgrad/kubeconfig] x", "upgrade/kubeconfig", "x"),
    ])
  func known(text: String, name: String, rest: String) throws {
    for inSession in [false, true] {
      let found = try #require(tag(text, inSession: inSession))
      #expect(found.name == name)
      #expect(found.rest == rest)
    }
  }

  @Test func unknownTagsOnlyWhereKubeadmSpeaks() {
    #expect(tag("[brand-new-phase] x") == nil)
    #expect(tag("[brand-new-phase] x", inSession: true)?.name == "brand-new-phase")
  }

  @Test(
    arguments: [
      "[sudo] password for user:", "[ERROR Port-6443]: Port 6443 is in use", "[WARNING Swap]: x", "[info] x", "[y/n] x",
      "[Init] x", "[1/3] x", "[] x", "[init", "[init]x", "init] x", " [init] x", "[init ] x", "[init_x] x", "[/init] x",
      "[init/] x", "", "[", "[i]", "[    1.000000] host", "[a-word-that-is-longer-than-any-tag-of-kubeadm] x",
    ])
  func noTags(text: String) {
    // `[i]` is a word that no kubeadm prints; all others are none even while it speaks.
    #expect(tag(text) == nil)
    if text != "[i]" { #expect(tag(text, inSession: true) == nil) }
  }
}
