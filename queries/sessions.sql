-- title: kubeadm sessions
-- summary: One row a run of a kubeadm command, oldest first, undated ones in the order of input.
-- uses: phases
-- column: id text ID
-- column: command text COMMAND
-- column: arguments json
-- column: node text NODE
-- column: cluster text
-- column: kubernetes_version text VERSION
-- column: control_plane_endpoint text ENDPOINT
-- column: started_at time STARTED
-- column: ended_at time
-- column: duration_s duration TOOK
-- column: duration_basis text
-- column: slowest_phase text
-- column: slowest_phase_s duration
-- column: outcome text OUTCOME
-- column: failed_phase text
-- column: waiting_for text
-- column: waited_s duration
-- column: waited_basis text
-- column: waited_at_least_s duration
-- column: wait_limit_s duration
-- column: exit_status integer
-- column: error text ERROR
-- column: dry_run boolean
-- column: preflight_warnings json
-- column: preflight_errors json
-- stage: session_edges
-- A file's time bounds when a session was, but says neither when it began nor how long it took; neighbours and printed
-- durations only say that it did not end before.
SELECT events.run,
  max(CASE WHEN kinds.name = 'kubeadm.session.started' AND time_source < 5 THEN time END) AS started_at,
  max(CASE WHEN kinds.name = 'kubeadm.session.ended' AND time_source < 3 THEN time END) AS ended_at,
  -- Neighbours say that something was not before; a duration needs both ends themselves.
  max(CASE WHEN time_source >= 3 THEN 1 ELSE 0 END) AS is_undated,
  max(time_source) AS worst_source
FROM events JOIN kinds ON kinds.id = events.kind
WHERE events.run IS NOT NULL AND events.occurrences IS NULL
  AND kinds.name IN ('kubeadm.session.started', 'kubeadm.session.ended')
GROUP BY events.run;

-- The last that a session said it waits for. Where it failed its end says whether that was still so; where it broke off
-- nothing but words about the kubelet may stand below. The events of one session are few: the + keeps SQLite from looking
-- for them among all of a kind.
-- stage: last_waits
SELECT sessions.run, waits.time, waits.time_source, waits.attributes ->> 'limit_s' AS limit_s,
  waits.attributes ->> 'waiting_for' AS waiting_for,
  NOT EXISTS (
    SELECT 1 FROM events JOIN kinds ON kinds.id = +events.kind
    WHERE events.run = sessions.run AND events.id > waits.id
      AND kinds.name NOT IN ('kubeadm.kubelet-check.slow', 'kubeadm.kubelet-check.failed')
      AND NOT (kinds.name = 'kubeadm.phase.started' AND events.attributes ->> 'phase' = 'kubelet-check')) AS is_last
FROM sessions JOIN events AS waits ON waits.id = (
  SELECT max(events.id) FROM events JOIN kinds ON kinds.id = +events.kind AND kinds.name = 'kubeadm.wait.started'
  WHERE events.run = sessions.run)
WHERE outcome <> 'succeeded';

-- What was waited for when it ended. A wait lasted at least as long as kubeadm said meanwhile, and as it is known not to
-- have ended before.
-- stage: open_waits
SELECT sessions.run,
  coalesce(ends.attributes ->> 'waiting_for', CASE WHEN outcome = 'incomplete' AND is_last THEN waits.waiting_for END)
    AS waiting_for,
  CASE WHEN waits.time_source < 3 AND ends.time_source < 3 THEN (ends.time - waits.time) / 1e6 END AS measured_s,
  CASE WHEN waits.time_source < 2 AND ends.time_source < 2 THEN 'stamped' ELSE 'arrival' END AS measured_basis,
  (SELECT max(events.attributes ->> 'after_s') FROM events JOIN kinds ON kinds.id = +events.kind
   WHERE events.run = sessions.run AND kinds.name = 'kubeadm.component.unhealthy') AS printed_s,
  nullif(max(
    coalesce(CASE WHEN waits.time_source < 3 THEN (ends.earliest - waits.time) / 1e6 END, 0),
    coalesce((SELECT max(events.attributes ->> 'after_s') FROM events JOIN kinds ON kinds.id = +events.kind
      WHERE events.run = sessions.run AND kinds.name = 'kubeadm.kubelet-check.slow'), 0)), 0) AS at_least_s,
  waits.limit_s
