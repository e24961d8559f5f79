-- title: Nodes and their last known state
-- summary: One row a node. Status and scheduling are what was seen last; a node that only joined or registered is Unknown.
-- parameter: node text = null -- only this node
-- column: name text NAME
-- column: status text STATUS
-- column: schedulable boolean SCHEDULABLE
-- column: roles json ROLES
-- column: version text VERSION
-- column: internal_ip text
-- column: os_image text
-- column: kernel_version text
-- column: container_runtime text
-- column: first_seen_at time
-- column: ready_at time READY AT
-- column: time_to_ready_s duration TO READY
-- column: last_seen_at time LAST SEEN
-- column: removed_at time REMOVED AT
-- column: cluster text
-- column: approximate boolean
-- column: ready_at_approximate boolean
-- A node may have been seen any number of times: what is asked of its sightings is at one end of an index. seen_at is null
-- where no clock says when, which is before all that is dated.
-- A session that made a node is a sighting of it, too.
-- stage: joined_nodes
SELECT sessions.node, max(events.time) AS time,
  max(sessions.command = 'init' OR EXISTS (
    SELECT 1 FROM events AS marks JOIN kinds AS mark_kinds ON mark_kinds.id = +marks.kind
    WHERE marks.run = sessions.run AND mark_kinds.name = 'kubeadm.phase.started'
      AND marks.attributes ->> 'phase' = 'mark-control-plane')) AS is_control_plane
FROM sessions
LEFT JOIN kinds ON kinds.name = 'kubeadm.session.ended'
LEFT JOIN events ON events.run = sessions.run AND +events.kind = kinds.id AND events.time_source < 5
WHERE sessions.node IS NOT NULL AND sessions.outcome = 'succeeded' AND sessions.command IN ('init', 'join')
  AND NOT sessions.is_dry_run
GROUP BY sessions.node;

-- From each name to the next, past all sightings of one.
-- stage: seen_nodes
WITH RECURSIVE names (node) AS (
  SELECT min(node) FROM observations
  UNION ALL
  SELECT (SELECT min(node) FROM observations WHERE observations.node > names.node) FROM names WHERE node IS NOT NULL)
SELECT node FROM names WHERE node IS NOT NULL;

-- stage: node_names
SELECT node FROM seen_nodes UNION SELECT node FROM joined_nodes AS joined;

-- `kubectl delete node`, where nothing saw the node afterwards. A watch prints its row once more, with the age of the old one.
-- stage: removed_nodes
SELECT events.node, max(events.time) AS removed_at
FROM events JOIN kinds ON kinds.id = events.kind AND events.occurrences IS NULL AND kinds.name = 'node.removed'
WHERE NOT EXISTS (
    SELECT 1 FROM observations AS seen
    WHERE events.time_source < 5 AND seen.node = events.node AND seen.seen_at >= events.time
      AND (seen.seen_at, seen.event) > (events.time, events.id)
      AND coalesce(seen.seen_at - (seen.age_s + seen.age_span_s) * 1000000 >= events.time, 1))
  AND NOT EXISTS (
    SELECT 1 FROM observations AS seen
    WHERE events.time_source >= 5 AND seen.node = events.node AND (seen.seen_at IS NOT NULL OR seen.event > events.id))
  AND NOT EXISTS (SELECT 1 FROM joined_nodes AS joined WHERE joined.node = events.node AND joined.time > events.time)
GROUP BY events.node;

-- stage: node_states
SELECT names.node, seen.status, seen.seen_at AS time, coalesce(events.last_time, events.time) AS bound,
  events.uncertainty, events.time_source < 5 AS is_dated
FROM seen_nodes AS names
JOIN observations AS seen ON seen.event = (
  SELECT event FROM observations AS last WHERE last.node = names.node AND last.status IS NOT NULL
  ORDER BY last.seen_at DESC, last.event DESC LIMIT 1)
JOIN events ON events.id = seen.event;

-- stage: node_cordons
SELECT names.node, (
  SELECT schedulable FROM observations AS last WHERE last.node = names.node AND last.schedulable IS NOT NULL
  ORDER BY last.seen_at DESC, last.event DESC LIMIT 1) AS schedulable
FROM seen_nodes AS names;

-- stage: node_tables
SELECT names.node, roles, version, internal_ip, os_image, kernel_version, container_runtime
FROM seen_nodes AS names
JOIN observations AS seen ON seen.event = (
  SELECT event FROM observations AS last WHERE last.node = names.node AND last.version IS NOT NULL
  ORDER BY last.seen_at DESC, last.event DESC LIMIT 1);

