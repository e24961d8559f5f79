-- title: Every event in order across all sources
-- summary: One row an event, oldest first; what was said over and over within a minute is one row with a count. Undated
-- summary: events come last, in the order of input.
-- parameter: since time = null -- not before this time
-- parameter: until time = null -- before this time
-- parameter: nodes json = null -- a JSON array of node names
-- parameter: sessions json = null -- a JSON array of beginnings of session ids
-- parameter: kinds json = null -- a JSON array of kinds or their beginnings, `kubelet` for all `kubelet.*`
-- parameter: severity text = null -- this bad or worse: info, warning, error
-- column: id text
-- column: time time TIME
-- column: time_source text
-- column: time_uncertainty_s duration
-- column: count integer COUNT
-- column: last_time time
-- column: kind text KIND
-- column: severity text SEVERITY
-- column: node text NODE
-- column: cluster text
-- column: session text
-- column: message text MESSAGE
-- column: attributes json
-- column: source json
-- column: approximate boolean
SELECT lower(hex(events.digest)) AS id, events.time,
  CASE time_source WHEN 0 THEN 'stamped' WHEN 1 THEN 'klog' WHEN 2 THEN 'arrival' WHEN 3 THEN 'derived'
    WHEN 4 THEN 'given' WHEN 5 THEN 'file' ELSE 'none' END AS time_source,
  uncertainty / 1e6 AS time_uncertainty_s, events.count, events.last_time, kinds.name AS kind,
  CASE severity WHEN 0 THEN 'info' WHEN 1 THEN 'warning' ELSE 'error' END AS severity,
  coalesce(events.node, sessions.node) AS node, coalesce(events.cluster, sessions.cluster) AS cluster,
  CASE WHEN sessions.run IS NOT NULL THEN substr(lower(hex(runs.digest)), 1, 16) END AS session,
  events.message, coalesce(events.attributes, '{}') AS attributes,
  json_object('path', sources.path, 'line', events.line, 'byte', events.byte) AS source,
  time_source >= 5 OR uncertainty IS NULL OR uncertainty > 5000000 AS approximate
FROM events
JOIN kinds ON kinds.id = events.kind
JOIN sources ON sources.id = events.source
LEFT JOIN runs ON runs.id = events.run
LEFT JOIN sessions ON sessions.run = events.run
WHERE (:since IS NULL OR coalesce(events.last_time, events.time) >= :since)
  AND (:until IS NULL OR events.time < :until)
  AND (:nodes IS NULL OR coalesce(events.node, sessions.node) IN (SELECT value FROM json_each(:nodes)))
  AND (:sessions IS NULL OR EXISTS (
    SELECT 1 FROM json_each(:sessions) WHERE lower(hex(runs.digest)) LIKE json_each.value || '%'))
  AND (:kinds IS NULL OR EXISTS (
    SELECT 1 FROM json_each(:kinds)
    WHERE kinds.name = json_each.value OR substr(kinds.name, 1, length(json_each.value) + 1) = json_each.value || '.'))
  AND (:severity IS NULL OR severity >= CASE :severity WHEN 'info' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END)
ORDER BY events.time IS NULL, events.time, events.source, events.byte, events.id
