-- title: Members of the control plane and their majority
-- summary: One row a span of time in which neither the members nor who of them is ready changed, oldest first; what is
-- summary: not dated counts from the beginning, where nothing better is known of the node. A member has a vote in etcd,
-- summary: also one that was announced to etcd and did not join (unless it was a learner). The state says what needs to
-- summary: be known for it: a node that was not ready yet since it joined, as all are without a network, or whose
-- summary: status nobody saw, may work or not. Where etcd is external, one working member is enough, and etcd's own
-- summary: majority is not known here. Of more than a hundred members, which no etcd has, the last hundred changes are told.
-- uses: clusters
-- uses: node-transitions
-- column: from time FROM
-- column: to time TO
-- column: members integer MEMBERS
-- column: ready integer READY
-- column: needed integer NEEDED
-- column: tolerates integer TOLERATES
-- column: state text STATE
-- column: not_ready json NOT READY
-- column: cluster text
-- column: _is_external boolean
-- column: _announced text
-- column: _place text
-- column: _members json
-- column: _not_before time
-- What makes a member and what ends it, by the moment; a moment that is not known is before all others.
-- stage: member_sessions
-- index: node
SELECT sessions.run, sessions.node, sessions.command, sessions.outcome, ended.event, ended.time,
  sessions.command = 'init' OR phases.is_control_plane AS is_control_plane,
  phases.is_external OR (sessions.command = 'init' AND phases.makes_servers AND NOT phases.makes_etcd) AS is_external
FROM sessions
JOIN (
  SELECT events.run, max(events.id) AS event, max(CASE WHEN events.time_source < 5 THEN events.time END) AS time
  FROM events
  JOIN kinds ON kinds.id = events.kind AND events.occurrences IS NULL AND kinds.name = 'kubeadm.session.ended'
  WHERE events.run IS NOT NULL GROUP BY events.run) AS ended ON ended.run = sessions.run
LEFT JOIN (
  SELECT events.run, max(events.attributes ->> 'phase' = 'mark-control-plane') AS is_control_plane,
    max(events.attributes ->> 'phase' = 'control-plane') AS makes_servers,
    max(events.attributes ->> 'phase' = 'etcd') AS makes_etcd,
    -- `[check-etcd] Skipping etcd check in external mode`, `[control-plane-join] using external etcd - no local …`
    max(events.message LIKE '%external mode%' OR events.message LIKE '%external etcd%') AS is_external
  FROM events
  JOIN kinds ON kinds.id = events.kind AND events.occurrences IS NULL AND kinds.name = 'kubeadm.phase.started'
  WHERE events.run IS NOT NULL GROUP BY events.run) AS phases ON phases.run = sessions.run
WHERE sessions.node IS NOT NULL AND sessions.command IN ('init', 'join', 'reset') AND NOT sessions.is_dry_run;

-- stage: versions
SELECT node, max(CAST(substr(version, instr(version, '.') + 1) AS INTEGER)) AS minor FROM (
  SELECT node, version FROM observations WHERE version LIKE 'v1.%'
  UNION ALL SELECT node, kubernetes_version FROM sessions WHERE kubernetes_version LIKE 'v1.%')
GROUP BY node;

-- stage: member_ends
-- index: node, time
SELECT node, time, event FROM node_ends
UNION ALL
SELECT node, time, event FROM member_sessions WHERE command = 'reset' AND outcome = 'succeeded';

