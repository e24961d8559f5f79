-- title: How far the clocks of nodes are apart from those that watched them
-- summary: One row a join that was seen from two sides: by the kubelet that registered its node, on its own clock, and by
-- summary: watches or snapshots whose AGE column tells when the node was made. Positive where the node's clock is ahead. Times
-- summary: are left as they were written.
-- column: node text NODE
-- column: registered_at time REGISTERED
-- column: watched_by text WATCHED BY
-- column: skew_s duration AHEAD BY
-- column: uncertainty_s duration WITHIN
-- column: is_apart boolean APART
-- column: samples integer SAMPLES
WITH
registered AS (
  SELECT observations.node, events.time, events.uncertainty
  FROM observations
  JOIN events ON events.id = observations.event AND events.time_source <= 2 AND events.uncertainty IS NOT NULL
  JOIN kinds ON kinds.id = events.kind AND kinds.name = 'kubelet.node.registered'
  WHERE observations.observer = 'kubelet' AND observations.status IS NULL AND observations.schedulable IS NULL
),
-- When the node was made, by the clock of whoever watched it.
made AS (
  SELECT observations.node, observations.event, events.source,
    events.time - events.uncertainty - (observations.age_s + observations.age_span_s) * 1000000 AS earliest,
    events.time + events.uncertainty - observations.age_s * 1000000 AS latest
  FROM observations
  JOIN events ON events.id = observations.event AND events.time_source <= 3 AND events.uncertainty IS NOT NULL
  WHERE observations.age_s IS NOT NULL
),
-- A kubelet registers again whenever it starts, and a node may come back: each sighting goes with the nearest of them. No
-- clock that anybody uses is off by an hour.
nearest AS (
  SELECT made.*, registered.time, registered.uncertainty, row_number() OVER (
      PARTITION BY made.event ORDER BY max(0, made.earliest - registered.time, registered.time - made.latest),
        registered.time) AS nth
  FROM made JOIN registered ON registered.node = made.node AND abs(made.latest - registered.time) < 3600000000
),
pairs AS (
  SELECT node, time, uncertainty, source, max(earliest) AS earliest, min(latest) AS latest, count(*) AS samples
  FROM nearest WHERE nth = 1
  GROUP BY node, time, source
  HAVING max(earliest) <= min(latest)
),
-- The kubelet says so within two seconds after the API server made the node.
bounds AS (
  SELECT pairs.*, time - uncertainty - latest - 2000000 AS least, time + uncertainty - earliest AS most FROM pairs
)
SELECT node, time AS registered_at, sources.path AS watched_by, (least + most) / 2e6 AS skew_s,
  (most - least) / 2e6 AS uncertainty_s, least > 0 OR most < 0 AS is_apart, samples
FROM bounds JOIN sources ON sources.id = bounds.source
ORDER BY node, time, watched_by
