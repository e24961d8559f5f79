-- title: When nodes were closed to new pods
-- summary: One row a span in which a node was cordoned, oldest first. from is when that was first known, to when it was known
-- summary: to be over; who polls sees a change only afterwards: it was between from_not_before and from, or to_not_before
-- summary: and to. Without from_not_before nothing was known of the node before; without to it was cordoned when last seen.
-- uses: node-transitions
-- parameter: node text = null -- only this node
-- column: node text NODE
-- column: from_not_before time
-- column: from time FROM
-- column: to_not_before time
-- column: to time TO
-- column: end text END
-- column: observed_by text SEEN BY
-- What says whether a node takes pods: rows and objects of nodes, kubectl's own words, the kubelet's event of the change. A
-- deleted node is cordoned no more, and the next of its name is another.
-- stage: cordon_readings
SELECT observations.node, observations.schedulable, iif(kinds.name IN ('node.cordoned', 'node.uncordoned'),
    'kubectl', observations.observer) AS observer,
  coalesce(events.attributes ->> 'already', 0) AS is_old, coalesce(events.last_time, events.time) AS time,
  coalesce(events.earliest, coalesce(events.last_time, events.time)
    - iif(events.uncertainty > 1000000, events.uncertainty, 0)) AS earliest, events.id AS event
FROM observations
JOIN events ON events.id = observations.event AND events.time_source < 5
JOIN kinds ON kinds.id = events.kind
WHERE observations.schedulable IS NOT NULL
UNION ALL
SELECT node, NULL, 'removal', 0, time, time, event FROM node_ends WHERE time IS NOT NULL;

-- stage: cordon_sights
SELECT *, lag(schedulable) OVER sight AS before, lag(earliest) OVER sight AS time_before
FROM cordon_readings
WINDOW sight AS (PARTITION BY node ORDER BY time, event);

-- stage: cordon_changes
SELECT *, schedulable IS 0 AND before IS NOT 0 AS is_first, schedulable IS NOT 0 AND before IS 0 AS is_last,
  CASE WHEN observer IN ('kubectl', 'removal') AND NOT is_old OR (observer = 'watch' AND before IS NOT NULL)
      THEN earliest
    -- The kubelet looks every ten seconds; that a node is closed it says again when it starts.
    WHEN observer IN ('event', 'kubelet') AND schedulable = 1 THEN max(time_before, earliest - 10000000)
    WHEN before IS NOT NULL THEN time_before END AS not_before
FROM cordon_sights;

-- stage: cordon_spans
SELECT *, sum(is_first) OVER (PARTITION BY node ORDER BY time, event) AS span FROM cordon_changes;

-- answer
SELECT node, max(iif(is_first, not_before, NULL)) AS from_not_before, max(iif(is_first, time, NULL)) AS "from",
  coalesce(max(iif(is_last, not_before, NULL)), max(iif(schedulable = 0, time, NULL))) AS to_not_before,
  max(iif(is_last, time, NULL)) AS "to",
  max(CASE WHEN is_last THEN iif(schedulable, 'uncordoned', 'removed') END) AS "end",
  max(iif(is_first, observer, NULL)) AS observed_by
FROM cordon_spans
WHERE span > 0 AND (:node IS NULL OR node = :node)
GROUP BY node, span
ORDER BY "from", node
