-- title: kubeadm sessions
-- summary: One row a run of a kubeadm command, oldest first, undated ones in the order of input.
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
-- column: outcome text OUTCOME
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
  max(CASE WHEN time_source >= 3 THEN 1 ELSE 0 END) AS is_undated
FROM events JOIN kinds ON kinds.id = events.kind
WHERE events.run IS NOT NULL AND kinds.name IN ('kubeadm.session.started', 'kubeadm.session.ended')
GROUP BY events.run;

-- stage: told_sessions
SELECT sessions.run, substr(lower(hex(runs.digest)), 1, 16) AS id, command, arguments, sessions.node, sessions.cluster,
  kubernetes_version, endpoint AS control_plane_endpoint, started_at, ended_at,
  CASE WHEN NOT is_undated THEN (ended_at - started_at) / 1e6 END AS duration_s,
  outcome, exit_status, error, is_dry_run AS dry_run,
  (SELECT json_group_array(json_object('check', attributes ->> 'check', 'message', attributes ->> 'message')) FROM (
     SELECT attributes FROM events JOIN kinds ON kinds.id = events.kind
     WHERE events.run = sessions.run AND kinds.name = 'kubeadm.preflight.warning' ORDER BY events.id)) AS preflight_warnings,
  (SELECT json_group_array(json_object('check', attributes ->> 'check', 'message', attributes ->> 'message')) FROM (
     SELECT attributes FROM events JOIN kinds ON kinds.id = events.kind
     WHERE events.run = sessions.run AND kinds.name = 'kubeadm.preflight.error' ORDER BY events.id)) AS preflight_errors
FROM sessions
JOIN runs ON runs.id = sessions.run
LEFT JOIN session_edges AS edges ON edges.run = sessions.run;

-- answer
SELECT id, command, arguments, node, cluster, kubernetes_version, control_plane_endpoint, started_at, ended_at,
  duration_s, outcome, exit_status, error, dry_run, preflight_warnings, preflight_errors
FROM told_sessions
ORDER BY started_at IS NULL, started_at, run