-- Columns that only wide tables have: the last time each was seen.
-- stage: wide_tables
SELECT names.node, internal_ip, os_image, kernel_version, container_runtime
FROM seen_nodes AS names
JOIN observations AS seen ON seen.event = (
  SELECT event FROM observations AS last
  WHERE last.node = names.node AND (last.internal_ip IS NOT NULL OR last.os_image IS NOT NULL)
  ORDER BY last.seen_at DESC, last.event DESC LIMIT 1);

-- stage: node_sightings
SELECT names.node,
  (SELECT min(seen_at) FROM observations AS seen WHERE seen.node = names.node) AS first_seen_at,
  (SELECT max(seen_at) FROM observations AS seen WHERE seen.node = names.node) AS last_seen_at,
  (SELECT max(cluster) FROM observations AS seen WHERE seen.node = names.node AND cluster IS NOT NULL) AS cluster
FROM seen_nodes AS names;

-- When it first became ready, for nodes whose first sighting was not ready; and when the node object was made.
-- stage: first_states
SELECT names.node, (
  SELECT status FROM observations AS first
  WHERE first.node = names.node AND first.status IS NOT NULL AND first.seen_at IS NOT NULL
  ORDER BY first.seen_at, first.event LIMIT 1) AS status
FROM seen_nodes AS names;

-- stage: node_youths
-- By the first reading, of those with a clock of their own where there are any.
SELECT names.node, seen.seen_at - seen.age_s * 1000000 AS made_at
FROM seen_nodes AS names
JOIN observations AS seen ON seen.event = (
  SELECT event FROM observations AS first
  WHERE first.node = names.node AND first.age_s IS NOT NULL AND first.seen_at IS NOT NULL
  ORDER BY first.is_inferred, first.seen_at, first.event LIMIT 1);

-- stage: node_readiness
SELECT starts.node, seen.seen_at AS ready_at, events.uncertainty, youths.made_at
FROM first_states AS starts
JOIN observations AS seen ON seen.event = (
  SELECT event FROM observations AS ready
  WHERE ready.node = starts.node AND ready.status = 'Ready' AND ready.seen_at IS NOT NULL
  ORDER BY ready.seen_at, ready.event LIMIT 1)
JOIN events ON events.id = seen.event
LEFT JOIN node_youths AS youths ON youths.node = starts.node
WHERE starts.status <> 'Ready';

-- answer
SELECT names.node AS name, coalesce(states.status, 'Unknown') AS status,
  coalesce(cordons.schedulable, 1) AS schedulable,
  coalesce(tables.roles, CASE WHEN joined.is_control_plane THEN '["control-plane"]' ELSE '[]' END) AS roles,
  tables.version, coalesce(tables.internal_ip, wide.internal_ip) AS internal_ip,
  coalesce(tables.os_image, wide.os_image) AS os_image, coalesce(tables.kernel_version, wide.kernel_version) AS kernel_version,
  coalesce(tables.container_runtime, wide.container_runtime) AS container_runtime,
  coalesce(min(firsts.first_seen_at, joined.time), firsts.first_seen_at, joined.time) AS first_seen_at,
  readiness.ready_at,
  iif(readiness.ready_at >= readiness.made_at, (readiness.ready_at - readiness.made_at) / 1e6, NULL) AS time_to_ready_s,
  coalesce(firsts.last_seen_at, joined.time) AS last_seen_at, removals.removed_at, firsts.cluster,
  states.uncertainty IS NULL OR states.uncertainty > 5000000 AS approximate,
  readiness.uncertainty IS NULL OR readiness.uncertainty > 5000000 AS ready_at_approximate
FROM node_names AS names
LEFT JOIN node_states AS states ON states.node = names.node
LEFT JOIN node_cordons AS cordons ON cordons.node = names.node
LEFT JOIN node_tables AS tables ON tables.node = names.node
LEFT JOIN wide_tables AS wide ON wide.node = names.node
LEFT JOIN node_sightings AS firsts ON firsts.node = names.node
LEFT JOIN joined_nodes AS joined ON joined.node = names.node
LEFT JOIN node_readiness AS readiness ON readiness.node = names.node
LEFT JOIN removed_nodes AS removals ON removals.node = names.node
WHERE :node IS NULL OR names.node = :node
ORDER BY names.node
