import FoundationEssentials
import Glibc
import KubelogKit
import TestSamples
import Testing

/// The post-install report of whole stores, as Fixtures/report/ has it; recorded as ``FixtureTests`` says.
@Suite struct ReportTests {
  /// A store to report on: its name below Fixtures/report/, and what fills it.
  struct Scene: Sendable, CustomTestStringConvertible {
    let name: String
    let fill: @Sendable (Kubelog, _ folder: String) throws -> Void

    var testDescription: String { name }
  }

  private static let now = "2026-11-23T14:50:00Z"

  static let scenes = [
    Scene(name: "ha-install") { kubelog, folder in
      let fixture = try #require(FixtureCase.all.first { $0.name == "ha-install" })
      for (file, options) in fixture.inputs {
        try ingest(FileManager.default.text(atPath: "\(fixture.folder)/\(file)"), file, kubelog, folder, options)
      }
    },
    Scene(name: "one-node") { kubelog, folder in
      try ingest(stamped(initLog, from: 0), "init.log", kubelog, folder)
      try ingest(watch(["cp1"], controlPlane: 1), "watch.log", kubelog, folder)
    },
    Scene(name: "hundred-nodes") { kubelog, folder in
      let names = (1...100).map {
        ($0 < 4 ? "cp" : "w") + String(repeating: "0", count: $0 < 10 ? 2 : $0 < 100 ? 1 : 0) + "\($0)"
      }
      try ingest(stamped(initLogOf(node: names[0], address: "192.168.56.11"), from: 0), "init.log", kubelog, folder)
      for (index, name) in names.enumerated().dropFirst() {
        let log = stamped(workerLog, from: 60 + index * 4)
        try ingest(log, "join-\(name).log", kubelog, folder, of(name))
      }
      try ingest(watch(names, controlPlane: 3), "watch.log", kubelog, folder)
    },
    Scene(name: "hostile") { kubelog, folder in
      let name = "<img/src=x>`|*[a](http://e.test)"
      let log = """
        [init] Using Kubernetes version: v1.31.0
        [preflight] Running pre-flight checks
        \t[WARNING Hostname]: hostname "</td><script>alert(1)</script>" could not be reached | \\ `x` @all ![i](http://e.test/i.png)
        error execution phase preflight: [preflight] Some fatal errors occurred:
        \t[ERROR Port-6443]: Port 6443 is in use </style><!-- \u{202E}evil ${7*7} www.e.test
        [preflight] If you know what you are doing, you can make a check non-fatal with `--ignore-preflight-errors=...`

        """
      try ingest(stamped(log, from: 0), "<b>&\"'.log", kubelog, folder, of(name))
      try ingest(watch([name], controlPlane: 1), "watch.log", kubelog, folder)
    },
    Scene(name: "empty") { kubelog, folder in try ingest("", "nothing.log", kubelog, folder) },
  ]

  @Test(arguments: scenes)
  func reportsAreAsExpected(_ scene: Scene) throws {
    try with(scene) { kubelog in
      let folder = "\(FixtureCase.root)/report/\(scene.name)"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for (format, file) in [(Report.Format.html, "html"), (.markdown, "md"), (.json, "json")] {
        var text = try text(format, kubelog)
        // One whole page is enough: the style is the same in all.
        if scene.name != "ha-install", let begin = text.firstRange(of: "<style>"),
          let end = text.firstRange(of: "</style>")
        {
          text.replaceSubrange(begin.upperBound..<end.lowerBound, with: "…")
        }
        try FixtureTests.compare(text, "\(folder)/expected.report.\(file)")
      }
    }
  }

  @Test(arguments: scenes)
  func nothingInAReportIsASecretOrReachesOut(_ scene: Scene) throws {
    try with(scene) { kubelog in
      for format in Report.Format.allCases {
        let text = try text(format, kubelog)
        #expect(!text.contains(token.split(separator: ".")[1]))
        #expect(!text.contains(certificateKey))
      }
      let html = try text(.html, kubelog)
      for word in ["<script", "<link", "<img", "<iframe", "src=", "url(http", "@import", "javascript:", " onload"] {
        #expect(!html.contains(word) || scene.name == "hostile" && word == "src=", "\(word)")
      }
      #expect(isWellFormed(html))
    }
  }

  @Test func hostileTextStaysText() throws {
    let scene = try #require(Self.scenes.first { $0.name == "hostile" })
    try with(scene) { kubelog in
      let html = try text(.html, kubelog)
      #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
      #expect(html.contains("&lt;/style&gt;&lt;!--"))
      #expect(html.contains("\\u{202E}"))
      let markdown = try text(.markdown, kubelog)
      for word in ["<script", "<img", "<!--", "![", " [", "[a](", "\u{202E}", " @all", "http://e.test", "www.e.test"] {
        #expect(!markdown.contains(word), "\(word)")
      }
      for line in markdown.split(separator: "\n") where line.contains("gantt") || line.contains(" :") {
        #expect(!line.contains("<"), "\(line)")
      }
    }
  }

  /// Chromium without a head: no error on the console, nothing asked for, in both widths nothing wider than the page.
  @Test(.enabled(if: browser != nil), arguments: scenes)
  func aBrowserShowsIt(_ scene: Scene) throws {
    try with(scene) { kubelog in
      let folder = String(kubelog.storePath.dropLast("/kubelog.db".count))
      // A policy that refuses every request turns one into an error on the console; the probe says what does not fit.
      let probe = """
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
        """
      let script = """
        <script>addEventListener('load',()=>{const d=document.documentElement;\
        document.title='width '+(d.scrollWidth<=d.clientWidth)+' requests '+performance.getEntriesByType('resource').length})</script>
        """
      let page = try text(.html, kubelog).replacing("<head>\n", with: "<head>\n\(probe)\n").replacing(
        "</body>", with: "\(script)</body>")
      try page.write(toFile: "\(folder)/page.html", atomically: true, encoding: .utf8)
      for width in [500, 1000, 1600] {
        let (dom, log) = try browse("\(folder)/page.html", width: width, folder)
        #expect(dom.contains("<title>width true requests 0</title>"), "\(width)")
        #expect(!log.contains("CONSOLE"), "\(log)")
      }
    }
  }

