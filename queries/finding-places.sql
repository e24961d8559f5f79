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
-- Nearly all stand in logs: of a run is asked only where there is one.
SELECT events.id AS _id, events.problem,
  iif(run IS NULL, node, coalesce(node, (SELECT sessions.node FROM sessions WHERE sessions.run = events.run))) AS node,
  -- What is not known to two minutes counts as undated; then its latest moment.
  iif(time_source < 5 AND coalesce(uncertainty, 0) <= 120000000, time, time + coalesce(uncertainty, 0)) AS time,
  last_time, count, iif(run IS NULL, NULL, (SELECT name FROM kinds WHERE kinds.id = events.kind)) AS kind,
  time IS NOT NULL AND time_source < 5 AND coalesce(uncertainty, 0) <= 120000000 AS is_dated,
  byte, source,
  iif(run IS NULL, cluster, coalesce(cluster, (SELECT sessions.cluster FROM sessions WHERE sessions.run = events.run)))
    AS cluster,
  iif(run IS NULL, NULL, (
    SELECT substr(lower(hex(runs.digest)), 1, 16) FROM runs JOIN sessions ON sessions.run = runs.id
    WHERE runs.id = events.run)) AS session,
  iif(run IS NULL, NULL, (SELECT command FROM sessions WHERE sessions.run = events.run)) AS command
FROM events
WHERE problem IS NOT NULL
ORDER BY source, byte, id
