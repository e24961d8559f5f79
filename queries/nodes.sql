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
-- stage: node_readings
SELECT observations.*, events.time_source, events.time_source < 5 AS is_dated,
  CASE WHEN events.time_source < 5 THEN coalesce(events.last_time, events.time) END AS time,
  coalesce(events.last_time, events.time) AS bound, events.uncertainty, events.cluster,
  row_number() OVER (ORDER BY events.time_source < 5, CASE WHEN events.time_source < 5
    THEN coalesce(events.last_time, events.time) END, events.id) AS nth
FROM observations JOIN events ON events.id = observations.event;

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

-- stage: node_names
SELECT node FROM node_readings AS seen UNION SELECT node FROM joined_nodes AS joined;

-- `kubectl delete node`, where nothing saw the node afterwards. A watch prints its row once more, with the age of the old one.
-- stage: removed_nodes
SELECT events.node, max(events.time) AS removed_at
FROM events JOIN kinds ON kinds.id = events.kind AND kinds.name = 'node.removed'
WHERE NOT EXISTS (
    SELECT 1 FROM node_readings AS seen JOIN events AS later ON later.id = seen.event
    WHERE seen.node = events.node
      AND (later.time_source < 5, CASE WHEN later.time_source < 5 THEN coalesce(later.last_time, later.time) ELSE 0 END,
        later.id) > (events.time_source < 5, CASE WHEN events.time_source < 5 THEN events.time ELSE 0 END, events.id)
      AND NOT (seen.is_dated AND events.time_source < 5 AND seen.age_s IS NOT NULL
        AND seen.time - (seen.age_s + seen.age_span_s) * 1000000 < events.time))
  AND NOT EXISTS (SELECT 1 FROM joined_nodes AS joined WHERE joined.node = events.node AND joined.time > events.time)
GROUP BY events.node;

-- SQLite takes the other columns from the row that max() found.
-- stage: node_states
SELECT node, status, schedulable, time, bound, uncertainty, is_dated, max(nth) FROM node_readings AS seen
WHERE status IS NOT NULL GROUP BY node;

-- stage: node_cordons
SELECT node, schedulable, max(nth) FROM node_readings AS seen WHERE schedulable IS NOT NULL GROUP BY node;

-- stage: node_tables
SELECT node, roles, version, internal_ip, os_image, kernel_version, container_runtime, max(nth) FROM node_readings AS seen
WHERE version IS NOT NULL GROUP BY node;

-- Columns that only wide tables have: the last time each was seen.
-- stage: wide_tables
SELECT node, internal_ip, os_image, kernel_version, container_runtime, max(nth) FROM node_readings AS seen
WHERE internal_ip IS NOT NULL OR os_image IS NOT NULL GROUP BY node;

-- stage: node_sightings
SELECT node, min(time) AS first_seen_at, max(time) AS last_seen_at, max(cluster) AS cluster FROM node_readings AS seen
GROUP BY node;

-- When it first became ready, for nodes whose first sighting was not ready; and when the node object was made.
-- stage: first_states
SELECT node, status, min(nth) FROM node_readings AS seen WHERE status IS NOT NULL AND is_dated GROUP BY node;

-- stage: node_youths
-- By the first reading, of those with a clock of their own where there are any.
SELECT node, time - age_s * 1000000 AS made_at, min((time_source >= 3) * 1e9 + nth) FROM node_readings AS seen
WHERE age_s IS NOT NULL AND is_dated GROUP BY node;

-- stage: node_readiness
SELECT ready.node, min(ready.time) AS ready_at, ready.uncertainty, youths.made_at
FROM node_readings AS ready
JOIN first_states AS starts ON starts.node = ready.node AND starts.status <> 'Ready'
LEFT JOIN node_youths AS youths ON youths.node = ready.node
WHERE ready.status = 'Ready' AND ready.is_dated
GROUP BY ready.node;

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