  // MARK: What the scenes are made of

  private func text(_ format: Report.Format, _ kubelog: Kubelog) throws -> String {
    let folder = String(kubelog.storePath.dropLast("kubelog.db".count))
    return try kubelog.report().text(format).replacing(folder, with: "")
  }

  private func with(_ scene: Scene, _ body: (Kubelog) throws -> Void) throws {
    let folder = try FileManager.default.makeTemporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let kubelog = Kubelog(
      storePath: "\(folder)/kubelog.db", now: try #require(microseconds(Self.now)), zone: .utc, sealing: .fixed)
    try scene.fill(kubelog, folder)
    try body(kubelog)
  }

  private static func ingest(
    _ text: String, _ name: String, _ kubelog: Kubelog, _ folder: String, _ options: IngestOptions = IngestOptions()
  ) throws {
    let path = "\(folder)/\(name)"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    let seconds = try #require(microseconds(FixtureCase.modified)) / 1_000_000
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: Double(seconds))], ofItemAtPath: path)
    var options = options
    options.year = 2026
    _ = try kubelog.ingest(path, options)
  }

  private static func of(_ node: String) -> IngestOptions {
    var options = IngestOptions()
    options.node = node
    return options
  }

  /// Each line with the stamp that `ts` would give it, half a second apart, from so many seconds after 14:32:36.
  private static func stamped(_ log: String, from second: Int) -> String {
    log.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { index, line in
      "\(stamp(Double(second) + Double(index) / 2)) \(line)\n"
    }.joined()
  }

  private static func stamp(_ seconds: Double) -> String {
    rfc3339(1_795_444_356_000_000 + Int64(seconds * 1e6))
  }

  private static let workerLog = """
    [preflight] Running pre-flight checks
    [preflight] Reading configuration from the cluster...
    [kubelet-start] Starting the kubelet
    [kubelet-start] Waiting for the kubelet to perform the TLS Bootstrap...

    This node has joined the cluster:
    * Certificate signing request was sent to apiserver and a response was received.

    """

  /// What a watch shows: each node NotReady, then Ready; every thirtieth leaves Ready for a while, the last one for good.
  private static func watch(_ names: [String], controlPlane: Int) -> String {
    var lines: [(second: Double, text: String)] = [(59, "NAME   STATUS   ROLES   AGE   VERSION")]
    func row(_ second: Double, _ index: Int, _ status: String, _ age: Int) {
      let role = index < controlPlane ? "control-plane" : "<none>"
      lines.append((second, "\(names[index])   \(status)   \(role)   \(age)s   v1.22.4"))
    }
    for index in names.indices {
      let joined = 60 + Double(index) * 4 + 3
      row(joined, index, "NotReady", 0)
      row(joined + 20 + Double(index % 7), index, "Ready", 20 + index % 7)
      if index % 30 == 29 {
        row(joined + 60, index, "NotReady", 60)
        row(joined + 90, index, "Ready", 90)
      }
    }
    if names.count > 1 { row(560, names.count - 1, "NotReady", 100) }
    return lines.sorted { $0.second < $1.second }.map { "\(stamp($0.second)) \($0.text)\n" }.joined()
  }

  // MARK: The browser

  private static let browser: String? = {
    let places: [String] = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
    return places.first { access($0, X_OK) == 0 }
  }()

  /// The page after it was shown, and what the browser said.
  private func browse(_ path: String, width: Int, _ folder: String) throws -> (dom: String, log: String) {
    let browser = try #require(Self.browser)
    let script = """
      HOME='\(folder)' timeout 60 '\(browser)' --headless --no-sandbox --disable-gpu --disable-dev-shm-usage \
      --user-data-dir='\(folder)/profile' --window-size=\(width),1000 --enable-logging=stderr --v=0 --dump-dom \
      'file://\(path)' >'\(folder)/dom' 2>'\(folder)/log'
      """
    let words: [String] = ["/bin/sh", "-c", script]
    var arguments = words.map { strdup($0) } + [nil]
    defer { for word in arguments { free(word) } }
    var process: pid_t = 0
    let spawned = posix_spawn(&process, words[0], nil, nil, &arguments, environ)
    try #require(spawned == 0)
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return (FileManager.default.text(atPath: "\(folder)/dom"), FileManager.default.text(atPath: "\(folder)/log"))
  }

  /// Whether every tag that is opened is closed in order, which no escaping mistake survives.
  private func isWellFormed(_ html: String) -> Bool {
    let void: Set<Substring> = ["meta", "br", "!doctype"]
    var open: [Substring] = []
    var rest = html[...]
    while let start = rest.firstIndex(of: "<") {
      guard let end = rest[start...].firstIndex(of: ">") else { return false }
      let tag = rest[rest.index(after: start)..<end]
      let name = tag.prefix { $0 != " " && $0 != "/" && $0 != "\n" }
      if tag.hasPrefix("/") {
        guard open.popLast() == tag.dropFirst() else { return false }
      } else if !tag.hasSuffix("/"), !void.contains(name) {
        open.append(name)
      }
      rest = rest[rest.index(after: end)...]
    }
    return open.isEmpty
  }
}
