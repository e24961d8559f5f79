import KubelogKit
import Testing
import TestSamples

/// What a view wrote.
private final class Screen {
  var text = ""
}

private let erase = "\r\u{1B}[K"

@Suite struct LiveViewTests {
  @Test func phasesAreTickedOffWithTheirSeconds() throws {
    let (screen, events) = (Screen(), try initEvents())
    var view = view(80, screen)
    view.show(found(events[0...1]), at: begin)  // the session, and its phase init
    view.show(.quiet, at: begin + 2 * second)
    #expect(screen.text == erase + "  ⠋ init  2 s")

    screen.text = ""
    view.show(found(events[2...2]), at: begin + 3_250_000)
    view.show(.quiet, at: begin + 4 * second)
    #expect(screen.text == erase + "  ✓ init  3.3s\n" + erase + "  ⠙ preflight  0 s")

    screen.text = ""
    view.end()
    #expect(screen.text == erase)
    view.end()
    #expect(screen.text == erase)
  }

  @Test func aPhaseOfNoTimeHasNoSeconds() throws {
    let (screen, events) = (Screen(), try initEvents())
    var view = view(80, screen)
    view.show(found(events[0...2]), at: begin)
    view.show(.quiet, at: begin)
    #expect(screen.text == "  ✓ init\n" + erase + "  ⠋ preflight  0 s")
  }

  @Test func spinnerTurnsEverySecondTick() throws {
    let (screen, events) = (Screen(), try initEvents())
    var view = view(80, screen)
    view.show(found(events[0...1]), at: begin)
    for _ in 0..<20 { view.show(.quiet, at: begin) }
    let frames = screen.text.compactMap { "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏".contains($0) ? $0 : nil }
    #expect(String(frames) == "⠋⠙⠙⠹⠹⠸⠸⠼⠼⠴⠴⠦⠦⠧⠧⠇⠇⠏⠏⠋")
  }

  @Test func narrowTerminalIsNotOverrun() throws {
    let (screen, events) = (Screen(), try initEvents())
    let index = try #require(events.firstIndex { $0.message.hasPrefix("[wait-control-plane]") })
    for (columns, line) in [
      (40, "  ⠋ wait-control-plane  12345 s"), (20, "  ⠋ wait-control-pl"), (10, "  ⠋ wait-"), (1, ""),
      (0, "  ⠋ wait-control-plane  12345 s"),
    ] {
      screen.text = ""
      var view = view(columns, screen)
      view.show(found(events[index...index]), at: begin)
      view.show(.quiet, at: begin + 12_345 * second)
      #expect(screen.text == erase + line)
    }
  }

  @Test func theWidthIsThatOfTheMoment() throws {
    let (screen, events) = (Screen(), try initEvents())
    var columns = 80
    var view = LiveView(columns: { columns }, color: false, now: begin) { screen.text += $0 }
    view.show(found(events[0...1]), at: begin)
    view.show(.quiet, at: begin)
    screen.text = ""
    columns = 6
    view.show(.quiet, at: begin)
    #expect(screen.text == erase + "  ⠙ i")
  }

  @Test func failureIsCrossed() throws {
    let screen = Screen()
    var view = view(80, screen)
    view.show(found(try parse(failedJoinLog).events[...]), at: begin)
    view.show(.quiet, at: begin)
    #expect(screen.text == "  ✗ preflight\n")
  }

  @Test func withoutColourThereIsNone() throws {
    let screen = Screen()
    var view = view(80, screen)
    show(everything, on: &view)
    #expect(screen.text.contains("✓"))
    #expect(screen.text.contains("✗"))
    // The only sequence is the one that clears the line.
    #expect(!screen.text.replacing(erase, with: "").contains("\u{1B}"))
  }

  @Test func withColourMarksArePainted() throws {
    let screen = Screen()
    var view = LiveView(columns: { 80 }, color: true, now: begin) { screen.text += $0 }
    show(everything, on: &view)
    #expect(screen.text.contains("  \u{1B}[32m✓\u{1B}[0m init\n"))
    #expect(screen.text.contains("  \u{1B}[31m✗\u{1B}[0m preflight\n"))
  }

  @Test func whatIsReadAtOnceShowsNothing() {
    let screen = Screen()
    var view = view(80, screen)
    view.show(.read(bytes: 500, of: 1000), at: begin + 500_000)
    view.show(.read(bytes: 500, of: nil), at: begin + hour)
    view.show(.read(bytes: 0, of: 0), at: begin + hour)
    view.show(.quiet, at: begin)
    view.end()
    #expect(screen.text == "")
  }

  @Test func whatTakesLongShowsItsShare() {
    let screen = Screen()
    var view = view(80, screen)
    view.show(.read(bytes: 410_000, of: 1_000_000), at: begin + 500_001)
    view.show(.read(bytes: 2_000_000, of: 1_000_000), at: begin + 600_000)
    #expect(screen.text == erase + "  41 % of 1.0 MB" + erase + "  100 % of 1.0 MB")
  }

  @Test func noSecretIsShown() throws {
    let screen = Screen()
    var view = view(200, screen)
    show(everything, on: &view)
    #expect(!screen.text.contains(token.dropFirst(7)))
    #expect(!screen.text.contains(certificateKey.prefix(8)))
  }

  private func view(_ columns: Int, _ screen: Screen) -> LiveView {
    LiveView(columns: { columns }, color: false, now: begin) { screen.text += $0 }
  }

  private func found(_ events: ArraySlice<Event>) -> IngestProgress {
    var batch = Batch()
    batch.events = Array(events)
    return .found(batch)
  }

  private func initEvents() throws -> [Event] { try parse(initLog).events }

  private func show(_ text: String, on view: inout LiveView) {
    guard let events = try? parse(text).events else { return }
    for event in events {
      view.show(found([event]), at: begin)
      view.show(.quiet, at: begin)
    }
    view.end()
  }
}

@Suite struct ByteTextTests {
  @Test(arguments: [
    (Int64(0), "0 B"), (1, "1 B"), (812, "812 B"), (999, "999 B"), (1000, "1.0 KB"), (1049, "1.0 KB"), (1050, "1.1 KB"),
    (64_000, "64.0 KB"), (1_000_000, "1.0 MB"), (1_234_567, "1.2 MB"), (1_200_000_000, "1.2 GB"),
    (3_000_000_000_000, "3.0 TB"), (4_000_000_000_000_000, "4000.0 TB"),
  ])
  func bytesAsPeopleSayThem(_ bytes: Int64, _ text: String) {
    #expect(byteText(bytes) == text)
  }
}
