-- title: What was handed out, and until when
-- summary: Bootstrap tokens, certificate keys and certificates with their expiry, the soonest first. What a listing
-- summary: printed counts before all else; without one a token lives 24 hours from its creation unless the session says
-- summary: otherwise, a certificate key 2 hours from the upload, a certificate a year from its issue and a CA ten.
-- parameter: now time -- the moment that states and remaining times are for
-- parameter: within duration = null -- what is left when something counts as expiring, instead of 2 h, 30 min and 30 d
-- parameter: reveal boolean = false -- show the whole values, but of what was only generated: that opens nothing
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
seen AS MATERIALIZED (
  SELECT secrets.id AS secret, secrets.kind, secrets.public_id, secrets.name,
    sightings.role, sightings.ttl_s, sightings.ca_hashes, sightings.expires_at, sightings.expires_within,
    sightings.usages, sightings.description, events.id AS event, events.run, events.time, events.time_source,
    events.uncertainty, coalesce(sessions.is_dry_run, 0) AS is_dry_run,
    coalesce(sightings.endpoint, sessions.endpoint) AS endpoint, coalesce(events.cluster, sessions.cluster) AS cluster,
    -- Certificates are told apart by their node, which a session may learn only after it made them.
    CASE secrets.kind WHEN 'certificate' THEN coalesce(sessions.node, events.node)
      ELSE coalesce(events.node, sessions.node) END AS node,
    sessions.ca_hashes AS session_hashes
  FROM sightings
  JOIN secrets ON secrets.id = sightings.secret
  JOIN events ON events.id = sightings.event
  LEFT JOIN sessions ON sessions.run = events.run
),
-- A listing that names no node is of the one node whose certificate of that name was issued when the listing implies.
placed AS (
  SELECT seen.*, CASE WHEN kind <> 'certificate' OR node IS NOT NULL THEN node
    ELSE (
      SELECT CASE count(DISTINCT issued.node) WHEN 1 THEN max(issued.node) END FROM seen AS issued
      WHERE issued.kind = 'certificate' AND issued.name = seen.name AND issued.node IS NOT NULL
        AND NOT issued.is_dry_run AND issued.role IN ('created', 'renewed') AND issued.time_source < 5
        AND abs(issued.time + issued.ttl_s * 1000000 - seen.expires_at) <= 3600000000) END AS place
  FROM seen
),
sighted AS MATERIALIZED (
  SELECT placed.*, CASE kind WHEN 'certificate' THEN name || coalesce('@' || place, '') ELSE secret END AS thing
  FROM placed
),
-- The sighting that a life counts from: where a token or key was made, by the surest clock; a certificate's last issue.
birth AS (
  SELECT * FROM (
    SELECT *, row_number() OVER (
      PARTITION BY thing
      ORDER BY is_dry_run, time_source, coalesce(uncertainty, 9223372036854775807), time, event) AS nth
    FROM sighted WHERE kind <> 'certificate' AND role IN ('created', 'uploaded'))
  WHERE nth = 1
  UNION ALL
  SELECT * FROM (
    SELECT *, row_number() OVER (
      PARTITION BY thing ORDER BY is_dry_run, time_source >= 5, time DESC, event DESC) AS nth
    FROM sighted WHERE kind = 'certificate' AND role IN ('created', 'renewed'))
  WHERE nth = 1
),
-- The newest listing that it stands in.
listing AS (
  SELECT * FROM (
    SELECT *, row_number() OVER (
      PARTITION BY thing
      ORDER BY expires_at IS NULL AND ttl_s IS NULL, time_source >= 5, time DESC, event DESC) AS nth
    FROM sighted WHERE role = 'listed')
  WHERE nth = 1
),
gathered AS (
  SELECT thing, min(secret) AS secret, kind, max(name) AS name, max(public_id) AS public_id, max(place) AS place,
    count(DISTINCT event) AS sightings, min(is_dry_run) AS only_dry_run,
    min(role = 'generated') AS only_generated,
    max(endpoint) AS endpoint, max(cluster) AS cluster, max(node) AS node,
    max(CASE WHEN role <> 'listed' THEN ttl_s END) AS ttl_s, max(nullif(ca_hashes, '[]')) AS ca_hashes,
    max(nullif(session_hashes, '[]')) AS session_hashes, min(run) AS run,
    max(CASE WHEN role IN ('created', 'listed') AND NOT is_dry_run THEN event END) AS last_event,
    max(CASE WHEN role IN ('created', 'listed') AND NOT is_dry_run AND time_source < 5 THEN time END) AS last_time
  FROM sighted GROUP BY thing
),
deletions AS (
  SELECT json_extract(events.attributes, '$.id') AS id, events.id AS event,
    CASE WHEN events.time_source < 5 THEN events.time END AS time
  FROM events JOIN kinds ON kinds.id = events.kind
  WHERE events.run IS NOT NULL AND kinds.name = 'kubeadm.token.deleted'
),
lives AS MATERIALIZED (
  SELECT gathered.thing, gathered.kind, gathered.name, CAST(secrets.value AS TEXT) AS value,
    CASE gathered.kind WHEN 'certificate' THEN gathered.thing ELSE gathered.public_id END AS public_id,
    birth.time AS created_at, coalesce(birth.time_source, 6) AS time_source, birth.uncertainty,
    gathered.sightings, gathered.only_dry_run, gathered.only_generated, gathered.endpoint, gathered.cluster,
    coalesce(gathered.ca_hashes, gathered.session_hashes, '[]') AS ca_hashes,
    CASE gathered.kind WHEN 'certificate' THEN gathered.place ELSE coalesce(birth.node, gathered.node) END AS node,
    coalesce(birth.run, gathered.run) AS run, birth.thing IS NOT NULL AS is_born,
    CASE gathered.kind WHEN 'certificate-key' THEN NULL WHEN 'certificate' THEN NULL ELSE gathered.ttl_s END
      AS given_ttl_s,
    CASE gathered.kind WHEN 'certificate-key' THEN 7200 WHEN 'certificate' THEN coalesce(birth.ttl_s, 31536000)
      ELSE coalesce(gathered.ttl_s, 86400) END AS ttl_s,
    CASE gathered.kind WHEN 'certificate-key' THEN 1800 WHEN 'certificate' THEN 2592000 ELSE 7200 END AS threshold_s,
    coalesce(gathered.cluster, gathered.ca_hashes, gathered.session_hashes, gathered.endpoint) AS cluster_key,
    -- A certificate that was issued after it was listed has another expiry.
    CASE WHEN gathered.kind <> 'certificate' OR birth.thing IS NULL OR CASE
        WHEN birth.time_source < 5 AND listing.time_source < 5 AND birth.time <> listing.time
        THEN birth.time < listing.time ELSE birth.event < listing.event END
      THEN listing.expires_at END AS listed_expires_at,
    listing.expires_within, listing.ttl_s = 0 AS is_endless, listing.usages, listing.description,
    EXISTS (
      SELECT 1 FROM deletions
      WHERE gathered.kind = 'bootstrap-token' AND deletions.id = gathered.public_id
        AND (deletions.time IS NULL OR deletions.time <= :now)
        AND CASE WHEN deletions.time <> gathered.last_time THEN deletions.time > gathered.last_time
          ELSE deletions.event > coalesce(gathered.last_event, 0) END) AS is_deleted
  FROM gathered
  JOIN secrets ON secrets.id = gathered.secret
  LEFT JOIN birth ON birth.thing = gathered.thing
  LEFT JOIN listing ON listing.thing = gathered.thing
),
-- upload-certs makes a token that nobody may use: when it ends, the Secret kubeadm-certs ends with it. Its listing
-- gives the key's expiry where, within the bounds of the upload, one fits and is no other upload's.
fits AS (
  SELECT uploads.thing AS upload, proxies.thing AS proxy, proxies.listed_expires_at AS expires_at
  FROM lives AS uploads JOIN lives AS proxies ON proxies.kind = 'bootstrap-token' AND proxies.usages = '[]'
  WHERE uploads.kind = 'certificate-key' AND uploads.is_born AND NOT uploads.only_dry_run AND uploads.time_source < 5
    AND proxies.listed_expires_at - 7200000000 BETWEEN
      uploads.created_at - coalesce(uploads.uncertainty, 900000000) - 2000000
      AND uploads.created_at + coalesce(uploads.uncertainty, 900000000) + 5000000
),
proxied AS (
  SELECT upload, max(expires_at) AS expires_at FROM fits
  WHERE (SELECT count(*) FROM fits AS others WHERE others.proxy = fits.proxy) = 1
  GROUP BY upload
  HAVING count(*) = 1 AND (SELECT count(*) FROM fits AS others WHERE others.upload = fits.upload) = 1
),
bounded AS (
  SELECT lives.*, coalesce(listed_expires_at, proxied.expires_at) AS printed_at,
    CASE
      WHEN coalesce(listed_expires_at, proxied.expires_at) IS NOT NULL
      THEN coalesce(listed_expires_at, proxied.expires_at)
      -- A certificate's issue has to be dated: nobody waits for its end with the file at hand.
      WHEN is_born AND ttl_s > 0 AND (kind <> 'certificate' OR time_source < 5) THEN created_at + ttl_s * 1000000
    END AS expires_at,
    -- A file's time is an upper bound; where no bound is known, a quarter of an hour either way is not judged.
    CASE WHEN coalesce(listed_expires_at, proxied.expires_at) IS NOT NULL
      THEN coalesce(listed_expires_at, proxied.expires_at)
      WHEN time_source = 5 THEN NULL
      ELSE created_at + ttl_s * 1000000 - coalesce(uncertainty, 900000000) END AS earliest,
    CASE WHEN coalesce(listed_expires_at, proxied.expires_at) IS NOT NULL
      THEN coalesce(listed_expires_at, proxied.expires_at) + coalesce(expires_within, 0)
      WHEN time_source = 5 THEN created_at + ttl_s * 1000000
      ELSE created_at + ttl_s * 1000000 + coalesce(uncertainty, 900000000) END AS latest
  FROM lives LEFT JOIN proxied ON proxied.upload = lives.thing
),
clusters AS (SELECT count(DISTINCT cluster_key) AS number FROM lives WHERE kind <> 'certificate'),
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
  CASE WHEN kind = 'certificate' THEN NULL WHEN :reveal AND NOT only_generated THEN value
    WHEN kind = 'bootstrap-token' THEN public_id || '.****************' ELSE '********' END AS value,
  name, created_at, expires_at,
  CASE WHEN printed_at IS NOT NULL OR is_endless THEN 'printed' WHEN NOT is_born THEN 'none'
    WHEN kind = 'certificate' THEN iif(expires_at IS NULL, 'none', 'derived')
    WHEN given_ttl_s IS NOT NULL THEN 'flag' ELSE 'default-ttl' END AS expires_basis,
  CASE WHEN is_endless THEN 0 WHEN is_born AND (kind <> 'certificate' OR printed_at IS NULL) THEN ttl_s END AS ttl_s,
  CASE WHEN printed_at IS NOT NULL OR is_endless THEN 'stamped' ELSE
    CASE time_source WHEN 0 THEN 'stamped' WHEN 1 THEN 'klog' WHEN 2 THEN 'arrival' WHEN 3 THEN 'derived'
    WHEN 4 THEN 'given' WHEN 5 THEN 'file' ELSE 'none' END END AS time_source,
  CASE WHEN printed_at IS NOT NULL THEN coalesce(expires_within, 0) WHEN is_endless THEN 0 ELSE uncertainty END / 1e6
    AS time_uncertainty_s,
  CASE
    WHEN only_dry_run THEN 'unknown'
    WHEN is_deleted THEN 'deleted'
    WHEN is_endless OR (printed_at IS NULL AND is_born AND ttl_s = 0) THEN 'never'
    WHEN expires_at IS NULL THEN 'unknown'
    WHEN :now >= latest THEN 'expired'
    WHEN superseded_by IS NOT NULL THEN 'superseded'
    WHEN earliest IS NULL OR :now >= earliest THEN 'unknown'
    WHEN expires_at - :now < coalesce(:within, threshold_s) * 1000000 THEN 'expiring'
    ELSE 'valid'
  END AS state,
  superseded_by,
  (expires_at - :now) / 1e6 AS remaining_s,
  usages, description, endpoint, ca_hashes AS ca_cert_hashes, cluster, node,
  (SELECT substr(lower(hex(runs.digest)), 1, 16) FROM runs JOIN sessions ON sessions.run = runs.id
   WHERE runs.id = judged.run) AS session,
  sightings,
  CASE WHEN printed_at IS NOT NULL OR is_endless THEN 0
    ELSE time_source >= 5 OR uncertainty IS NULL OR uncertainty > 5000000 END AS approximate
FROM judged
ORDER BY expires_at IS NULL, expires_at, kind, public_id
