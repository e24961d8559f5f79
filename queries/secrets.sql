-- title: What was handed out, and until when
-- summary: Bootstrap tokens and certificate keys with their expiry, the soonest first. A token lives 24 hours from its
-- summary: creation unless the session says otherwise, a certificate key 2 hours from the upload.
-- parameter: now time -- the moment that states and remaining times are for
-- parameter: within duration = null -- what is left when something counts as expiring, instead of 2 h and 30 min
-- parameter: reveal boolean = false -- show the whole values
-- column: kind text KIND
-- column: id text ID
-- column: value text VALUE
-- column: name text
-- column: created_at time
-- column: expires_at time EXPIRES
-- column: expires_basis text
-- column: ttl_s duration
-- column: time_source text
-- column: time_uncertainty_s duration
-- column: state text STATE
-- column: superseded_by text
-- column: remaining_s duration LEFT
-- column: usages json
-- column: description text
-- column: endpoint text ENDPOINT
-- column: ca_cert_hashes json
-- column: cluster text
-- column: node text NODE
-- column: session text
-- column: sightings integer
-- column: approximate boolean
WITH
sighted AS (
  SELECT sightings.secret, sightings.role, sightings.ttl_s, sightings.ca_hashes, events.id AS event, events.run,
    events.time, events.time_source, events.uncertainty, coalesce(sessions.is_dry_run, 0) AS is_dry_run,
    coalesce(sightings.endpoint, sessions.endpoint) AS endpoint, coalesce(events.cluster, sessions.cluster) AS cluster,
    coalesce(events.node, sessions.node) AS node,
    sessions.ca_hashes AS session_hashes
  FROM sightings
  JOIN events ON events.id = sightings.event
  LEFT JOIN sessions ON sessions.run = events.run
),
-- The sighting that a secret's life counts from: where it was made, by the surest clock.
birth AS (
  SELECT * FROM (
    SELECT *, row_number() OVER (
      PARTITION BY secret
      ORDER BY is_dry_run, time_source, coalesce(uncertainty, 9223372036854775807), time, event) AS nth
    FROM sighted WHERE role IN ('created', 'uploaded'))
  WHERE nth = 1
),
gathered AS (
  SELECT secret, count(DISTINCT event) AS sightings, min(is_dry_run) AS only_dry_run,
    max(endpoint) AS endpoint, max(cluster) AS cluster, max(node) AS node,
    max(ttl_s) AS ttl_s, max(nullif(ca_hashes, '[]')) AS ca_hashes, max(nullif(session_hashes, '[]')) AS session_hashes,
    min(run) AS run
  FROM sighted GROUP BY secret
),
lives AS (
  SELECT secrets.id AS secret, secrets.kind, secrets.public_id, CAST(secrets.value AS TEXT) AS value, secrets.name,
    birth.time AS created_at, coalesce(birth.time_source, 6) AS time_source, birth.uncertainty,
    gathered.sightings, gathered.only_dry_run, gathered.endpoint, gathered.cluster,
    coalesce(gathered.ca_hashes, gathered.session_hashes, '[]') AS ca_hashes,
    coalesce(birth.node, gathered.node) AS node, coalesce(birth.run, gathered.run) AS run,
    birth.secret IS NOT NULL AS is_born,
    CASE secrets.kind WHEN 'certificate-key' THEN NULL ELSE gathered.ttl_s END AS given_ttl_s,
    CASE secrets.kind WHEN 'certificate-key' THEN 7200 ELSE coalesce(gathered.ttl_s, 86400) END AS ttl_s,
    CASE secrets.kind WHEN 'certificate-key' THEN 1800 ELSE 7200 END AS threshold_s,
    coalesce(gathered.cluster, gathered.ca_hashes, gathered.session_hashes, gathered.endpoint) AS cluster_key
  FROM secrets
  JOIN gathered ON gathered.secret = secrets.id
  LEFT JOIN birth ON birth.secret = secrets.id
),
bounded AS (
  SELECT *,
    CASE WHEN is_born AND ttl_s > 0 THEN created_at + ttl_s * 1000000 END AS expires_at,
    -- A file's time is an upper bound; where no bound is known, a quarter of an hour either way is not judged.
    CASE WHEN time_source = 5 THEN NULL
      ELSE created_at + ttl_s * 1000000 - coalesce(uncertainty, 900000000) END AS earliest,
    CASE WHEN time_source = 5 THEN created_at + ttl_s * 1000000
      ELSE created_at + ttl_s * 1000000 + coalesce(uncertainty, 900000000) END AS latest
  FROM lives
),
clusters AS (SELECT count(DISTINCT cluster_key) AS number FROM lives),
-- A later upload overwrites the Secret kubeadm-certs: the older key is of no use from then on.
judged AS (
  SELECT bounded.*,
    (SELECT newer.public_id FROM bounded AS newer
     WHERE bounded.kind = 'certificate-key' AND newer.kind = 'certificate-key' AND bounded.is_born AND newer.is_born
       AND NOT bounded.only_dry_run AND NOT newer.only_dry_run
       AND newer.time_source < 5 AND bounded.time_source < 5 AND newer.created_at > bounded.created_at
       AND (newer.cluster_key = bounded.cluster_key
         OR (clusters.number <= 1 AND (newer.cluster_key IS NULL OR bounded.cluster_key IS NULL)))
     ORDER BY newer.created_at DESC LIMIT 1) AS superseded_by
  FROM bounded, clusters
)
SELECT kind, public_id AS id,
  CASE WHEN kind = 'certificate' THEN NULL WHEN :reveal THEN value WHEN kind = 'bootstrap-token' THEN public_id || '.****************' ELSE '********' END AS value,
  name, created_at, expires_at,
  CASE WHEN NOT is_born THEN 'none' WHEN given_ttl_s IS NOT NULL THEN 'flag' ELSE 'default-ttl' END AS expires_basis,
  CASE WHEN is_born THEN ttl_s END AS ttl_s,
  CASE time_source WHEN 0 THEN 'stamped' WHEN 1 THEN 'klog' WHEN 2 THEN 'arrival' WHEN 3 THEN 'derived'
    WHEN 4 THEN 'given' WHEN 5 THEN 'file' ELSE 'none' END AS time_source,
  uncertainty / 1e6 AS time_uncertainty_s,
  CASE
    WHEN only_dry_run THEN 'unknown'
    WHEN is_born AND ttl_s = 0 THEN 'never'
    WHEN expires_at IS NULL THEN 'unknown'
    WHEN :now >= latest THEN 'expired'
    WHEN superseded_by IS NOT NULL THEN 'superseded'
    WHEN earliest IS NULL OR :now >= earliest THEN 'unknown'
    WHEN expires_at - :now < coalesce(:within, threshold_s) * 1000000 THEN 'expiring'
    ELSE 'valid'
  END AS state,
  superseded_by,
  (expires_at - :now) / 1e6 AS remaining_s,
  NULL AS usages, NULL AS description, endpoint, ca_hashes AS ca_cert_hashes, cluster, node,
  (SELECT substr(lower(hex(runs.digest)), 1, 16) FROM runs JOIN sessions ON sessions.run = runs.id
   WHERE runs.id = judged.run) AS session,
  sightings,
  time_source >= 5 OR uncertainty IS NULL OR uncertainty > 5000000 AS approximate
FROM judged
ORDER BY expires_at IS NULL, expires_at, kind, public_id
