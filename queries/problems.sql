-- title: What went wrong, why, and what to do about it
-- summary: One row a problem at a node, the worst first: what `kubelog problems` tells, what is left to do after an install
-- summary: behind it. It stands on the findings, each judged by the catalogue; query findings has them one by one.
-- parameter: all boolean = false -- also what was normal, what is over, and symptoms
-- parameter: severity text = null -- this bad or worse: info, warning, error
-- parameter: node text = null -- only this node
-- parameter: session text = null -- only this session, by the beginning of its id
-- parameter: cases json = null -- what was judged, a JSON array of rows; kubelog gives it itself
-- column: id text PROBLEM
-- column: title text WHAT
-- column: cause text
-- column: remedy json
-- column: reference text
-- column: severity text SEVERITY
-- column: node text NODE
-- column: session text
-- column: first_seen_at time FIRST SEEN
-- column: last_seen_at time LAST SEEN
-- column: count integer COUNT
-- column: evidence json
-- column: ended_at time
-- column: cluster text
-- column: state text STATE
-- column: reason text
-- column: caused_by text
-- column: _do_first text
SELECT value ->> 0 AS id, value ->> 1 AS title, value ->> 2 AS cause, value ->> 3 AS remedy, value ->> 4 AS reference,
  value ->> 5 AS severity, value ->> 6 AS node, value ->> 7 AS session, value ->> 8 AS first_seen_at,
  value ->> 9 AS last_seen_at, value ->> 10 AS count, value ->> 11 AS evidence, value ->> 12 AS ended_at,
  value ->> 13 AS cluster, value ->> 14 AS state, value ->> 15 AS reason, value ->> 16 AS caused_by,
  value ->> 3 ->> 0 AS _do_first
FROM json_each(:cases)
WHERE (:all OR value ->> 14 = 'open')
  AND (:severity IS NULL OR CASE value ->> 5 WHEN 'info' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END
    >= CASE :severity WHEN 'info' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END)
  AND (:node IS NULL OR value ->> 6 = :node)
  AND (:session IS NULL OR substr(value ->> 7, 1, length(:session)) = :session)
ORDER BY key
