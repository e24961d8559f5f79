/// What the report stands on, and how sure its times are.
struct SourcesSection: ReportSection {
  let id = "sources"
  let title = "Sources, and how sure the times are"
  private let facts: ReportFacts

  init(_ facts: ReportFacts) { self.facts = facts }

  private static let none = "Nothing was read."

  /// What the words of the second column mean, those that occur.
  private var meanings: [(word: String, meaning: String)] {
    let known = [
      ("stamped", "a full stamp in the input"), ("klog", "a stamp whose year and zone were inferred or given"),
      ("arrival", "when the line came in"), ("derived", "computed from neighbours or printed durations"),
      ("given", "said by --at, plus printed durations"),
      ("file", "only the file's own time: it had happened by then"), ("none", "no time at all"),
    ]
    let words = Set(facts.sources.flatMap { $0.timeSources.split(separator: ",").map(String.init) })
    return known.filter { words.contains($0.0) }
  }

  private var table: ReportTable {
    ReportTable(
      headings: ["Source", "Read as", "Lines", "Events", "Times from", "Within", "First", "Last"],
      rows: facts.sources.map { source in
        [
          source.path == "-" ? "standard input" : source.path,
          source.format + (source.faults > 0 ? ", \(source.faults) lines not whole" : ""), String(source.lines),
          String(source.events),
          source.timeSources.replacing(",", with: ", "),
          source.events == 0 ? "–" : source.uncertainty.map { $0 < 1 ? "1s" : humanDuration($0) } ?? "no bound",
          facts.times.clock(source.first, approximate: isLoose(source)),
          facts.times.clock(source.last, approximate: isLoose(source)),
        ]
      }, numbers: [2, 3, 5], codes: [0])
  }

  /// Whether its first and last times may be off by more than what a reader would see.
  private func isLoose(_ source: SourceRow) -> Bool { source.uncertainty.map { $0 > 5 } ?? true }

  var html: HTML {
    guard !facts.sources.isEmpty else { return absence(Self.none) }
    let words: [HTML] = meanings.map { "<li><b>\($0.word)</b> \($0.meaning)</li>" }
    return table.html(folding: "All \(facts.sources.count) sources") + "<ul class=\"key\">\(Markup(words))</ul>\n"
  }

  var markdown: Markdown {
    guard !facts.sources.isEmpty else { return "\(Self.none)\n" }
    return table.markdown + "\n" + Markup(meanings.map { "- **\($0.word)**: \($0.meaning)\n" })
  }
}
