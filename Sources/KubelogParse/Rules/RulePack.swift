/// A file of rules: what to look for in the lines of one component, and what it means. Data, with its own samples.
struct RulePack: Sendable {
  /// The pack's name, its file's name without ending.
  var pack: String
  /// Which lines its rules are for.
  var component: Component
  var rules: [Rule]
  /// The problems that it describes, for its own rules and those of other packs.
  var problems: [Problem]
  /// The file it was read from, nil for a pack that is built in.
  var path: String?

  init(pack: String, component: Component, rules: [Rule], problems: [Problem] = [], path: String? = nil) {
    (self.pack, self.component, self.rules, self.problems, self.path) = (pack, component, rules, problems, path)
  }

  /// The kinds of line that rules are asked about.
  enum Component: String, Decodable, CaseIterable {
    /// Lines with a klog header, from the kubelet or another Kubernetes program.
    case klog
    /// Lines of systemd itself about units.
    case systemd
    /// etcd: zap's JSON since 3.5, capnslog before.
    case etcd
    /// containerd, CRI-O, dockerd and others that log with logrus.
    case logrus
    /// nginx, HAProxy and keepalived: what stands in front of the API servers.
    case balancer
    /// What commands answer in a terminal or in a provisioner's log.
    case plain
    /// Commands behind a shell prompt.
    case typed
    /// Texts that say why something failed, wherever they stand: in klog lines of letter E, W or F, in what other rules
    /// found to be a warning or an error, in the failures and failed checks of kubeadm, in the errors of kubectl.
    case failure
  }

  /// One thing to recognize.
  struct Rule: Decodable, Sendable {
    /// Unique over all packs.
    var id: String
    /// The kind of the events it makes.
    var kind: String
    /// Beginnings of the message, at least 8 bytes each.
    var messages: [String]?
    /// klog source files whose lines are all looked at.
    var sources: [String]?
    /// Texts anywhere in the message, at least 4 bytes each; of klog lines only those of letter E, W or F are searched.
    var contains: [String]?
    /// Texts of which one has to stand in the message besides, at least 4 bytes each: they spare the pattern most lines that
    /// begin alike.
    var needs: [String]?
    /// PCRE2 over the body; named groups become attributes, `node` and `subject` have a meaning of their own.
    var pattern: String?
    /// What attributes are where they are no texts.
    var types: [String: AttributeType]?
    /// Attributes that are the same for every line.
    var attributes: [String: String]?
    /// The sentence for people, `{group}` for what was found.
    var message: String?
    /// Instead of the level that the line itself has; of klog lines the letter decides.
    var severity: String?
    /// The certificate that its lines show.
    var certificate: Certificate?
    /// Whether a condition says it over and over: then the occurrences of one minute are one row.
    var repeats: Bool?
    /// The id of the problem that its lines show.
    var problem: String?
    /// Lines it must match, with all the attributes.
    var hits: [Hit]?
    /// Lines it must not match.
    var misses: [String]?
  }

  /// A certificate of the node a line is from, and the group that says when it ends: in Go's own form or RFC 3339.
  struct Certificate: Decodable, Sendable {
    var name: String
    var expires: String
  }

  /// What the text of a group is read as; what cannot be read so stays text.
  enum AttributeType: String, Decodable, CaseIterable { case integer, number, boolean }

  /// A line and what must come out of it, values as text.
  struct Hit: Decodable, Sendable {
    var line: String
    var attributes: [String: String]?
  }

  /// The packs that are built in, in the order of their names. Throws ``RuleError``: only where the source tree is wrong.
  ///
  /// Without samples for who reads logs: they are more than half of all, and nobody would look at them.
  static func builtIn(withSamples: Bool = true) throws(RuleError) -> [RulePack] {
    switch withSamples ? decoded : decodedBare {
    case .success(let packs): return packs
    case .failure(let error): throw error
    }
  }

  private static let decoded = decode { $0 }
  private static let decodedBare = decode(samplesLeftOut)

  private static func decode(_ text: (String) -> String) -> Result<[RulePack], RuleError> {
    do throws(RuleError) {
      var packs: [RulePack] = []
      for file in EmbeddedPacks.files {
        var pack = try RulePack.read(text(file.text), path: file.name)
        pack.path = nil
        packs.append(pack)
      }
      return .success(packs)
    } catch {
      return .failure(error)
    }
  }
}
