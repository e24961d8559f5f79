-- title: Where and when runs of kubeadm show known problems
-- summary: As findings, without what the lines say.
-- parameter: ids json = [] -- the numbers of events in the store; none for all
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
  iif(time_source < 5 AND coalesce(uncertainty, 0) <= 120000000, events.time, events.time + coalesce(uncertainty, 0)) AS time,
  events.last_time, events.count, kinds.name AS kind,
  events.time IS NOT NULL AND time_source < 5 AND coalesce(uncertainty, 0) <= 120000000 AS is_dated,
  events.byte, events.source, coalesce(events.cluster, sessions.cluster) AS cluster,
  iif(sessions.run IS NULL, NULL, substr(lower(hex(runs.digest)), 1, 16)) AS session, sessions.command
FROM (
  SELECT DISTINCT value AS id FROM json_each(:ids)
  UNION ALL
  SELECT id FROM events WHERE problem IS NOT NULL AND +run IS NOT NULL AND :ids = '[]') AS asked
JOIN events ON events.id = asked.id
JOIN kinds ON kinds.id = events.kind
JOIN runs ON runs.id = events.run
LEFT JOIN sessions ON sessions.run = events.run
WHERE events.problem IS NOT NULL
ORDER BY events.source, events.byte, events.id
