-- title: Where secrets stand, and what each place says about their life
-- summary: One row a place, in the order of time: what made, uploaded, listed, used or deleted secrets,
-- summary: with the bounds of its moment and the expiry that it states.
-- parameter: ids json = null -- only these, the ids as secrets prints them, a JSON array
-- column: id text ID
-- column: what text WHAT
-- column: time time TIME
-- column: time_source text CLOCK
-- column: earliest time
-- column: latest time
-- column: expires_at time EXPIRES
-- column: ttl_s duration
-- column: path text PATH
-- column: line integer LINE
-- column: event text
-- column: time_approximate boolean
WITH
places AS (
  SELECT CASE secrets.kind WHEN 'certificate'
      THEN secrets.name || coalesce('@' || coalesce(sessions.node, events.node), '') ELSE secrets.public_id END AS id,
    secrets.name, sightings.role AS what, sightings.expires_at, sightings.ttl_s, events.id AS event
  FROM sightings
  JOIN secrets ON secrets.id = sightings.secret
  JOIN events ON events.id = sightings.event
  LEFT JOIN sessions ON sessions.run = events.run
  UNION ALL
  SELECT json_extract(events.attributes, '$.id'), NULL, 'deleted', NULL, NULL, events.id
  FROM events
  JOIN kinds ON kinds.id = events.kind AND events.occurrences IS NULL AND kinds.name = 'kubeadm.token.deleted'
)
SELECT places.id, what, events.time,
  CASE events.time_source WHEN 0 THEN 'stamped' WHEN 1 THEN 'klog' WHEN 2 THEN 'arrival' WHEN 3 THEN 'derived'
    WHEN 4 THEN 'given' WHEN 5 THEN 'file' ELSE 'none' END AS time_source,
  CASE WHEN events.time_source < 5 THEN coalesce(events.earliest, events.time - events.uncertainty) END AS earliest,
  CASE WHEN events.time_source < 5 THEN coalesce(events.latest, events.time + events.uncertainty) ELSE events.time END
    AS latest,
  places.expires_at, places.ttl_s, sources.path, events.line, lower(hex(events.digest)) AS event,
  events.time_source >= 5 OR events.uncertainty IS NULL OR events.uncertainty > 5000000 AS time_approximate
FROM places
JOIN events ON events.id = places.event
JOIN sources ON sources.id = events.source
WHERE :ids IS NULL OR places.id IN (SELECT value FROM json_each(:ids))
  -- A listing may not say of which node it is.
  OR places.id = places.name AND EXISTS (SELECT 1 FROM json_each(:ids) WHERE value LIKE places.name || '@%')
ORDER BY events.time IS NULL, events.time, sources.path, events.line
