-- title: Where and when lines show known problems
-- summary: As findings, without what the lines say: there may be many. How sure a time is, is told as the store holds it, and
-- summary: of those in runs of kubeadm what their lines tell: query findings knows more of them.
-- column: _id integer
-- column: problem text PROBLEM
-- column: node text NODE
-- column: time time TIME
-- column: last_time time
-- column: count integer COUNT
-- column: byte integer
-- column: source integer
-- column: cluster text
-- column: _time_source integer
-- column: _uncertainty integer
-- column: _run integer
-- Nothing is computed for a row: there may be millions.
SELECT id AS _id, problem, node, time, last_time, count, byte, source, cluster, time_source AS _time_source,
  uncertainty AS _uncertainty, run AS _run
FROM events
WHERE problem IS NOT NULL
ORDER BY source, byte, id
