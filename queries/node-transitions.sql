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
WITH
seen AS (
  SELECT observations.*, events.id, coalesce(events.last_time, events.time) AS time, events.time_source,
    events.uncertainty, events.source, events.line, events.time_source < 5 AS is_dated
  FROM observations JOIN events ON events.id = observations.event
  WHERE observations.status IS NOT NULL AND (:node IS NULL OR observations.node = :node)
),
-- What is only bounded by a file's time cannot be put in order with the rest: it counts where there is nothing better, in
-- the order of the file.
usable AS (
  SELECT *, CASE WHEN is_dated THEN 0 ELSE source END AS line_of_sight,
    CASE WHEN NOT is_dated THEN line END AS place
  FROM seen
  WHERE is_dated OR NOT EXISTS (SELECT 1 FROM seen AS better WHERE better.node = seen.node AND better.is_dated)
),
ordered AS (
  SELECT *, lag(status) OVER sight AS before, lag(age_s) OVER sight AS age_before,
    -- The kubelet records the event of the change, then says why.
    CASE WHEN reason IN ('NodeReady', 'NodeNotReady') AND lead(status) OVER sight = status
      AND lead(time) OVER sight - time < 1000000 THEN coalesce(lead(reason) OVER sight, reason)
      ELSE reason END AS why
  FROM usable
  WINDOW sight AS (PARTITION BY node, line_of_sight ORDER BY CASE WHEN is_dated THEN time END, place, id)
),
changes AS (
  SELECT *,
    -- A node younger than it was is another one under the same name.
    CASE WHEN age_s + age_span_s < age_before THEN NULL ELSE before END AS was,
    row_number() OVER (ORDER BY NOT is_dated, CASE WHEN is_dated THEN time END, line_of_sight, place, id) AS nth
  FROM ordered
  WHERE before IS NOT status OR age_s + age_span_s < age_before
)
SELECT node, time,
  CASE time_source WHEN 0 THEN 'stamped' WHEN 1 THEN 'klog' WHEN 2 THEN 'arrival' WHEN 3 THEN 'derived'
    WHEN 4 THEN 'given' WHEN 5 THEN 'file' ELSE 'none' END AS time_source,
  was AS "from", status AS "to", why AS reason, observer AS observed_by,
  CASE WHEN is_dated AND was IS NOT NULL
    THEN (time - lag(time) OVER (PARTITION BY node, line_of_sight ORDER BY nth)) / 1e6 END AS after_s,
  time_source >= 5 OR uncertainty IS NULL OR uncertainty > 5000000 AS approximate
FROM changes
ORDER BY nth
