/// What opening the values of an answer came to.
public struct Revealing: Sendable, Equatable {
  /// Why values that are in the store were not opened; nil where all were.
  public var problem: SealError?
  /// How many tokens and keys have no value in the store.
  public var missing = 0
  /// One sentence about the key's file, where others may read it.
  public var warning: String?

  /// Nothing was to be opened.
  public init() {}
}

extension Kubelog {
  /// Opens the values in an answer of the query `secrets` that was asked with `reveal`. What cannot be opened becomes null.
  ///
  /// Throws ``QueryError`` when the store cannot be read.
  public func reveal(_ table: inout ResultTable) throws(QueryError) -> Revealing {
    let opener: Opener
    do throws(StoreError) {
      opener = try Store(reading: storePath, sealing: sealing, waiting: patience).opener(sealing)
    } catch {
      throw .store(error)
    }
    var outcome = Revealing()
    guard let column = table.columns.firstIndex(where: { $0.name == "value" }) else { return outcome }
    for index in table.rows.indices {
      let row = table.rows[index]
      guard let kind = table.text("kind", row), kind != SecretKind.certificate.rawValue else { continue }
      guard let sealed = table.text("value", row) else {
        outcome.missing += 1
        continue
      }
      switch opener.open(sealed, kind: kind, id: table.text("id", row) ?? kind) {
      case .open(let value):
        table.rows[index][column] = .text(value)
        outcome.warning = opener.warning
      case .closed(let error):
        table.rows[index][column] = .null
        outcome.problem = outcome.problem ?? error
      case .notSealed: continue
      }
    }
    return outcome
  }
}
