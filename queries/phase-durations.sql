-- title: How long each phase takes
-- summary: One row a command and phase, the longest first, over all sessions whose phase has a duration; failed and
-- summary: incomplete phases are left out, as they say how long somebody waited.
-- uses: phases
-- parameter: command text = null -- only sessions of this command, such as init
-- column: command text COMMAND
-- column: name text PHASE
-- column: sessions integer SESSIONS
-- column: shortest_s duration SHORTEST
-- column: mean_s duration MEAN
-- column: longest_s duration LONGEST
-- answer
SELECT sessions.command, told_phases.name, count(*) AS sessions, min(duration_s) AS shortest_s, avg(duration_s) AS mean_s,
  max(duration_s) AS longest_s
FROM told_phases JOIN sessions ON sessions.run = told_phases.run
WHERE duration_s IS NOT NULL AND status = 'succeeded' AND (:command IS NULL OR sessions.command = :command)
GROUP BY sessions.command, told_phases.name
ORDER BY mean_s DESC, sessions.command, told_phases.name
