-- title: The steps of kubeadm sessions and their durations
-- summary: One row a phase, by kubeadm's tag, in the order first seen. A phase lasts until the next one begins.
-- parameter: session text = null -- only this session, by the beginning of its id
-- column: session text SESSION
-- column: ordinal integer #
-- column: name text PHASE
-- column: started_at time STARTED
-- column: ended_at time
-- column: duration_s duration TOOK
-- column: duration_basis text BASIS
-- column: status text STATUS
-- column: time_source text
-- column: node text NODE
-- stage: phase_steps
SELECT events.run, events.id, events.attributes ->> 'phase' AS name, time, time_source,
  row_number() OVER phase AS ordinal,
  lead(time) OVER phase AS next_time, lead(time_source) OVER phase AS next_source,
  lead(events.id) OVER phase IS NULL AS is_last
FROM events JOIN kinds ON kinds.id = events.kind
WHERE kinds.name = 'kubeadm.phase.started' AND events.run IS NOT NULL
WINDOW phase AS (PARTITION BY events.run ORDER BY events.id);

-- stage: session_ends
SELECT events.run, events.time, events.time_source FROM events JOIN kinds ON kinds.id = events.kind
WHERE kinds.name = 'kubeadm.session.ended' AND events.run IS NOT NULL;

-- kubeadm prints how long it waited for the control plane and the kubelet.
-- stage: printed_waits
SELECT events.run, CASE events.attributes ->> 'component'
    WHEN 'The kubelet' THEN 'kubelet-check' ELSE 'wait-control-plane' END AS name,
  max(events.attributes ->> 'after_s') AS seconds
FROM events JOIN kinds ON kinds.id = events.kind
WHERE kinds.name IN ('kubeadm.component.healthy', 'kubeadm.component.unhealthy') AND events.run IS NOT NULL
GROUP BY 1, 2;

-- stage: phase_spans
SELECT steps.*, sessions.outcome, sessions.node,
  CASE WHEN is_last THEN ends.time ELSE next_time END AS end_time,
  CASE WHEN is_last THEN ends.time_source ELSE next_source END AS end_source,
  printed.seconds AS printed_s
FROM phase_steps AS steps
JOIN sessions ON sessions.run = steps.run
LEFT JOIN session_ends AS ends ON ends.run = steps.run
LEFT JOIN printed_waits AS printed ON printed.run = steps.run AND printed.name = steps.name;

-- stage: told_phases
SELECT spans.run, spans.id AS event, lower(hex(runs.digest)) AS digest, substr(lower(hex(runs.digest)), 1, 16) AS session, ordinal, name,
  CASE WHEN time_source < 5 THEN time END AS started_at,
  CASE WHEN end_source < 5 THEN end_time END AS ended_at,
  -- Neighbours say that something was not before; a duration needs both ends themselves.
  CASE WHEN time_source < 3 AND end_source < 3 THEN (end_time - time) / 1e6 ELSE printed_s END AS duration_s,
  CASE WHEN time_source < 2 AND end_source < 2 THEN 'stamped' WHEN time_source < 3 AND end_source < 3 THEN 'arrival'
    WHEN printed_s IS NOT NULL THEN 'printed' ELSE 'none' END AS duration_basis,
  CASE WHEN NOT is_last OR outcome = 'succeeded' THEN 'succeeded' ELSE outcome END AS status,
  CASE time_source WHEN 0 THEN 'stamped' WHEN 1 THEN 'klog' WHEN 2 THEN 'arrival' WHEN 3 THEN 'derived'
    WHEN 4 THEN 'given' WHEN 5 THEN 'file' ELSE 'none' END AS time_source,
  spans.node
FROM phase_spans AS spans JOIN runs ON runs.id = spans.run;

-- answer
SELECT session, ordinal, name, started_at, ended_at, duration_s, duration_basis, status, time_source, node
FROM told_phases
WHERE :session IS NULL OR digest LIKE :session || '%'
ORDER BY run, ordinal
