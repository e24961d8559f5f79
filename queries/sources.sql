-- title: What was read
-- summary: One row an input, with what it was taken for and how much of it could not be read whole.
-- column: path text PATH
-- column: format text FORMAT
-- column: bytes integer BYTES
-- column: lines integer LINES
-- column: events integer EVENTS
-- column: truncated_lines integer TOO LONG
-- column: bad_utf8_lines integer BAD UTF-8
SELECT path, format, bytes, lines,
  (SELECT coalesce(sum(count), 0) FROM events WHERE events.source = sources.id) AS events,
  truncated_lines, bad_utf8_lines
FROM sources ORDER BY id
