-- title: What preflight checks warned of or failed on
-- summary: One row a finding of a session, errors and warnings, in the order that kubeadm printed them.
-- parameter: session text = null -- only this session, by the beginning of its id
-- column: session text SESSION
-- column: command text COMMAND
-- column: node text NODE
-- column: severity text SEVERITY
-- column: check text CHECK
-- column: message text MESSAGE
SELECT substr(lower(hex(runs.digest)), 1, 16) AS session, sessions.command, sessions.node,
  CASE kinds.name WHEN 'kubeadm.preflight.error' THEN 'error' ELSE 'warning' END AS severity,
  events.attributes ->> 'check' AS "check", events.attributes ->> 'message' AS message
FROM events
JOIN kinds ON kinds.id = events.kind
JOIN sessions ON sessions.run = events.run
JOIN runs ON runs.id = events.run
WHERE kinds.name IN ('kubeadm.preflight.warning', 'kubeadm.preflight.error')
  AND (:session IS NULL OR lower(hex(runs.digest)) LIKE :session || '%')
ORDER BY sessions.run, events.id
