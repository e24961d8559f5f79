/// The top of the page: what was installed where and when, how it ended, the key figures.
struct HeadSection {
  private let facts: ReportFacts

  init(_ facts: ReportFacts) { self.facts = facts }

  /// Facts of one word, named; only what the sources say.
  private var details: [(name: String, value: String)] {
    let list = { (texts: [String]) in
      texts.count > 3 ? texts.prefix(3).joined(separator: ", ") + " …" : texts.joined(separator: ", ")
    }
    var details: [(String, String)] = []
    let add = { (name: String, texts: [String?]) in
      let found = ReportFacts.distinct(texts)
      if !found.isEmpty { details.append((name, list(found))) }
    }
    add("Kubernetes", facts.versions)
    add("Runtime", facts.nodes.map(\.runtime))
    add("System", facts.nodes.map(\.osImage))
    add("Kernel", facts.nodes.map(\.kernel))
    add("Scope", [facts.scope])
    if let span = facts.span {
      let (first, last) = (facts.times.full(span.lowerBound), facts.times.full(span.upperBound))
      let isOneDay = first.prefix(while: { $0 != "," }) == last.prefix(while: { $0 != "," })
      details.append(
        ("Span", "\(first) – \(isOneDay ? facts.times.clock(span.upperBound) : last) \(facts.times.zoneName)"))
    }
    if let absences = facts.absences { details.append(("Not in this report", absences)) }
    details.append(("As of", "\(facts.times.full(facts.now)) \(facts.times.zoneName)"))
    return details
  }

  /// A number in large type with what it means.
  private var figures: [(name: String, value: String, remark: String)] {
    let (ready, all) = (facts.readyNodes.count, facts.presentNodes.count)
    let cordoned = facts.presentNodes.filter { $0.isSchedulable == false }.count
    let seen = facts.presentNodes.compactMap(\.lastSeen).max()
    let isKnown = facts.presentNodes.contains { $0.status != "Unknown" }
    var figures = [
      (
        "Nodes Ready", isKnown ? "\(ready) of \(all)" : "–",
        !isKnown
          ? "no kubectl get nodes was read"
          : (cordoned > 0 ? "\(cordoned) cordoned; " : "") + "last seen \(facts.times.clock(seen))"
      )
    ]
    figures.append(("Control plane", controlPlane.value, controlPlane.remark))
    let begin = facts.lastInit?.started
    let firstReady = facts.firstReady.values.min()
    figures.append(
      (
        "First node Ready", length(begin, firstReady),
        begin == nil ? "when init began is not known" : firstReady == nil ? "none was seen" : "after init began"
      ))
    let isWhole = !facts.presentNodes.isEmpty && facts.presentNodes.allSatisfy { facts.firstReady[$0.name] != nil }
    let first = facts.sessions.first { $0.installs && $0.started != nil }?.started
    figures.append(
      (
        "All nodes Ready", isWhole ? length(first, facts.firstReady.values.max()) : "–",
        !isWhole
          ? "not of every node is it known"
          : first == nil ? "when the first session began is not known" : "each once, after the first session began"
      ))
    if let next = facts.nextExpiry, let left = next.remaining, let expires = next.expires {
      figures.append(
        (
          "Expires next", (next.isApproximate ? "≈\u{A0}" : "") + humanDuration(left),
          "\(facts.named(next)), \(facts.times.clock(expires))"
        ))
    } else {
      figures.append(("Expires next", "–", "nothing is known to be valid"))
    }
    return figures
  }

  /// What the last row of the quorum says, in short.
  private var controlPlane: (value: String, remark: String) {
    let last = facts.lastQuorums
    guard let row = last.first else { return ("–", facts.quorum.isEmpty ? "not known" : "no member is left") }
    guard last.count == 1 else {
      let whole = last.filter { $0.state == "healthy" }.count
      return ("\(last.count)", "control planes, \(whole) of them healthy")
    }
    let value = "\(row.ready) of \(row.members)"
    if row.isExternal { return (value, "Ready; etcd is external, its majority is not known") }
    switch row.state {
    case "single": return (value, "no redundancy")
    case "lost": return (value, "no quorum: needs \(row.needed)")
    case "at-risk": return (value, "at risk: tolerates no loss; needs \(row.needed)")
    case "healthy":
      let losses = row.tolerates ?? 0
      return (value, "tolerates \(losses) \(losses == 1 ? "loss" : "losses"); needs \(row.needed)")
    default: return (value, "seen Ready; whether it holds is not known; needs \(row.needed)")
    }
  }

  private func length(_ from: Int64?, _ to: Int64?) -> String {
    guard let from, let to, to >= from else { return "–" }
    return "≈\u{A0}" + humanDuration((Double(to - from) / 1e6).rounded())
  }

  var html: HTML {
    let terms: [HTML] = details.map { "<div><dt>\($0.name)</dt><dd>\($0.value)</dd></div>\n" }
    let numbers: [HTML] = figures.map {
      "<div><dt>\($0.name)</dt><dd class=\"v\">\($0.value)</dd><dd>\($0.remark)</dd></div>\n"
    }
    return """
      <header>
      <p class="eyebrow">Post-install report</p>
      <h1>\(facts.title)</h1>
      <p class="verdict">\(facts.verdict)</p>
      <dl class="meta">
      \(Markup(terms))</dl>
      <dl class="kf" aria-label="Key figures">
      \(Markup(numbers))</dl>
      </header>

      """
  }

  var markdown: Markdown {
    let terms: [Markdown] = details.map { "- \($0.name): \($0.value)\n" }
    let numbers: [Markdown] = figures.map { "| \($0.name) | **\($0.value)** | \($0.remark) |\n" }
    return """
      # Post-install report: \(facts.title)

      \(facts.verdict)

      \(Markup(terms))
      | | | |
      | --- | --- | --- |
      \(Markup(numbers))
      """
  }
}

extension ReportFacts {
  /// When each node was first seen Ready, of those whose time is known.
  var firstReady: [String: Int64] {
    transitions.reduce(into: [:]) { found, row in
      if row.to == "Ready", let time = row.time, found[row.node] == nil { found[row.node] = time }
    }
  }
}
