internal import KubelogScan

/// What journalctl itself says between the lines of a journal.
///
/// `-- Logs begin at Fri 2019-03-01 10:00:00 KST, end at Fri 2019-03-01 12:00:00 KST. --` (until systemd 246), `-- Journal
/// begins at …, ends at …. --` (until 250), `-- Boot 741237cf… --`, `-- Reboot --`, `-- No entries --`, `-- cursor: s=…`.
struct JournalMark {
  /// The end of the journal, microseconds since 1970 UTC and up to a day wrong where its zone is a name.
  var end: Int64?

  init?(_ line: Bytes) {
    let all = 0..<line.count
    guard line.has("-- cursor: ", at: 0) || (line.count > 5 && line.has(" --", at: line.count - 3)) else { return nil }
    guard let place = line.first(" end at ", in: all) ?? line.first(" ends at ", in: all) else { return }
    let start = line.end(of: { !isDigit($0) }, from: place + 8)
    guard let date = line.isoDate(at: start), start + 11 < line.count, let clock = line.clock(at: start + 11) else {
      return
    }
    end =
      CivilTime(
        year: date.year, month: date.month, day: date.day, hour: clock.hour, minute: clock.minute, second: clock.second,
        microsecond: 0
      ).microsecondsAsUTC
  }
}
