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
-- column: slowest boolean
-- stage: phase_steps
SELECT events.run, events.id, events.attributes ->> 'phase' AS name, time, time_source,
  row_number() OVER phase AS ordinal,
  lead(time) OVER phase AS next_time, lead(time_source) OVER phase AS next_source,
  lead(events.id) OVER phase IS NULL AS is_last
FROM events JOIN kinds ON kinds.id = events.kind
WHERE kinds.name = 'kubeadm.phase.started' AND events.occurrences IS NULL AND events.run IS NOT NULL
WINDOW phase AS (PARTITION BY events.run ORDER BY events.id);

-- stage: session_ends
SELECT events.run, events.time, events.time_source FROM events JOIN kinds ON kinds.id = events.kind
WHERE kinds.name = 'kubeadm.session.ended' AND events.occurrences IS NULL AND events.run IS NOT NULL;

-- kubeadm prints how long it waited for the control plane and the kubelet: until 1.29 under a tag that follows the wait,
-- since then under that of the wait.
-- stage: printed_waits
SELECT events.run, CASE WHEN events.attributes ->> 'component' = 'The kubelet' THEN 'kubelet-check'
    WHEN events.attributes ->> 'component' = 'The API server' THEN 'api-check'
    WHEN events.attributes ->> 'component' LIKE 'All control plane components%' THEN 'wait-control-plane'
    ELSE 'control-plane-check' END AS name,
  max(events.attributes ->> 'after_s') AS seconds, min(kinds.name = 'kubeadm.component.healthy') AS is_healthy
FROM events JOIN kinds ON kinds.id = events.kind
WHERE kinds.name IN ('kubeadm.component.healthy', 'kubeadm.component.unhealthy') AND events.occurrences IS NULL
  AND events.run IS NOT NULL
GROUP BY 1, 2;

-- In which phase a session failed: as kubeadm names it (since 1.13), else the one that it spoke of last.
-- stage: failed_phases
SELECT sessions.run,
  CASE WHEN error LIKE 'error execution phase %:%' THEN substr(error, 23, instr(error, ':') - 23)
    WHEN error LIKE '[preflight] %' THEN 'preflight'
    ELSE steps.name END AS failed_phase
FROM sessions LEFT JOIN phase_steps AS steps ON steps.run = sessions.run AND steps.is_last
WHERE outcome = 'failed';

-- From which step on a session failed: below the tag of the failed phase kubeadm speaks of the parts of it only. All that
-- it does in preflight it says under that tag, so that a failure elsewhere is none of it.
-- stage: failed_steps
SELECT failed.run, coalesce(
  max(CASE WHEN '/' || failed_phase || '/' LIKE '%/' || name || '/%' THEN ordinal END),
  max(CASE WHEN is_last AND (name <> 'preflight' OR failed_phase IS NULL) THEN ordinal END)) AS ordinal
FROM failed_phases AS failed JOIN phase_steps AS steps ON steps.run = failed.run
GROUP BY failed.run;

-- stage: phase_spans
SELECT steps.*, sessions.outcome, sessions.node,
  CASE WHEN is_last THEN ends.time ELSE next_time END AS end_time,
  CASE WHEN is_last THEN ends.time_source ELSE next_source END AS end_source,
  printed.seconds AS printed_s, printed.is_healthy, failed.ordinal AS failed_from
FROM phase_steps AS steps
JOIN sessions ON sessions.run = steps.run
LEFT JOIN session_ends AS ends ON ends.run = steps.run
LEFT JOIN printed_waits AS printed ON printed.run = steps.run AND printed.name = steps.name
LEFT JOIN failed_steps AS failed ON failed.run = steps.run;

-- stage: told_phases
SELECT spans.run, spans.id AS event, lower(hex(runs.digest)) AS digest, substr(lower(hex(runs.digest)), 1, 16) AS session, ordinal, name,
  CASE WHEN time_source < 5 THEN time END AS started_at,
  CASE WHEN end_source < 5 THEN end_time END AS ended_at,
  -- Neighbours say that something was not before; a duration needs both ends themselves.
  CASE WHEN time_source < 3 AND end_source < 3 THEN (end_time - time) / 1e6 ELSE printed_s END AS duration_s,
  CASE WHEN time_source < 2 AND end_source < 2 THEN 'stamped' WHEN time_source < 3 AND end_source < 3 THEN 'arrival'
    WHEN printed_s IS NOT NULL THEN 'printed' ELSE 'none' END AS duration_basis,
  CASE WHEN outcome = 'failed' AND ordinal >= failed_from AND is_healthy IS NOT TRUE THEN 'failed'
    WHEN outcome = 'incomplete' AND is_last THEN 'incomplete' ELSE 'succeeded' END AS status,
  CASE time_source WHEN 0 THEN 'stamped' WHEN 1 THEN 'klog' WHEN 2 THEN 'arrival' WHEN 3 THEN 'derived'
    WHEN 4 THEN 'given' WHEN 5 THEN 'file' ELSE 'none' END AS time_source,
  spans.node
FROM phase_spans AS spans JOIN runs ON runs.id = spans.run;

-- Which of several is the slowest is known only where all of them have a duration.
-- stage: slowest_steps
SELECT run, ordinal, name, duration_s
FROM (
  SELECT run, ordinal, name, duration_s, row_number() OVER (PARTITION BY run ORDER BY duration_s DESC, ordinal) AS place,
    min(duration_s IS NOT NULL) OVER session AS are_all_known, count(*) OVER session AS steps
  FROM told_phases WINDOW session AS (PARTITION BY run))
WHERE place = 1 AND are_all_known AND steps > 1 AND duration_s > 0;

-- answer
SELECT session, told_phases.ordinal, told_phases.name, started_at, ended_at, told_phases.duration_s, duration_basis, status,
  time_source, node, told_phases.ordinal = slowest_steps.ordinal AS slowest
FROM told_phases LEFT JOIN slowest_steps ON slowest_steps.run = told_phases.run
WHERE :session IS NULL OR digest LIKE :session || '%'
ORDER BY told_phases.run, told_phases.ordinal
