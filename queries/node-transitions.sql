-- title: When nodes became ready and not ready
-- summary: One row a change of a node's status, oldest first; from is empty for a first sighting, also of a node that was
-- summary: removed and came back. Rows that repeat a status are no change. It happened between earliest and latest: who asks
-- summary: now and then learns of a change later, and before it asked the last time it had not happened yet.
-- parameter: node text = null -- only this node
-- column: node text NODE
-- column: time time TIME
-- column: time_source text
-- column: from text FROM
-- column: to text TO
-- column: reason text REASON
-- column: observed_by text SEEN BY
-- column: after_s duration AFTER
-- column: earliest time
-- column: latest time
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
FROM events JOIN kinds ON kinds.id = events.kind AND events.occurrences IS NULL AND kinds.name = 'node.removed'
WHERE events.node IS NOT NULL;

-- stage: successors
SELECT deletions.event, min(later.time - (later.age_s + later.age_span_s) * 1000000) AS made_at
FROM deletions_of_nodes AS deletions
JOIN readings AS later ON later.node = deletions.node AND later.time_source < 3
  AND later.time - (later.age_s + later.age_span_s) * 1000000 > deletions.time
WHERE deletions.time_source IN (3, 4)
GROUP BY deletions.event;

-- stage: node_ends
-- index: node, time
SELECT deletions.node, deletions.event, coalesce(max(deletions.time, max(readings.time)), deletions.time) AS time,
  deletions.time_source < 3 AS is_sure
FROM deletions_of_nodes AS deletions
LEFT JOIN successors ON successors.event = deletions.event
LEFT JOIN readings ON readings.node = deletions.node AND readings.time_source < 3 AND deletions.time_source IN (3, 4)
  AND (successors.made_at IS NULL OR readings.time < successors.made_at)
GROUP BY deletions.event;

-- When conditions changed, which who polls learns a little later.
-- stage: condition_changes
-- index: node, time
SELECT DISTINCT node, status, time FROM readings WHERE observer = 'condition' AND is_dated;

-- When nodes were made, as their objects say.
-- stage: births
-- index: node, time
SELECT DISTINCT events.node, events.time
FROM events JOIN kinds ON kinds.id = events.kind AND events.occurrences IS NULL AND kinds.name = 'node.created'
WHERE events.node IS NOT NULL AND events.time_source < 5;

-- When another node of the same name may begin: after a deletion, and where nobody saw that, when it was made.
-- stage: borders
-- index: node, time
SELECT node, time FROM node_ends WHERE is_sure AND time IS NOT NULL
UNION
SELECT node, time FROM (SELECT *, lag(time) OVER (PARTITION BY node ORDER BY time) AS before FROM births) AS made
WHERE before IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM node_ends
  WHERE node_ends.node = made.node AND node_ends.is_sure AND node_ends.time BETWEEN made.before AND made.time);

-- What is only bounded by a file's time cannot be put in order with the rest: it counts where there is nothing better, in
-- the order of the file.
-- stage: usable
SELECT *, CASE WHEN is_dated THEN 0 ELSE source END AS line_of_sight,
  CASE WHEN NOT is_dated THEN line END AS place,
  -- Of which node of the name it tells; a watch prints the row of a deleted one once more, with its age.
  (SELECT count(*) FROM borders
   WHERE borders.node = readings.node AND is_dated
     AND (borders.time <= readings.time
       OR (borders.time <= readings.time + uncertainty AND age_s * 1000000 <= uncertainty))
     AND NOT coalesce(readings.time + uncertainty - age_s * 1000000 < borders.time, 0)) AS life
FROM readings
WHERE (is_dated OR node NOT IN (SELECT node FROM readings WHERE is_dated))
  -- A poll whose time leaves room was on that side of a change of the condition where it agrees.
  AND NOT (observer IN ('snapshot', 'watch') AND is_dated AND uncertainty > 0 AND EXISTS (
    SELECT 1 FROM condition_changes AS known
    WHERE known.node = readings.node AND (
      (known.status <> readings.status AND known.time BETWEEN readings.time - uncertainty AND readings.time)
      OR (known.status = readings.status AND known.time BETWEEN readings.time AND readings.time + uncertainty))));

-- stage: ordered
SELECT *, lag(status) OVER sight AS before, lag(age_s) OVER sight AS age_before, lag(life) OVER sight AS life_before,
  lag(time) OVER sight AS time_before,
  -- The kubelet records the event of the change, then says why.
  CASE WHEN reason IN ('NodeReady', 'NodeNotReady') AND lead(status) OVER sight = status
    AND lead(time) OVER sight - time < 1000000 THEN coalesce(lead(reason) OVER sight, reason)
    ELSE reason END AS why
FROM usable
-- Of several sightings at one moment the surest is the first, whatever was read first.
WINDOW sight AS (PARTITION BY node, line_of_sight ORDER BY CASE WHEN is_dated THEN time END, place,
  CASE WHEN is_dated THEN uncertainty END, id);

-- stage: changes
SELECT *,
  -- A node younger than it was is another one under the same name.
  CASE WHEN age_s + age_span_s < age_before OR life > life_before THEN NULL ELSE before END AS was,
  row_number() OVER (ORDER BY NOT is_dated, CASE WHEN is_dated THEN time END, line_of_sight, place,
    CASE WHEN is_dated THEN uncertainty END, id) AS nth
FROM ordered
WHERE before IS NOT status OR age_s + age_span_s < age_before OR life > life_before;

-- answer
SELECT node, time,
  CASE time_source WHEN 0 THEN 'stamped' WHEN 1 THEN 'klog' WHEN 2 THEN 'arrival' WHEN 3 THEN 'derived'
    WHEN 4 THEN 'given' WHEN 5 THEN 'file' ELSE 'none' END AS time_source,
  was AS "from", status AS "to", why AS reason, observer AS observed_by,
  CASE WHEN is_dated AND was IS NOT NULL
    THEN (time - lag(time) OVER (PARTITION BY node, line_of_sight ORDER BY nth)) / 1e6 END AS after_s,
  CASE
    WHEN NOT is_dated THEN NULL
    WHEN observer <> 'snapshot' THEN time - uncertainty
    WHEN was IS NOT NULL THEN min(time_before, time)
    ELSE min(time, coalesce(
      (SELECT max(births.time) FROM births WHERE births.node = changes.node AND births.time <= changes.time + uncertainty),
      time - (age_s + age_span_s) * 1000000)) END AS earliest,
  CASE WHEN is_dated THEN time + uncertainty ELSE time END AS latest,
  time_source >= 5 OR uncertainty IS NULL OR uncertainty > 5000000 AS approximate
FROM changes WHERE :node IS NULL OR node = :node
ORDER BY nth
