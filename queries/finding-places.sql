-- title: Where and when lines show known problems
-- summary: As findings, without what the lines say: there may be many. The kind is told of those in runs of kubeadm only.
-- column: _id integer
-- column: problem text PROBLEM
-- column: node text NODE
-- column: time time TIME
-- column: last_time time
-- column: count integer COUNT
-- column: kind text
-- column: is_dated boolean
-- column: byte integer
-- column: source integer
-- column: cluster text
-- column: session text
-- column: command text
SELECT events.id AS _id, events.problem, coalesce(events.node, sessions.node) AS node,
  -- What is not known to two minutes counts as undated; then its latest moment.
  CASE WHEN events.time_source < 5 AND coalesce(uncertainty, 0) <= 120000000 THEN events.time
    ELSE events.time + coalesce(uncertainty, 0) END AS time,
  events.last_time, events.count, CASE WHEN events.run IS NOT NULL THEN kinds.name END AS kind,
  events.time IS NOT NULL AND events.time_source < 5 AND coalesce(uncertainty, 0) <= 120000000 AS is_dated,
  events.byte, events.source, coalesce(events.cluster, sessions.cluster) AS cluster,
  CASE WHEN sessions.run IS NOT NULL THEN substr(lower(hex(runs.digest)), 1, 16) END AS session, sessions.command
FROM events
LEFT JOIN kinds ON kinds.id = events.kind AND events.run IS NOT NULL
LEFT JOIN runs ON runs.id = events.run
LEFT JOIN sessions ON sessions.run = events.run
WHERE events.problem IS NOT NULL
ORDER BY events.source, events.byte, events.id
