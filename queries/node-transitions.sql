-- title: When nodes became ready and not ready
-- summary: One row a change of a node's status, oldest first; from is empty for a first sighting, also of a node that was
-- summary: removed and came back. Rows that repeat a status are no change.
-- parameter: node text = null -- only this node
-- column: node text NODE
-- column: time time TIME
-- column: time_source text
-- column: from text FROM
-- column: to text TO
-- column: reason text REASON
-- column: observed_by text SEEN BY
-- column: after_s duration AFTER
-- column: approximate boolean
-- stage: readings
SELECT observations.*, events.id, coalesce(events.last_time, events.time) AS time, events.time_source,
  events.uncertainty, events.source, events.line, events.time_source < 5 AS is_dated
FROM observations JOIN events ON events.id = observations.event
WHERE observations.status IS NOT NULL;

-- When nodes were deleted. Of a watch that has no clock only its beginning is known: then not before the last that is
-- surely known of that node, and its successor of the same name does not count.
-- stage: deletions_of_nodes
SELECT events.node, events.id AS event, events.time_source, CASE WHEN events.time_source < 5 THEN events.time END AS time
FROM events JOIN kinds ON kinds.id = events.kind AND kinds.name = 'node.removed'
WHERE events.node IS NOT NULL;

-- stage: successors
SELECT deletions.event, min(later.time - (later.age_s + later.age_span_s) * 1000000) AS made_at
FROM deletions_of_nodes AS deletions
JOIN readings AS later ON later.node = deletions.node AND later.time_source < 3
  AND later.time - (later.age_s + later.age_span_s) * 1000000 > deletions.time
WHERE deletions.time_source IN (3, 4)
GROUP BY deletions.event;

-- stage: node_ends
SELECT deletions.node, deletions.event, coalesce(max(deletions.time, max(readings.time)), deletions.time) AS time
FROM deletions_of_nodes AS deletions
LEFT JOIN successors ON successors.event = deletions.event
LEFT JOIN readings ON readings.node = deletions.node AND readings.time_source < 3 AND deletions.time_source IN (3, 4)
  AND (successors.made_at IS NULL OR readings.time < successors.made_at)
GROUP BY deletions.event;

-- When conditions changed, which who polls learns a little later.
-- stage: condition_changes
SELECT DISTINCT node, status, time FROM readings WHERE observer = 'condition' AND is_dated;

-- What is only bounded by a file's time cannot be put in order with the rest: it counts where there is nothing better, in
-- the order of the file.
-- stage: usable
SELECT *, CASE WHEN is_dated THEN 0 ELSE source END AS line_of_sight,
  CASE WHEN NOT is_dated THEN line END AS place
FROM readings
WHERE (is_dated OR node NOT IN (SELECT node FROM readings WHERE is_dated))
  -- A poll whose time leaves room was on that side of a change of the condition where it agrees.
  AND NOT (observer IN ('snapshot', 'watch') AND is_dated AND uncertainty > 0 AND EXISTS (
    SELECT 1 FROM condition_changes AS known
    WHERE known.node = readings.node AND (
      (known.status <> readings.status AND known.time BETWEEN readings.time - uncertainty AND readings.time)
      OR (known.status = readings.status AND known.time BETWEEN readings.time AND readings.time + uncertainty))));

-- stage: ordered
SELECT *, lag(status) OVER sight AS before, lag(age_s) OVER sight AS age_before,
  -- The kubelet records the event of the change, then says why.
  CASE WHEN reason IN ('NodeReady', 'NodeNotReady') AND lead(status) OVER sight = status
    AND lead(time) OVER sight - time < 1000000 THEN coalesce(lead(reason) OVER sight, reason)
    ELSE reason END AS why
FROM usable
WINDOW sight AS (PARTITION BY node, line_of_sight ORDER BY CASE WHEN is_dated THEN time END, place, id);

-- stage: changes
SELECT *,
  -- A node younger than it was is another one under the same name.
  CASE WHEN age_s + age_span_s < age_before THEN NULL ELSE before END AS was,
  row_number() OVER (ORDER BY NOT is_dated, CASE WHEN is_dated THEN time END, line_of_sight, place, id) AS nth
FROM ordered
WHERE before IS NOT status OR age_s + age_span_s < age_before;

-- answer
SELECT node, time,
  CASE time_source WHEN 0 THEN 'stamped' WHEN 1 THEN 'klog' WHEN 2 THEN 'arrival' WHEN 3 THEN 'derived'
    WHEN 4 THEN 'given' WHEN 5 THEN 'file' ELSE 'none' END AS time_source,
  was AS "from", status AS "to", why AS reason, observer AS observed_by,
  CASE WHEN is_dated AND was IS NOT NULL
    THEN (time - lag(time) OVER (PARTITION BY node, line_of_sight ORDER BY nth)) / 1e6 END AS after_s,
  time_source >= 5 OR uncertainty IS NULL OR uncertainty > 5000000 AS approximate
FROM changes WHERE :node IS NULL OR node = :node
ORDER BY nth
