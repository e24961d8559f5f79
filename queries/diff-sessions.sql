-- title: Two sessions side by side: what, where, when, how they ended
-- summary: One row a side, A before B; none for a side that no session or several begin with.
-- uses: sessions
-- parameter: a text = null -- one session, by the beginning of its id; else the last but one that is listed
-- parameter: b text = null -- the other; else the last that is listed
-- column: side text SIDE
-- column: id text ID
-- column: command text COMMAND
-- column: arguments json
-- column: node text NODE
-- column: cluster text
-- column: kubernetes_version text VERSION
-- column: control_plane_endpoint text
-- column: started_at time STARTED
-- column: ended_at time
-- column: duration_s duration TOOK
-- column: duration_basis text BASIS
-- column: outcome text OUTCOME
-- column: failed_phase text FAILED IN
-- column: waiting_for text
-- column: error text
-- stage: sessions_from_last
SELECT run, id, row_number() OVER (ORDER BY started_at IS NULL DESC, started_at DESC, run DESC) AS place FROM told_sessions;

-- stage: compared
SELECT 'a' AS side, max(run) AS run FROM sessions_from_last
WHERE CASE WHEN :a IS NULL THEN place = 2 ELSE id LIKE :a || '%' END HAVING count(*) = 1
UNION ALL
SELECT 'b', max(run) FROM sessions_from_last
WHERE CASE WHEN :b IS NULL THEN place = 1 ELSE id LIKE :b || '%' END HAVING count(*) = 1;

-- answer
SELECT upper(side) AS side, id, command, arguments, node, cluster, kubernetes_version, control_plane_endpoint, started_at, ended_at, duration_s,
  duration_basis, outcome, failed_phase, waiting_for, error
FROM compared JOIN told_sessions ON told_sessions.run = compared.run
ORDER BY side
