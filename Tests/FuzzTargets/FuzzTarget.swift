import KubelogParse

/// A part of kubelog that is fed with bytes nobody's program wrote, and what must hold whatever they are.
///
/// libFuzzer drives these from Tests/Fuzz, the tests with damaged fixtures and with what was once found.
public enum FuzzTarget: String, CaseIterable, Sendable {
  case lines
  case journalText = "envelope-journal-text"
  case journalFields = "envelope-journal-fields"
  case syslog = "envelope-syslog"
  case cri = "envelope-cri"
  case docker = "envelope-docker"
  case ts = "envelope-ts"
  case gitlab = "envelope-gitlab"
  case ansible = "envelope-ansible"
  case terraform = "envelope-terraform"
  case prefixed = "envelope-prefixed"
  case pasted = "envelope-pasted"
  case terminal = "envelope-terminal"
  case skim, klog, kubeadm, kubectl, rules, redact

  /// The forms that an input is said to have, in turn; nil leaves it to the parser.
  var forms: [SourceForm?] {
    switch self {
    case .journalText: [nil, .journalShort, .journalISO, .journalFull, .journalUnix, .journalMonotonic]
    case .journalFields: [nil, .journalVerbose, .journalExport, .journalJSON]
    case .syslog: [nil, .syslog]
    case .cri: [nil, .cri]
    case .docker: [nil, .docker]
    case .ts: [nil, .ts]
    case .gitlab: [nil, .gitlab]
    case .ansible: [nil, .ansible]
    case .terraform: [nil, .terraform]
    case .prefixed: [nil, .prefixed, .quoted]
    case .klog, .kubeadm, .kubectl: [nil, .plain]
    default: [nil]
    }
  }
}

/// Something that must hold of every input, and did not.
public struct Violation: Error, CustomStringConvertible {
  /// One sentence.
  public let description: String

  init(_ description: String) { self.description = description }
}

/// Feeds inputs to a target. Not to be shared between threads.
public struct FuzzRunner {
  private let check: (_ input: [UInt8]) throws -> Void

  /// A runner for `target`. Throws ``RuleError``, only where a built-in rule pack is broken.
  public init(_ target: FuzzTarget) throws {
    switch target {
    case .lines: check = checkLines
    case .redact:
      let reader = try ParserOracle(forms: [nil])
      check = { try checkRedaction($0, reader) }
    case .rules:
      let reader = try ParserOracle(forms: [nil])
      check = { try checkRules($0, reader) }
    case .klog:
      let reader = try ParserOracle(forms: target.forms)
      check = {
        try checkKlog($0)
        try reader.check($0)
      }
    default:
      let reader = try ParserOracle(forms: target.forms)
      check = { try reader.check($0) }
    }
  }

  /// Feeds one input. Throws ``Violation``.
  public func run(_ input: [UInt8]) throws { try check(input) }
}
