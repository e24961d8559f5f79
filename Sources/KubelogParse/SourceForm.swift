/// The forms that a source can be said to have (`--as`), and what it is found to hold.
public enum SourceForm: String, Sendable, CaseIterable {
  case journalShort = "journal-short", journalISO = "journal-short-iso", journalFull = "journal-short-full"
  case journalUnix = "journal-short-unix", journalMonotonic = "journal-short-monotonic"
  case journalVerbose = "journal-verbose", journalExport = "journal-export", journalJSON = "journal-json"
  case syslog, cri, docker = "docker-json", ts, gitlab, ansible, terraform, prefixed, quoted
  /// No envelope at all: kubeadm's own output, klog lines, kubectl's tables.
  case plain

  /// The envelope of one line that it names, nil for the others.
  var envelope: Envelope? { Envelope(rawValue: rawValue) }
}

/// How many klog lines of each letter a source holds, events or not.
public struct KlogLetters: Sendable, Equatable {
  /// Lines that begin with `I`, `W`, `E` and `F`.
  public var info = 0, warning = 0, error = 0, fatal = 0

  /// None.
  public init() {}

  /// One more line of a letter.
  mutating func count(_ letter: UInt8) {
    switch letter {
    case 0x49: info += 1
    case 0x57: warning += 1
    case 0x45: error += 1
    default: fatal += 1
    }
  }

  /// As many more lines as `other` has.
  public mutating func add(_ other: KlogLetters) {
    info += other.info
    warning += other.warning
    error += other.error
    fatal += other.fatal
  }
}

/// Counts what a source holds.
struct Census {
  /// Lines of a journal, and klog lines outside of one.
  var journal = 0
  var klog = 0
  /// klog lines by their letter.
  private(set) var letters = KlogLetters()
  private var kubeadm = 0
  private var kubectl = 0
  private var objects = 0
  private var forms: [SourceForm: Int] = [:]
  /// Lines of programs beside the kubelet, outside of a journal.
  private var programs: [RulePack.Component: Int] = [:]

  mutating func count(_ reader: PlainReaders.Reader?) {
    switch reader {
    case .kubeadm: kubeadm += 1
    case .kubectl: kubectl += 1
    case .objects: objects += 1
    case nil: break
    }
  }

  mutating func count(_ header: KlogHeader) { letters.count(header.letter) }

  /// klog lines of a journal that nobody had to look at.
  mutating func count(passed: KlogLetters, lines: Int) {
    letters.add(passed)
    journal += lines
  }

  mutating func count(_ form: SourceForm, _ lines: Int = 1) {
    if lines > 0 { forms[form, default: 0] += lines }
  }

  mutating func count(_ component: RulePack.Component) { programs[component, default: 0] += 1 }

  /// One word for it: `kubeadm`, `journal-short`, `kubectl`, `kubernetes-objects`, `klog`, `mixed`, `unknown`, or the
  /// component whose log it is: `etcd`, `runtime`, `load-balancer`.
  func format(_ opener: EnvelopeOpener) -> String {
    let found = [
      (kubeadm, "kubeadm"), (journal, journalForm(opener)), (kubectl, "kubectl"), (objects, "kubernetes-objects"),
    ].filter { $0.0 > 0 }
    if found.count > 1 { return "mixed" }
    if let first = found.first { return first.1 }
    let program = programs.max { ($0.value, $1.key.rawValue) < ($1.value, $0.key.rawValue) }
    return klog > 0 ? "klog" : program?.key.rawValue ?? "unknown"
  }

  /// Whether lines of a form were there.
  func holds(_ form: SourceForm, _ opener: EnvelopeOpener) -> Bool {
    if form == .plain { return kubeadm + kubectl + objects + klog > 0 }
    if let envelope = form.envelope { return opener.counts[envelope.number] > 0 }
    return forms[form] ?? 0 > 0
  }

  private func journalForm(_ opener: EnvelopeOpener) -> String {
    let journals: [SourceForm] = [
      .journalShort, .journalISO, .journalFull, .journalUnix, .journalMonotonic, .syslog, .journalVerbose,
      .journalExport, .journalJSON,
    ]
    let counted = journals.map { form in
      (forms[form] ?? form.envelope.map { opener.counts[$0.number] } ?? 0, form.rawValue)
    }
    return counted.max { $0.0 < $1.0 }?.1 ?? "journal-short"
  }
}
