public import KubelogParse

/// A problem at one node: what shows it, how it stands, and why it is told or not.
public struct ProblemCase: Sendable, Equatable {
  /// How it stands.
  public enum State: String, Sendable, CaseIterable {
    /// It is there, and nothing that was read explains it.
    case open
    /// Another problem explains it.
    case symptom
    /// It is over.
    case ended
    /// It was normal.
    case benign
  }

  /// A line that proves it.
  public struct Evidence: Sendable, Equatable {
    /// The input's path.
    public var path: String
    /// The line's number, from 1.
    public var line: Int
    /// Its words, secrets masked.
    public var text: String
  }

  /// What it is, with the names that were found filled in.
  public var problem: Problem
  /// How bad it is here.
  public var severity: Severity
  /// How it stands.
  public var state: State
  /// Why it stands so: a sentence.
  public var reason: String
  /// The id of the problem that explains it.
  public var causedBy: String?
  /// The node it is at, nil where nothing says.
  public var node: String?
  /// The cluster, nil where nothing says.
  public var cluster: String?
  /// The last run of kubeadm that shows it.
  public var session: String?
  /// When it was seen first and last, microseconds since 1970 UTC; nil where nothing dates it.
  public var firstSeen: Int64?, lastSeen: Int64?
  /// When it was over; nil while it is not, and where that cannot be dated.
  public var endedAt: Int64?
  /// How often it was said.
  public var count: Int
  /// A handful of the lines that prove it.
  public var evidence: [Evidence]
  /// The paths of all inputs that show it.
  public var paths: Set<String>

  /// The most lines that are kept as evidence.
  static let mostEvidence = 5
}

extension ProblemCase {
  /// What is left to do since an install that was over at `since`, in `session` on `node`.
  public init(nextStep problem: Problem, node: String?, cluster: String?, session: String?, since: Int64?) {
    self.init(
      problem: problem, severity: problem.severity, state: .open,
      reason: "kubeadm init succeeded, and it was not seen to be done", causedBy: nil, node: node, cluster: cluster,
      session: session, firstSeen: since, lastSeen: since, endedAt: nil, count: 1, evidence: [], paths: [])
  }
}

extension ProblemCase {
  /// Cases as a listing, its columns those of `queries/problems.sql`.
  public static func table(_ cases: [ProblemCase]) -> ResultTable {
    ResultTable(columns: (try? Answers.query("problems").columns) ?? [], rows: cases.map(\.row))
  }

  /// Cases as `queries/problems.sql` takes them.
  public static func parameter(_ cases: [ProblemCase]) -> Value {
    let rows = cases.map { found in
      "["
        + found.row.map { value in
          switch value {
          case .null: "null"
          case .integer(let number): "\(number)"
          case .real(let number): "\(number)"
          case .text(let text): jsonText(text)
          }
        }.joined(separator: ",") + "]"
    }
    return .text("[" + rows.joined(separator: ",") + "]")
  }

  private var row: [Value] {
    func text(_ text: String?) -> Value { text.map { .text($0) } ?? .null }
    func time(_ moment: Int64?) -> Value { moment.map { .integer($0) } ?? .null }
    let lines = evidence.map {
      "{\"path\":\(jsonText($0.path)),\"line\":\($0.line),\"text\":\(jsonText($0.text))}"
    }
    return [
      .text(problem.id), .text(problem.title), .text(problem.cause), .text(jsonText(problem.remedy)),
      .text(problem.reference), .text(severity.name), text(node), text(session), time(firstSeen), time(lastSeen),
      .integer(Int64(count)), .text("[" + lines.joined(separator: ",") + "]"), time(endedAt), text(cluster),
      .text(state.rawValue), .text(reason), text(causedBy), text(problem.remedy.first),
    ]
  }
}
