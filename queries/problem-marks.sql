-- title: What problems are judged by
-- summary: One row a moment that ends problems or makes them normal: runs of kubeadm, nodes that became Ready, networks
-- summary: that were applied, the ends of logs, and the kinds of events that end a problem.
-- parameter: kinds json = [] -- kinds of events that end problems
-- column: mark text MARK
-- column: node text NODE
-- column: began_at time BEGAN
-- column: time time TIME
-- column: is_dated boolean
-- column: source integer
-- column: byte integer
-- column: cluster text
-- column: session text
-- column: command text
WITH
ends AS (SELECT id, name FROM kinds WHERE name IN (SELECT value FROM json_each(:kinds)))
-- Runs that make or mend a node; where none says how it ended, only that it began.
SELECT CASE WHEN sessions.outcome = 'succeeded' AND NOT sessions.is_dry_run THEN 'success' ELSE 'run' END AS mark,
  sessions.node, began.time AS began_at, ended.time,
  -- What is not known to two minutes counts as undated.
  coalesce(began.time_source < 5 AND ended.time_source < 5 AND coalesce(began.uncertainty, 0) <= 120000000
    AND coalesce(ended.uncertainty, 0) <= 120000000, 0) AS is_dated,
  coalesce(ended.source, began.source) AS source, coalesce(ended.byte, began.byte) AS byte, sessions.cluster,
  substr(lower(hex(runs.digest)), 1, 16) AS session, sessions.command
FROM sessions
JOIN runs ON runs.id = sessions.run
JOIN kinds AS beginnings ON beginnings.name = 'kubeadm.session.started'
JOIN events AS began ON began.run = sessions.run AND began.kind = beginnings.id AND began.occurrences IS NULL
LEFT JOIN kinds AS endings ON endings.name = 'kubeadm.session.ended'
LEFT JOIN events AS ended ON ended.run = sessions.run AND ended.kind = endings.id
WHERE sessions.command IN ('init', 'join', 'upgrade-apply', 'upgrade-node')
UNION ALL
SELECT 'ready', seen.node, NULL, events.time,
  events.time_source < 5 AND coalesce(events.uncertainty, 0) <= 120000000, events.source, events.byte, events.cluster,
  NULL, NULL
FROM observations AS seen JOIN events ON events.id = seen.event
-- Of a node that is Ready in every answer the changes and the last one are enough. Dated ones come first, the others in the
-- order in which they were read; each look-up is one in the index.
WHERE seen.status = 'Ready' AND (
  coalesce(
    iif(seen.seen_at IS NULL, (
      SELECT status FROM observations AS before
      WHERE before.node = seen.node AND before.seen_at IS NULL AND before.event < seen.event
        AND before.status IS NOT NULL
      ORDER BY before.event DESC LIMIT 1), NULL),
    (SELECT status FROM observations AS before
      WHERE before.node = seen.node
        AND (before.seen_at, before.event) < (coalesce(seen.seen_at, 9223372036854775807), seen.event)
        AND before.status IS NOT NULL
      ORDER BY before.seen_at DESC, before.event DESC LIMIT 1)) IS NOT 'Ready'
  OR NOT EXISTS (
    SELECT 1 FROM observations AS after
    WHERE after.node = seen.node AND (after.seen_at, after.event) > (seen.seen_at, seen.event)
      AND after.status IS NOT NULL
    UNION ALL
    SELECT 1 FROM observations AS after
    WHERE after.node = seen.node AND after.seen_at IS NULL AND after.event > iif(seen.seen_at IS NULL, seen.event, 0)
      AND after.status IS NOT NULL))
UNION ALL
SELECT 'network', coalesce(events.node, sessions.node), NULL, events.time,
  events.time_source < 5 AND coalesce(events.uncertainty, 0) <= 120000000, events.source,
  events.byte, events.cluster, NULL, NULL
FROM events
JOIN kinds ON kinds.id = events.kind AND events.occurrences IS NULL AND kinds.name = 'cni.applied'
LEFT JOIN sessions ON sessions.run = events.run
UNION ALL
SELECT ends.name, events.node, NULL, events.time,
  events.time_source < 5 AND coalesce(events.uncertainty, 0) <= 120000000, events.source, events.byte, events.cluster,
  NULL, NULL
FROM events JOIN ends ON ends.id = events.kind AND events.occurrences IS NULL
UNION ALL
SELECT 'log', nullif(node, ''), began_at, ended_at, 1, source, byte, cluster, NULL, NULL FROM logs
