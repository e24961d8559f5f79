-- title: The slowest phases
-- summary: One row a phase that has a duration, the longest first; a phase that did not succeed says how long the session
-- summary: waited for it. The share is that of the whole session.
-- uses: sessions
-- uses: phases
-- parameter: limit integer = 10 -- how many
-- parameter: session text = null -- only this session, by the beginning of its id
-- column: session text SESSION
-- column: command text COMMAND
-- column: node text NODE
-- column: name text PHASE
-- column: started_at time STARTED
-- column: duration_s duration TOOK
-- column: duration_basis text BASIS
-- column: share number SHARE
-- column: status text STATUS
-- column: cluster text
-- answer
SELECT told_phases.session, told_sessions.command, told_phases.node, told_phases.name, told_phases.started_at,
  told_phases.duration_s, told_phases.duration_basis, round(told_phases.duration_s / told_sessions.duration_s, 3) AS share,
  told_phases.status, told_sessions.cluster
FROM told_phases JOIN told_sessions ON told_sessions.run = told_phases.run
WHERE told_phases.duration_s IS NOT NULL AND (:session IS NULL OR told_phases.digest LIKE :session || '%')
ORDER BY told_phases.duration_s DESC, told_phases.run, told_phases.ordinal
LIMIT :limit