-- stage: member_facts
SELECT node, time, event, 1 AS is_member, 0 AS is_announced FROM member_sessions
WHERE is_control_plane AND outcome = 'succeeded' AND command <> 'reset'
UNION ALL
SELECT node, time, event, 0, 0 FROM member_ends
UNION ALL
-- From 1.29 on a member that is announced is a learner, without a vote until it has caught up.
SELECT sessions.node, CASE WHEN events.time_source < 5 THEN events.time END, events.id, 1, 1
FROM events
JOIN kinds ON kinds.id = events.kind AND events.occurrences IS NULL AND kinds.name = 'kubeadm.etcd.member-announced'
JOIN sessions ON sessions.run = events.run AND sessions.node IS NOT NULL AND NOT sessions.is_dry_run
WHERE coalesce((SELECT minor FROM versions WHERE versions.node = sessions.node), (SELECT max(minor) FROM versions)) < 29
UNION ALL
-- A watch prints the row of a deleted node once more, with the age of the old one; a node that was reset stays listed.
SELECT observations.node, CASE WHEN events.time_source < 5 THEN coalesce(events.last_time, events.time) END, events.id, 1, 0
FROM observations JOIN events ON events.id = observations.event
WHERE EXISTS (SELECT 1 FROM json_each(observations.roles) WHERE value IN ('control-plane', 'master'))
  AND NOT EXISTS (
    SELECT 1 FROM member_ends AS ends
    WHERE ends.node = observations.node AND events.time_source < 5 AND ends.time <= events.time
      AND events.time - (observations.age_s + observations.age_span_s) * 1000000 < ends.time);

-- Which of them says something new, and until when it holds.
-- stage: memberships
-- index: node, since
SELECT facts.node, coalesce(facts.time, 0) AS since, lead(coalesce(facts.time, 0), 1, 9e18) OVER fate AS until, is_member,
  is_announced,
  coalesce(events.earliest, facts.time - iif(events.uncertainty > 1000000, events.uncertainty, 0)) AS not_before
FROM (
  SELECT *, lag(is_member) OVER fate AS was_member, lag(is_announced) OVER fate AS was_announced FROM member_facts
  WHERE time IS NOT NULL OR node NOT IN (SELECT node FROM member_facts WHERE time IS NOT NULL)
  WINDOW fate AS (PARTITION BY node ORDER BY time IS NOT NULL, time, event)) AS facts
JOIN events ON events.id = facts.event
WHERE is_member IS NOT was_member OR (is_announced < was_announced)
WINDOW fate AS (PARTITION BY facts.node ORDER BY facts.time IS NOT NULL, facts.time, event);

-- The status of each member; what was seen before its node was deleted says nothing about the next of that name. A node
-- that was not ready when it was first seen, not long after its making, is only about to start.
-- stage: statuses
-- index: node, since
SELECT node, since, lead(since, 1, 9e18) OVER life AS until, status, is_new, not_before FROM (
  -- Who polls sees a change any time after the poll before; a node's first sighting tells of no change.
  SELECT node, iif(is_dated, time, 0) AS since, nth, status,
    CASE WHEN NOT is_dated OR was IS NULL THEN NULL WHEN observer = 'snapshot' THEN min(time_before, time)
      ELSE time - iif(time_source IN (3, 4) OR uncertainty <= 1000000, 0, uncertainty) END AS not_before,
    status <> 'Ready' AND was IS NULL AND coalesce(age_s < 3600, EXISTS (
      SELECT 1 FROM member_sessions
      WHERE member_sessions.node = changes.node AND member_sessions.command <> 'reset'
        AND coalesce(abs(member_sessions.time - changes.time) < 3600000000, 1))) AS is_new
  FROM changes
  UNION ALL SELECT node, coalesce(time, 0), -1, NULL, NULL, 0 FROM member_facts WHERE NOT is_member)
WHERE node IN (SELECT node FROM memberships WHERE is_member)
WINDOW life AS (PARTITION BY node ORDER BY since, nth);

-- Nodes that nothing places are in the only cluster there is.
-- stage: member_clusters
SELECT members.node, named.cluster,
  coalesce(named.cluster, node_clusters.cluster,
    (SELECT CASE count(DISTINCT cluster) WHEN 1 THEN min(cluster) END FROM told)) AS place
FROM (SELECT DISTINCT node FROM memberships WHERE is_member) AS members
LEFT JOIN node_clusters ON node_clusters.node = members.node
LEFT JOIN (
  SELECT observations.node, max(events.cluster) AS cluster
  FROM observations JOIN events ON events.id = observations.event GROUP BY observations.node) AS named
  ON named.node = members.node;

-- How many members each ever had.
-- stage: sizes
SELECT place, count(*) AS members FROM member_clusters GROUP BY place;

