-- title: When the uploaded certificates expire
-- summary: One row an upload-certs run, newest first, with the moment its certificate key stops working: two hours after
-- summary: the upload, whatever the join token's own life.
-- parameter: now time -- the moment that remaining times are for
-- column: id text KEY
-- column: uploaded_at time UPLOADED
-- column: expires_at time EXPIRES
-- column: remaining_s duration LEFT
-- column: node text NODE
-- column: approximate boolean
SELECT secrets.public_id AS id, min(events.time) AS uploaded_at, min(events.time) + 7200000000 AS expires_at,
  (min(events.time) + 7200000000 - :now) / 1e6 AS remaining_s, coalesce(events.node, sessions.node) AS node,
  events.time_source >= 5 OR events.uncertainty IS NULL OR events.uncertainty > 5000000 AS approximate
FROM events
JOIN kinds ON kinds.id = events.kind AND kinds.name = 'kubeadm.certs.uploaded'
LEFT JOIN sessions ON sessions.run = events.run
LEFT JOIN sightings ON sightings.event = events.id
LEFT JOIN secrets ON secrets.id = sightings.secret
GROUP BY coalesce(secrets.id, -events.id)
ORDER BY uploaded_at DESC
