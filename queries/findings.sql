-- title: What shows known problems
-- summary: One row an event that a rule found to show a problem, in the order of input, before it is judged which of them
-- summary: are causes, which symptoms, and which were normal: query problems tells that.
-- parameter: ids json = [] -- the numbers of events in the store; none for all
-- column: _id integer
-- column: problem text PROBLEM
-- column: node text NODE
-- column: time time TIME
-- column: last_time time
-- column: count integer COUNT
-- column: severity text SEVERITY
-- column: kind text
-- column: message text MESSAGE
-- column: attributes json
-- column: is_dated boolean
-- column: path text
-- column: line integer
-- column: byte integer
-- column: source integer
-- column: cluster text
-- column: session text
-- column: command text
-- column: certificate_key text
WITH typed_keys AS MATERIALIZED (
  -- The key that was typed into a run. Found once: a run may have a million findings.
  SELECT events.run, min(secrets.public_id) AS certificate_key
  FROM secrets
  JOIN sightings ON sightings.secret = secrets.id AND sightings.role = 'used'
  JOIN events ON events.id = sightings.event
  WHERE secrets.kind = 'certificate-key' AND events.run IS NOT NULL
  GROUP BY events.run
)
SELECT events.id AS _id, events.problem, coalesce(events.node, sessions.node) AS node,
  -- What is not known to two minutes counts as undated; then its latest moment.
  CASE WHEN events.time_source < 5 AND coalesce(uncertainty, 0) <= 120000000 THEN events.time
    ELSE events.time + coalesce(uncertainty, 0) END AS time,
  events.last_time, events.count, CASE severity WHEN 0 THEN 'info' WHEN 1 THEN 'warning' ELSE 'error' END AS severity,
  kinds.name AS kind, events.message, events.attributes,
  events.time IS NOT NULL AND events.time_source < 5 AND coalesce(uncertainty, 0) <= 120000000 AS is_dated,
  sources.path, events.line, events.byte, events.source, coalesce(events.cluster, sessions.cluster) AS cluster,
  CASE WHEN sessions.run IS NOT NULL THEN substr(lower(hex(runs.digest)), 1, 16) END AS session, sessions.command,
  typed_keys.certificate_key
FROM (
  SELECT DISTINCT value AS id FROM json_each(:ids)
  UNION ALL
  SELECT id FROM events WHERE problem IS NOT NULL AND :ids = '[]') AS asked
JOIN events ON events.id = asked.id
JOIN kinds ON kinds.id = events.kind
JOIN sources ON sources.id = events.source
LEFT JOIN runs ON runs.id = events.run
LEFT JOIN sessions ON sessions.run = events.run
LEFT JOIN typed_keys ON typed_keys.run = sessions.run
WHERE events.problem IS NOT NULL
ORDER BY events.source, events.byte, events.id
