public import ArgumentParser
public import KubelogKit

// The library's words as values on the command line.

extension OutputFormat: ExpressibleByArgument {}

extension SecretKind: ExpressibleByArgument {}

extension Report.Format: ExpressibleByArgument {}

extension SourceForm: ExpressibleByArgument {}

extension JoinAnswer.Role: ExpressibleByArgument {}

extension Severity: ExpressibleByArgument {
  /// The severity called `argument`.
  public init?(argument: String) {
    guard let found = Severity.allCases.first(where: { $0.name == argument }) else { return nil }
    self = found
  }

  /// The names, mildest first.
  public static var allValueStrings: [String] { allCases.map(\.name) }
}
