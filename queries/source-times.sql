-- title: What was read, and how sure its times are
-- summary: One row an input with events in the span: where their times come from, the first and the last, and the widest
-- summary: bound in seconds, empty where some have none. A file's own time bounds events and is neither first nor last.
-- parameter: since time = null -- only events not before this time
-- parameter: until time = null -- only events before this time
-- parameter: sessions json = null -- a JSON array of beginnings of session ids: only their events
-- parameter: nodes json = null -- a JSON array of node names: also events of these nodes outside of sessions
-- column: path text PATH
-- column: format text FORMAT
-- column: lines integer LINES
-- column: events integer EVENTS
-- column: time_sources json TIMES FROM
-- column: worst_uncertainty_s duration WITHIN
-- column: first_at time FIRST
-- column: last_at time LAST
-- column: truncated_lines integer
-- column: bad_utf8_lines integer
WITH
wanted AS MATERIALIZED (
  SELECT runs.id FROM runs
  WHERE EXISTS (SELECT 1 FROM json_each(:sessions) WHERE lower(hex(runs.digest)) LIKE json_each.value || '%')
),
told AS MATERIALIZED (
  SELECT source, time_source, sum(count) AS events, min(time) AS first_at, max(coalesce(last_time, time)) AS last_at,
    max(uncertainty) AS uncertainty, sum(uncertainty IS NULL) AS unbounded
  -- A row may tell of a minute.
  FROM (
    SELECT * FROM events WHERE time >= coalesce(:since - 60000000, -9223372036854775808) AND time < coalesce(:until, 9223372036854775807)
    UNION ALL SELECT * FROM events WHERE time IS NULL AND :since IS NULL AND :until IS NULL) AS spanned
  WHERE (:since IS NULL OR coalesce(last_time, time) >= :since) AND (:until IS NULL OR time < :until)
    AND (:sessions IS NULL OR run IN (SELECT id FROM wanted)
      OR run IS NULL AND node IN (SELECT value FROM json_each(:nodes)))
  GROUP BY source, time_source
)
SELECT path, format, lines, coalesce(sum(told.events), 0) AS events,
  (SELECT json_group_array(CASE time_source WHEN 0 THEN 'stamped' WHEN 1 THEN 'klog' WHEN 2 THEN 'arrival'
      WHEN 3 THEN 'derived' WHEN 4 THEN 'given' WHEN 5 THEN 'file' ELSE 'none' END)
    FROM (SELECT time_source FROM told WHERE told.source = sources.id ORDER BY time_source)) AS time_sources,
  CASE WHEN sum(unbounded) = 0 THEN max(uncertainty) / 1e6 END AS worst_uncertainty_s,
  min(CASE WHEN time_source < 5 THEN first_at END) AS first_at, max(CASE WHEN time_source < 5 THEN last_at END) AS last_at,
  truncated_lines, bad_utf8_lines
FROM sources LEFT JOIN told ON told.source = sources.id
WHERE told.source IS NOT NULL OR :since IS NULL AND :until IS NULL AND :sessions IS NULL
GROUP BY sources.id
ORDER BY sources.id
