-- title: What kubeadm's checks found
-- summary: One row a warning or error of the preflight checks, in the order of sessions and of what they said.
-- uses: sessions
-- parameter: session text = null -- only this session, by the beginning of its id
-- column: session text SESSION
-- column: command text COMMAND
-- column: node text NODE
-- column: severity text SEVERITY
-- column: check text CHECK
-- column: message text MESSAGE
-- column: time time
-- column: cluster text
-- answer
SELECT told_sessions.id AS session, told_sessions.command, told_sessions.node,
  CASE kinds.name WHEN 'kubeadm.preflight.warning' THEN 'warning' ELSE 'error' END AS severity,
  events.attributes ->> 'check' AS "check", events.attributes ->> 'message' AS message,
  CASE WHEN events.time_source < 5 THEN events.time END AS time, told_sessions.cluster
FROM told_sessions
JOIN events ON events.run = told_sessions.run
JOIN kinds ON kinds.id = events.kind AND kinds.name IN ('kubeadm.preflight.warning', 'kubeadm.preflight.error')
WHERE :session IS NULL OR told_sessions.id LIKE :session || '%'
ORDER BY told_sessions.started_at IS NULL, told_sessions.started_at, told_sessions.run, events.id
