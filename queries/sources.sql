-- title: What was read
-- summary: One row an input, with what it was taken for and how much of it could not be read whole.
-- column: path text PATH
-- column: format text FORMAT
-- column: bytes integer BYTES
-- column: lines integer LINES
-- column: events integer EVENTS
-- column: klog_info integer I
-- column: klog_warning integer W
-- column: klog_error integer E
-- column: klog_fatal integer F
-- column: truncated_lines integer TOO LONG
-- column: bad_utf8_lines integer BAD UTF-8
SELECT path, format, bytes, lines,
  coalesce(counts.events, 0) AS events,
  klog_info, klog_warning, klog_error, klog_fatal, truncated_lines, bad_utf8_lines
FROM sources
LEFT JOIN (SELECT source, sum(count) AS events FROM events GROUP BY source) AS counts ON counts.source = sources.id
ORDER BY sources.id
