-- title: Every event in order across all sources
-- summary: What happened, oldest first; what was said over and over is one row where it was said first, with count and last
-- summary: time. What a node's status is said to be folds as long as it stays, and nothing folds across a run of kubeadm on
-- summary: its node, a stop of a unit that was asked for, a cordon, or the node's making and deletion. A run and each of its
-- summary: phases is a span: ended_at, duration_s and how it ended are among the attributes of its beginning. Undated
-- summary: events come last, in the order of input.
-- uses: sessions
-- uses: phases
-- parameter: fold text = repeats -- none for a row each, though within a minute they are kept as one
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
-- column: _until time UNTIL
-- column: _took duration TOOK
-- column: kind text KIND
-- column: severity text SEVERITY
-- column: node text NODE
-- column: cluster text
-- column: session text
-- column: message text MESSAGE
-- column: attributes json
-- column: source json
-- column: approximate boolean
-- stage: status_runs
SELECT event, sum(is_change) OVER (PARTITION BY node ORDER BY is_dated, time, event)
  + sum(is_cordon) OVER (PARTITION BY node, is_silent ORDER BY is_dated, time, event) AS nth
FROM (
  SELECT observations.event, observations.node, events.time_source < 5 AS is_dated, events.time,
    schedulable IS NULL AS is_silent,
    observations.status IS NOT lag(observations.status) OVER (
      PARTITION BY observations.node ORDER BY events.time_source < 5, events.time, observations.event) AS is_change,
    schedulable IS NOT lag(schedulable) OVER (
      PARTITION BY observations.node, schedulable IS NULL ORDER BY events.time_source < 5, events.time, observations.event)
      AS is_cordon
  FROM observations JOIN events ON events.id = observations.event
  WHERE observations.status IS NOT NULL);

-- How long what began lasted, and how it ended.
-- stage: spans
SELECT events.id AS event, told_sessions.ended_at, told_sessions.duration_s, told_sessions.outcome,
  'kubeadm ' || told_sessions.command
    || CASE told_sessions.outcome WHEN 'incomplete' THEN ', its end was not read' ELSE ' ' || told_sessions.outcome END AS message
FROM told_sessions
JOIN kinds ON kinds.name = 'kubeadm.session.started'
JOIN events ON events.run = told_sessions.run AND events.kind = kinds.id
UNION ALL
SELECT event, ended_at, duration_s, status, NULL FROM told_phases;

-- Where one episode of a node ends: what is said again after it is news.
-- stage: episodes
SELECT event, sum(is_border) OVER (PARTITION BY node ORDER BY time, is_border DESC, event) AS episode
FROM (
  SELECT events.id AS event, coalesce(events.node, sessions.node) AS node, events.time,
    kinds.name IN ('kubeadm.session.started', 'systemd.unit.stopping', 'node.created', 'node.removed', 'node.cordoned',
      'node.uncordoned') AS is_border
  FROM events JOIN kinds ON kinds.id = events.kind LEFT JOIN sessions ON sessions.run = events.run
  WHERE events.time_source < 5 AND events.time >= coalesce(:since - 60000000, -9223372036854775808)
    AND events.time < coalesce(:until, 9223372036854775807) AND coalesce(events.node, sessions.node) IS NOT NULL);

-- stage: told_events
SELECT events.id AS event, events.source AS input, events.byte, lower(hex(events.digest)) AS id, events.time,
  CASE time_source WHEN 0 THEN 'stamped' WHEN 1 THEN 'klog' WHEN 2 THEN 'arrival' WHEN 3 THEN 'derived'
    WHEN 4 THEN 'given' WHEN 5 THEN 'file' ELSE 'none' END AS time_source,
  uncertainty / 1e6 AS time_uncertainty_s, events.count, events.last_time, kinds.name AS kind,
  CASE severity WHEN 0 THEN 'info' WHEN 1 THEN 'warning' ELSE 'error' END AS severity,
  coalesce(events.node, sessions.node) AS node, coalesce(events.cluster, sessions.cluster) AS cluster,
  CASE WHEN sessions.run IS NOT NULL THEN substr(lower(hex(runs.digest)), 1, 16) END AS session,
  coalesce(spans.message, events.message) AS message,
  CASE WHEN spans.event IS NULL THEN coalesce(events.attributes, '{}')
    ELSE json_set(coalesce(events.attributes, '{}'), '$.ended_at',
      strftime('%Y-%m-%dT%H:%M:%S', spans.ended_at / 1000000, 'unixepoch') || printf('.%06dZ', spans.ended_at % 1000000),
      '$.duration_s', spans.duration_s, '$.outcome', spans.outcome) END AS attributes,
  spans.ended_at, spans.duration_s,
  json_object('path', sources.path, 'line', events.line, 'byte', events.byte) AS source,
  time_source >= 5 OR uncertainty IS NULL OR uncertainty > 5000000 AS approximate,
  -- Undated events are in order only with those of their own input.
  CASE WHEN time_source >= 5 THEN events.source END AS undated_in,
  -- How often the node's status or its scheduling had changed.
  coalesce(status_runs.nth, 0) AS nth, episodes.episode
-- A row may tell of a minute.
FROM (
  SELECT * FROM events WHERE time >= coalesce(:since - 60000000, -9223372036854775808) AND time < coalesce(:until, 9223372036854775807)
  UNION ALL SELECT * FROM events WHERE time IS NULL AND :since IS NULL AND :until IS NULL) AS events
JOIN kinds ON kinds.id = events.kind
JOIN sources ON sources.id = events.source
LEFT JOIN status_runs ON status_runs.event = events.id
LEFT JOIN episodes ON episodes.event = events.id
LEFT JOIN spans ON spans.event = events.id
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
  AND (:severity IS NULL OR severity >= CASE :severity WHEN 'info' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END);

-- answer
SELECT id, time, time_source, time_uncertainty_s, count, last_time, coalesce(last_time, ended_at) AS _until,
  duration_s AS _took, kind, severity, node, cluster, session, message,
  attributes, source, approximate
FROM (
  SELECT id, time, time_source, time_uncertainty_s, sum(count) OVER repeats AS count,
    CASE WHEN count(*) OVER repeats = 1 THEN last_time ELSE max(coalesce(last_time, time)) OVER repeats END AS last_time,
    kind, severity, node, cluster, session, message, attributes, source, approximate, event, input,
    byte, ended_at, duration_s,
    row_number() OVER (repeats ORDER BY time IS NULL, time, input, byte, event) AS place
  FROM told_events
  WINDOW repeats AS (PARTITION BY kind, message, severity, node, cluster, session, undated_in, nth, episode,
    CASE WHEN :fold = 'none' THEN event END))
WHERE place = 1
ORDER BY time IS NULL, time, input, byte, event
