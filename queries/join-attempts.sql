-- title: Who tried to join, and how it ended
-- summary: One row a kubeadm join, oldest first, undated ones in the order of input. The role is known by what was asked for
-- summary: or by the steps that were taken; attempt counts those of one node.
-- uses: sessions
-- parameter: node text = null -- only this node
-- column: session text SESSION
-- column: node text NODE
-- column: attempt integer ATTEMPT
-- column: role text ROLE
-- column: endpoint text ENDPOINT
-- column: started_at time STARTED
-- column: duration_s duration TOOK
-- column: outcome text OUTCOME
-- column: failed_in text FAILED IN
-- column: error text ERROR
-- column: dry_run boolean
-- column: cluster text
-- stage: attempts
SELECT told_sessions.*,
  CASE WHEN node IS NOT NULL
    THEN row_number() OVER (PARTITION BY node ORDER BY started_at IS NULL, started_at, told_sessions.run) END AS attempt,
  CASE WHEN EXISTS (SELECT 1 FROM json_each(arguments) WHERE value IN ('--control-plane', '--experimental-control-plane'))
      OR EXISTS (
        SELECT 1 FROM events JOIN kinds ON kinds.id = +events.kind AND kinds.name = 'kubeadm.phase.started'
        WHERE events.run = told_sessions.run
          AND events.attributes ->> 'phase' IN ('check-etcd', 'control-plane-join', 'mark-control-plane', 'control-plane'))
      THEN 'control-plane'
    WHEN outcome = 'succeeded' OR arguments <> '[]' THEN 'worker' END AS role,
  coalesce(failed_phase, CASE WHEN outcome = 'incomplete' THEN steps.name END) AS failed_in
FROM told_sessions LEFT JOIN phase_steps AS steps ON steps.run = told_sessions.run AND steps.is_last
WHERE command = 'join';

-- answer
SELECT id AS session, node, attempt, role, control_plane_endpoint AS endpoint, started_at, duration_s, outcome, failed_in,
  error, dry_run, cluster
FROM attempts WHERE :node IS NULL OR node = :node
ORDER BY started_at IS NULL, started_at, run