-- Before which of them it certainly had not happened yet. A row names all its members, and what no etcd can have would take
-- the square of them: of more than a hundred the last changes are told.
-- stage: moments
SELECT place, moment, not_before FROM (
  SELECT member_clusters.place, since AS moment, min(not_before) AS not_before,
    row_number() OVER (PARTITION BY member_clusters.place ORDER BY since DESC) AS nth
  FROM (SELECT node, since, not_before FROM memberships UNION SELECT node, since, not_before FROM statuses) AS facts
  JOIN member_clusters ON member_clusters.node = facts.node
  GROUP BY member_clusters.place, since)
WHERE nth <= 100 OR place IN (SELECT place FROM sizes WHERE members <= 100)
  -- The nodes that nothing places are one.
  OR place IS NULL AND (SELECT members FROM sizes WHERE place IS NULL) <= 100;

-- stage: votes
SELECT moments.place, moments.moment, memberships.node, member_clusters.cluster, statuses.status = 'Ready' AS is_ready,
  coalesce(statuses.is_new, 1) AS is_open, statuses.status <> 'Ready' OR memberships.is_announced AS is_not_ready,
  memberships.is_announced
FROM moments
JOIN member_clusters ON member_clusters.place IS moments.place
JOIN memberships ON memberships.node = member_clusters.node AND memberships.is_member
  AND moments.moment >= memberships.since AND moments.moment < memberships.until
LEFT JOIN statuses ON statuses.node = memberships.node
  AND moments.moment >= statuses.since AND moments.moment < statuses.until;

-- stage: counts
-- index: place, moment
SELECT place, moment, max(not_before) AS not_before, max(cluster) AS cluster, count(node) AS members,
  json_group_array(node) FILTER (WHERE node IS NOT NULL) AS nodes, coalesce(sum(is_ready), 0) AS ready,
  coalesce(sum(is_open AND is_ready IS NOT 1), 0) AS open,
  json_group_array(node) FILTER (WHERE is_not_ready AND is_ready IS NOT 1) AS not_ready,
  group_concat(node, ', ') FILTER (WHERE is_announced AND is_ready IS NOT 1) AS announced,
  coalesce((
    SELECT max(member_sessions.is_external) FROM member_sessions JOIN member_clusters USING (node)
    WHERE member_clusters.place IS ordered_votes.place AND is_control_plane AND outcome = 'succeeded'), 0) AS is_external
FROM (
  SELECT moments.place, moments.moment, moments.not_before, node, cluster, is_ready, is_open, is_not_ready, is_announced
  FROM moments LEFT JOIN votes ON votes.place IS moments.place AND votes.moment = moments.moment
  ORDER BY moments.place, moments.moment, node) AS ordered_votes
GROUP BY place, moment;

-- What follows for the majority: how many more may be lost at least, where the open votes leave no doubt.
-- stage: majorities
SELECT *, CASE WHEN open = 0 OR ready + open <= needed THEN max(ready - needed, 0) END AS tolerates,
  CASE
    WHEN members = 1 THEN iif(ready + open = 0, 'lost', 'single')
    WHEN ready + open < needed THEN 'lost'
    WHEN ready > needed THEN 'healthy'
    WHEN ready = needed AND open = 0 THEN 'at-risk'
    ELSE 'unknown' END AS state
FROM (SELECT *, iif(is_external, 1, members / 2 + 1) AS needed FROM counts);

-- stage: spans
SELECT *, lead(moment) OVER (PARTITION BY place ORDER BY moment) AS next_moment
FROM (
  SELECT *, lag(members || state || ready || '/' || coalesce(tolerates, '') || not_ready)
    OVER (PARTITION BY place ORDER BY moment) AS before FROM majorities)
WHERE before IS NOT members || state || ready || '/' || coalesce(tolerates, '') || not_ready;

-- answer
SELECT nullif(moment, 0) AS "from", next_moment AS "to", members, ready, needed, tolerates, state, not_ready, cluster,
  is_external AS _is_external,
  (SELECT announced FROM counts
   WHERE counts.place IS spans.place AND counts.moment >= spans.moment
     AND (spans.next_moment IS NULL OR counts.moment < spans.next_moment)
   ORDER BY counts.moment DESC LIMIT 1) AS _announced,
  place AS _place, nodes AS _members, not_before AS _not_before
FROM spans
WHERE members > 0
ORDER BY moment, place