FROM sessions
LEFT JOIN (
    SELECT events.run, events.time, events.time_source, events.earliest, events.attributes
    FROM events JOIN kinds ON kinds.id = events.kind
    WHERE kinds.name = 'kubeadm.session.ended' AND events.occurrences IS NULL AND events.run IS NOT NULL) AS ends
  ON ends.run = sessions.run
LEFT JOIN last_waits AS waits ON waits.run = sessions.run
  AND (ends.run IS NULL OR waits.waiting_for = ends.attributes ->> 'waiting_for')
WHERE outcome <> 'succeeded';

-- stage: told_sessions
SELECT sessions.run, substr(lower(hex(runs.digest)), 1, 16) AS id, command, arguments, sessions.node, sessions.cluster,
  kubernetes_version, endpoint AS control_plane_endpoint, started_at, ended_at,
  CASE WHEN NOT is_undated THEN (ended_at - started_at) / 1e6 END AS duration_s,
  CASE WHEN is_undated OR ended_at IS NULL OR started_at IS NULL THEN 'none' WHEN worst_source < 2 THEN 'stamped'
    ELSE 'arrival' END AS duration_basis,
  slowest.name AS slowest_phase, slowest.duration_s AS slowest_phase_s, failed_phase, waiting_for,
  CASE WHEN waiting_for IS NOT NULL THEN coalesce(measured_s, printed_s) END AS waited_s,
  CASE WHEN waiting_for IS NULL THEN NULL WHEN measured_s IS NOT NULL THEN measured_basis
    WHEN printed_s IS NOT NULL THEN 'printed' ELSE 'none' END AS waited_basis,
  CASE WHEN waiting_for IS NOT NULL AND measured_s IS NULL AND printed_s IS NULL THEN at_least_s END AS waited_at_least_s,
  CASE WHEN waiting_for IS NOT NULL THEN limit_s END AS wait_limit_s,
  outcome, exit_status, error, is_dry_run AS dry_run
FROM sessions
JOIN runs ON runs.id = sessions.run
LEFT JOIN session_edges AS edges ON edges.run = sessions.run
LEFT JOIN slowest_steps AS slowest ON slowest.run = sessions.run
LEFT JOIN failed_phases AS failed ON failed.run = sessions.run
LEFT JOIN open_waits AS waits ON waits.run = sessions.run;

-- What a run found is told with it as far as kubeadm has checks; whoever says more is in query preflight-findings.
-- answer
SELECT id, command, arguments, node, cluster, kubernetes_version, control_plane_endpoint, started_at, ended_at,
  duration_s, duration_basis, slowest_phase, slowest_phase_s, outcome, failed_phase, waiting_for, waited_s, waited_basis,
  waited_at_least_s, wait_limit_s, exit_status, error, dry_run,
  (SELECT json_group_array(json_object('check', attributes ->> 'check', 'message', attributes ->> 'message')) FROM (
     SELECT attributes FROM events JOIN kinds ON kinds.id = +events.kind
     WHERE events.run = told_sessions.run AND kinds.name = 'kubeadm.preflight.warning' ORDER BY events.id LIMIT 1000))
    AS preflight_warnings,
  (SELECT json_group_array(json_object('check', attributes ->> 'check', 'message', attributes ->> 'message')) FROM (
     SELECT attributes FROM events JOIN kinds ON kinds.id = +events.kind
     WHERE events.run = told_sessions.run AND kinds.name = 'kubeadm.preflight.error' ORDER BY events.id LIMIT 1000))
    AS preflight_errors
FROM told_sessions
ORDER BY started_at IS NULL, started_at, run
