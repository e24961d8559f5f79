-- title: What was handed out, and until when
-- summary: Bootstrap tokens, certificate keys and certificates with their expiry, the soonest first. What a listing
-- summary: printed counts before all else; without one a token lives 24 hours from its creation unless the session says
-- summary: otherwise, a certificate key 2 hours from the upload, a certificate a year from its issue and a CA ten. Where
-- summary: the clock leaves room, expires_earliest and expires_latest are the bounds, and a state that they do not decide is
-- summary: unknown.
-- uses: clusters
-- parameter: now time -- the moment that states and remaining times are for
-- parameter: within duration = null -- what is left when something counts as expiring, instead of 2 h, 30 min and 30 d
-- parameter: reveal boolean = false -- give the sealed values, which only kubelog secrets --reveal opens
-- column: kind text KIND
-- column: id text ID
-- column: value text VALUE
-- column: name text
-- column: created_at time
-- column: expires_at time EXPIRES
-- column: expires_earliest time
-- column: expires_latest time
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
-- column: _cluster text
-- column: _birth text
-- column: _listing text
-- column: _is_gone boolean
-- column: _proxy text
-- column: _dated_by text
-- column: _doubt text
-- Every place where a secret stands, with the bounds of the moment.
-- stage: seen
SELECT secrets.id AS secret, secrets.kind, secrets.public_id, secrets.name,
  sightings.role, sightings.ttl_s, sightings.ca_hashes, sightings.expires_at, sightings.expires_within,
  sightings.usages, sightings.description, events.id AS event, lower(hex(events.digest)) AS event_id,
  events.run, events.time, events.time_source,
  CASE WHEN events.time_source < 5 THEN coalesce(events.earliest, events.time - events.uncertainty) END AS earliest,
  CASE WHEN events.time_source < 5 THEN coalesce(events.latest, events.time + events.uncertainty)
    ELSE events.time END AS latest,
  events.source, events.line, coalesce(sessions.is_dry_run, 0) AS is_dry_run, sessions.run IS NULL AS is_loose,
  coalesce(sightings.endpoint, sessions.endpoint) AS endpoint, coalesce(events.cluster, sessions.cluster) AS cluster,
  coalesce(events.cluster, hash_names.cluster, sightings.ca_hashes ->> 0, endpoint_hashes.hash, sightings.endpoint,
    told.cluster, node_clusters.cluster) AS cluster_key,
  -- Certificates are told apart by their node, which a session may learn only after it made them.
  CASE WHEN secrets.kind <> 'certificate' THEN coalesce(events.node, sessions.node)
    WHEN instr(secrets.public_id, '@') > 0 THEN substr(secrets.public_id, instr(secrets.public_id, '@') + 1)
    ELSE coalesce(sessions.node, events.node) END AS node,
  -- That a certificate has ended says whoever met it, maybe long after another took its place.
  kinds.name = 'kubeadm.certificate.ended' AS is_ended,
  sessions.ca_hashes AS session_hashes,
  -- Which of the sessions that show it is the first, whichever file was read first.
  CASE WHEN sessions.run IS NOT NULL THEN printf('%020d', events.time) || hex(runs.digest) || runs.id END AS run_order
FROM sightings
JOIN secrets ON secrets.id = sightings.secret
JOIN events ON events.id = sightings.event
JOIN kinds ON kinds.id = events.kind
LEFT JOIN sessions ON sessions.run = events.run
LEFT JOIN runs ON runs.id = events.run
LEFT JOIN endpoint_hashes ON endpoint_hashes.endpoint = sightings.endpoint
LEFT JOIN hash_names ON hash_names.hash = coalesce(sightings.ca_hashes ->> 0, endpoint_hashes.hash)
LEFT JOIN told ON told.run = events.run
LEFT JOIN node_clusters ON node_clusters.node = coalesce(events.node, sessions.node);

-- A listing that names no node is of the one node whose certificate of that name was issued when the listing implies.
-- stage: placed
SELECT seen.*, CASE WHEN kind <> 'certificate' OR node IS NOT NULL THEN node
  ELSE (
    SELECT CASE count(DISTINCT issued.node) WHEN 1 THEN max(issued.node) END FROM seen AS issued
    WHERE issued.kind = 'certificate' AND issued.name = seen.name AND issued.node IS NOT NULL
      AND NOT issued.is_dry_run AND issued.role IN ('created', 'renewed') AND issued.time_source < 5
      AND abs(issued.time + issued.ttl_s * 1000000 - seen.expires_at) <= 3600000000) END AS place
FROM seen;

-- stage: sighted
SELECT placed.*, CASE kind WHEN 'certificate' THEN name || coalesce('@' || place, '') ELSE secret END AS thing
FROM placed;

-- Of each run the first line that makes a token or key.
-- stage: makings
SELECT sighted.*, row_number() OVER (PARTITION BY thing, coalesce(run, -event) ORDER BY line, event) AS nth_of_run
FROM sighted WHERE kind <> 'certificate' AND role IN ('created', 'uploaded');

-- The sighting that a life counts from. A token is made once: the surest clock has it, and a join command that stands alone
-- was made with it or later. A key may be uploaded again, a certificate issued again: the last time counts.
-- stage: birth
SELECT * FROM (
  SELECT *, row_number() OVER (
    PARTITION BY thing
    ORDER BY is_dry_run, is_loose, earliest IS NULL, CASE WHEN is_loose AND kind = 'bootstrap-token' THEN time END,
      CASE kind WHEN 'bootstrap-token' THEN time_source END, earliest DESC, latest DESC, event) AS nth
  FROM (
    SELECT *, max(CASE WHEN NOT is_loose AND NOT is_dry_run THEN line END) OVER (PARTITION BY thing, source) AS last_line
    FROM makings WHERE nth_of_run = 1)
  -- Of two in one input the one that stands below is the later.
  WHERE coalesce(last_line <= line, 1))
WHERE nth = 1
UNION ALL
SELECT * FROM (
  SELECT *, 1 AS nth_of_run, NULL AS last_line, row_number() OVER (
    PARTITION BY thing ORDER BY is_dry_run, earliest IS NULL, time DESC, event DESC) AS nth
  FROM sighted WHERE kind = 'certificate' AND role IN ('created', 'renewed'))
WHERE nth = 1;

-- The newest listing that it stands in.
-- stage: newest_listing
SELECT * FROM (
  SELECT *, row_number() OVER (
    PARTITION BY thing
    ORDER BY is_ended, expires_at IS NULL AND ttl_s IS NULL, time_source >= 5, time DESC, event DESC) AS nth
  FROM sighted WHERE role = 'listed')
WHERE nth = 1;

-- Of listings that say the same the one that says it to the second.
-- stage: listing
SELECT * FROM (
  SELECT listed.*, row_number() OVER (
    PARTITION BY listed.thing ORDER BY listed.expires_within, listed.event <> newest.event, listed.event) AS nth
  FROM newest_listing AS newest
  JOIN sighted AS listed ON listed.thing = newest.thing AND listed.role = 'listed'
    AND (listed.event = newest.event
      OR listed.expires_at BETWEEN newest.expires_at AND newest.expires_at + newest.expires_within))
WHERE nth = 1;

-- stage: gathered
SELECT thing, min(secret) AS secret, kind, max(name) AS name, max(public_id) AS public_id, max(place) AS place,
  count(DISTINCT event) AS sightings, min(is_dry_run) AS only_dry_run,
  min(role = 'generated') AS only_generated,
  max(endpoint) AS endpoint, max(cluster) AS cluster, max(cluster_key) AS cluster_key, max(node) AS node,
  max(CASE WHEN role <> 'listed' THEN ttl_s END) AS ttl_s, max(nullif(ca_hashes, '[]')) AS ca_hashes,
  max(nullif(session_hashes, '[]')) AS session_hashes, CAST(substr(min(run_order), 53) AS INTEGER) AS run
FROM sighted GROUP BY thing;

-- stage: deletions
SELECT json_extract(events.attributes, '$.id') AS id, events.source, events.line,
  CASE WHEN events.time_source < 5 THEN coalesce(events.earliest, events.time - events.uncertainty) END AS earliest,
  CASE WHEN events.time_source < 5 THEN coalesce(events.latest, events.time + events.uncertainty) ELSE events.time END
    AS latest
FROM events JOIN kinds ON kinds.id = events.kind
WHERE events.run IS NOT NULL AND events.occurrences IS NULL AND kinds.name = 'kubeadm.token.deleted'
  AND coalesce(CASE WHEN events.time_source < 5 THEN events.time END <= :now, 1);

-- What was made more than once, or deleted in between, and whether another making may be later than the one that counts.
-- stage: remade
SELECT birth.thing, count(*) AS others, max(NOT coalesce(other.latest <= birth.earliest, other.source = birth.source, 0)) AS is_unsure
FROM birth JOIN makings AS other ON other.thing = birth.thing AND other.nth_of_run = 1 AND other.event <> birth.event
  AND NOT other.is_loose AND NOT other.is_dry_run
WHERE birth.kind = 'bootstrap-token' AND coalesce(other.run <> birth.run, 1)
GROUP BY birth.thing;

-- Whether a token was deleted after it was last seen alive: by the bounds of both, in one input by their lines, else nobody knows.
-- stage: deleted
SELECT thing, max(last_is_after) AS is_deleted, max(coalesce(last_is_after, 1)) AS may_be_deleted FROM (
  SELECT alive.thing, deletions.source, deletions.line,
    CASE WHEN min(is_after) = 0 THEN 0 WHEN count(is_after) = count(*) THEN 1 END AS last_is_after
  FROM (
    SELECT sighted.thing, sighted.public_id, deletions.rowid AS deletion,
      CASE WHEN deletions.earliest >= sighted.latest THEN 1 WHEN deletions.latest <= sighted.earliest THEN 0
        WHEN deletions.source = sighted.source THEN deletions.line > sighted.line
        -- What was made once was not deleted before.
        WHEN sighted.thing NOT IN (SELECT thing FROM remade) THEN 1 END AS is_after
    FROM deletions JOIN sighted ON sighted.kind = 'bootstrap-token' AND sighted.public_id = deletions.id
      AND sighted.role IN ('created', 'listed') AND NOT sighted.is_dry_run
  ) AS alive JOIN deletions ON deletions.rowid = alive.deletion
  GROUP BY alive.thing, alive.deletion)
GROUP BY thing;

-- Whether the listing is later than the making or the issue; null where nobody knows.
-- stage: orders
SELECT birth.thing,
  CASE WHEN listing.earliest >= birth.latest THEN 1 WHEN listing.latest <= birth.earliest THEN 0
    WHEN listing.source = birth.source THEN listing.line > birth.line END AS is_listing_later
FROM birth JOIN listing ON listing.thing = birth.thing;

-- stage: lives
SELECT gathered.thing, gathered.kind, gathered.name,
  iif(secrets.is_sealed, hex(secrets.identity) || hex(secrets.value), NULL) AS value,
  CASE gathered.kind WHEN 'certificate' THEN gathered.thing ELSE gathered.public_id END AS public_id,
  birth.time AS created_at, coalesce(birth.time_source, 6) AS time_source,
  birth.earliest, birth.latest, birth.event_id AS birth, birth.source, birth.line, birth.role,
  listing.event_id AS listing, listing.earliest AS listed_earliest, listing.latest AS listed_latest,
  gathered.sightings, gathered.only_dry_run, gathered.only_generated, gathered.endpoint, gathered.cluster,
  coalesce(gathered.ca_hashes, gathered.session_hashes, '[]') AS ca_hashes,
  CASE gathered.kind WHEN 'certificate' THEN gathered.place ELSE coalesce(birth.node, gathered.node) END AS node,
  coalesce(birth.run, gathered.run) AS run, birth.thing IS NOT NULL AS is_born,
  CASE gathered.kind WHEN 'certificate-key' THEN NULL WHEN 'certificate' THEN NULL
    ELSE coalesce(birth.ttl_s, CASE WHEN remade.thing IS NULL THEN gathered.ttl_s END) END AS given_ttl_s,
  CASE gathered.kind WHEN 'certificate-key' THEN 7200 WHEN 'certificate' THEN coalesce(birth.ttl_s, 31536000)
    ELSE coalesce(birth.ttl_s, CASE WHEN remade.thing IS NULL THEN gathered.ttl_s END, 86400) END AS ttl_s,
  -- The kubelet renews its certificates itself, long before their end.
  gathered.name IN ('kubelet-client', 'kubelet-serving') AND NOT coalesce(listing.is_ended, 0) AS is_rotated,
  CASE WHEN gathered.name IN ('kubelet-client', 'kubelet-serving') THEN 0
    ELSE CASE gathered.kind WHEN 'certificate-key' THEN 1800 WHEN 'certificate' THEN 2592000 ELSE 7200 END END
    AS threshold_s,
  coalesce(birth.cluster_key, gathered.cluster_key) AS cluster_key,
  -- What was made or issued after it was listed has another expiry.
  CASE WHEN birth.thing IS NULL THEN listing.expires_at
    WHEN listing.is_ended AND birth.time_source < 5
    THEN CASE WHEN abs(birth.time + birth.ttl_s * 1000000 - listing.expires_at) <= 3600000000 THEN listing.expires_at END
    WHEN orders.is_listing_later = 0 AND NOT (gathered.kind = 'bootstrap-token' AND birth.is_loose) THEN NULL
    ELSE listing.expires_at END AS listed_expires_at,
  -- Where a token was made anew, or a certificate renewed, nobody may know whether that was before the listing or after it.
  coalesce(remade.is_unsure, 0)
    OR orders.thing IS NOT NULL AND orders.is_listing_later IS NULL AND CASE gathered.kind
      WHEN 'certificate' THEN birth.role = 'renewed' AND NOT listing.is_ended
        AND coalesce(abs(birth.time + birth.ttl_s * 1000000 - listing.expires_at) > 3600000000, 1)
      ELSE remade.thing IS NOT NULL OR deleted.thing IS NOT NULL END
    OR coalesce(deleted.may_be_deleted AND deleted.is_deleted IS NOT 1, 0) AS is_unsure,
  listing.expires_within, listing.ttl_s = 0 AS is_endless, listing.usages, listing.description,
  coalesce(deleted.is_deleted, 0) AS is_deleted
FROM gathered
JOIN secrets ON secrets.id = gathered.secret
LEFT JOIN birth ON birth.thing = gathered.thing
LEFT JOIN listing ON listing.thing = gathered.thing
LEFT JOIN orders ON orders.thing = gathered.thing
LEFT JOIN remade ON remade.thing = gathered.thing
LEFT JOIN deleted ON deleted.thing = gathered.thing;

-- The printed expiry of a token that init made tells when that was, to the second, unless the token's life was set where
-- nobody saw it; the upload stands a few lines above it.
-- stage: dating
SELECT run, line, public_id, listed_expires_at - ttl_s * 1000000 AS moment
FROM lives
WHERE kind = 'bootstrap-token' AND role = 'created' AND listed_expires_at IS NOT NULL AND ttl_s > 0
  AND run IS NOT NULL
  AND listed_expires_at - ttl_s * 1000000
    BETWEEN coalesce(earliest, 0) - 2000000 AND coalesce(latest, 9223372036854775807 - 3000000) + 3000000;

-- stage: uploads
SELECT lives.thing, lives.public_id, lives.cluster_key, lives.source, lives.line, lives.node, lives.cluster,
  -- Ten minutes are more than kubeadm's limits for all that it does between the two.
  max(coalesce(lives.earliest, dating.moment - 600000000), coalesce(dating.moment - 600000000, lives.earliest))
    AS earliest,
  min(coalesce(lives.latest, dating.moment + 1000000), coalesce(dating.moment + 1000000, lives.latest)) AS latest,
  dating.public_id AS dated_by
FROM lives LEFT JOIN dating ON dating.run = lives.run AND dating.line > lives.line
WHERE lives.kind = 'certificate-key' AND lives.is_born AND NOT lives.only_dry_run AND lives.role = 'uploaded'
GROUP BY lives.thing;

-- upload-certs makes a token that nobody may use: when it ends, the Secret kubeadm-certs ends with it. Its listing
-- gives the key's expiry where, within the bounds of the upload, it fits and is no other upload's; it is printed in
-- whole seconds and made within moments after the line.
-- stage: fits
SELECT uploads.thing AS upload, proxies.thing AS proxy, proxies.public_id, proxies.listed_expires_at AS expires_at,
  count(*) OVER (PARTITION BY uploads.thing) AS choices
FROM uploads
JOIN lives AS proxies ON proxies.kind = 'bootstrap-token' AND proxies.usages = '[]'
  AND (proxies.cluster_key IS uploads.cluster_key OR proxies.cluster_key IS NULL OR uploads.cluster_key IS NULL)
WHERE uploads.earliest IS NOT NULL AND uploads.latest IS NOT NULL
  AND proxies.listed_expires_at - 7200000000 BETWEEN uploads.earliest - 1000000 AND uploads.latest + 3000000
  -- A listing from before the upload or after its end does not have its token.
  AND coalesce(proxies.listed_latest >= uploads.earliest, 1)
  AND coalesce(proxies.listed_earliest <= uploads.latest + 7200000000, 1);

-- stage: proxied
SELECT upload, min(expires_at) AS expires_at, max(expires_at) AS expires_latest,
  CASE count(*) WHEN 1 THEN max(public_id) ELSE count(*) || ' tokens' END AS proxy
FROM fits
WHERE choices = 1
  OR NOT EXISTS (
    SELECT 1 FROM fits AS sure WHERE sure.proxy = fits.proxy AND sure.choices = 1 AND sure.upload <> fits.upload)
GROUP BY upload;

-- stage: bounded
SELECT lives.*, coalesce(listed_expires_at, proxied.expires_at) AS printed_at, proxied.proxy, uploads.dated_by,
  CASE
    WHEN coalesce(listed_expires_at, proxied.expires_at) IS NOT NULL
    THEN coalesce(listed_expires_at, proxied.expires_at)
    -- A certificate's issue has to be dated: nobody waits for its end with the file at hand.
    WHEN is_born AND ttl_s > 0 AND (kind <> 'certificate' OR lives.earliest IS NOT NULL)
    THEN max(min(created_at, coalesce(uploads.latest, created_at)), coalesce(uploads.earliest, 0)) + ttl_s * 1000000
  END AS expires_at,
  -- kubeadm counts from within moments after it says so, in whole seconds.
  CASE WHEN listed_expires_at IS NOT NULL THEN listed_expires_at
    WHEN proxied.expires_at IS NOT NULL THEN proxied.expires_at
    WHEN is_born AND ttl_s > 0 THEN coalesce(uploads.earliest, lives.earliest) + ttl_s * 1000000 - 1000000
  END AS expires_earliest,
  CASE WHEN listed_expires_at IS NOT NULL THEN listed_expires_at + coalesce(expires_within, 0)
    WHEN proxied.expires_at IS NOT NULL THEN proxied.expires_latest
    WHEN is_born AND ttl_s > 0 AND (kind <> 'certificate' OR lives.earliest IS NOT NULL)
    THEN coalesce(uploads.latest, lives.latest) + ttl_s * 1000000 + 3000000
  END AS expires_latest
FROM lives
LEFT JOIN uploads ON uploads.thing = lives.thing
LEFT JOIN proxied ON proxied.upload = lives.thing;

-- Each upload of the certificates, also those whose key was not printed: the Secret kubeadm-certs is overwritten by each.
-- stage: overwrites
SELECT thing, public_id, source, line, earliest, latest, cluster_key, node, cluster FROM uploads
UNION ALL
SELECT NULL, NULL, events.source, events.line,
  CASE WHEN events.time_source < 5 THEN coalesce(events.earliest, events.time - events.uncertainty) END,
  CASE WHEN events.time_source < 5 THEN coalesce(events.latest, events.time + events.uncertainty) ELSE events.time END,
  coalesce(told.cluster, node_clusters.cluster), coalesce(events.node, sessions.node),
  coalesce(events.cluster, sessions.cluster)
FROM events
JOIN kinds ON kinds.id = events.kind AND events.occurrences IS NULL AND kinds.name = 'kubeadm.certs.uploaded'
LEFT JOIN sessions ON sessions.run = events.run
LEFT JOIN told ON told.run = events.run
LEFT JOIN node_clusters ON node_clusters.node = coalesce(events.node, sessions.node)
WHERE events.run IS NOT NULL AND NOT coalesce(sessions.is_dry_run, 0)
  -- kubeadm says so before it writes anything.
  AND NOT coalesce(sessions.outcome = 'failed' AND sessions.error LIKE '%phase upload-certs%', 0)
  AND NOT EXISTS (SELECT 1 FROM sightings WHERE sightings.event = events.id);

-- What nothing places is of the only cluster there is.
-- stage: clusters
SELECT iif(count(DISTINCT cluster_key) <= 1, coalesce(max(cluster_key), (SELECT max(cluster_key) FROM overwrites), ''), NULL)
  AS only
FROM lives WHERE kind <> 'certificate';

-- A later upload makes the older key useless at once; where the bounds do not tell which is the later, it may have. To hold
-- each against each would take the square of them: what is later and earlier is counted in the order of time, what stands in
-- one input in the order of lines. Bounds that contradict each other by a second are one moment.
-- stage: contenders
-- index: thing
SELECT *, coalesce(earliest <= :now, 1) AS is_other,
  -- The latest of several is the greatest of these, its id behind it.
  iif(latest IS NULL, '--------------------', printf('%020d', latest)) || (public_id IS NOT NULL) || coalesce(public_id, '') AS rank
FROM (
  SELECT row_number() OVER (ORDER BY source, line) AS id, thing, public_id, source, line, earliest,
    max(latest, coalesce(earliest, latest)) AS latest, coalesce(cluster_key, only) AS place
  FROM overwrites, clusters)
WHERE place IS NOT NULL;

-- Of each how many others are surely later and earlier by their bounds: of all, of its own input, and of its own line there.
-- stage: orders_of_time
-- index: id
SELECT id, max(rank) AS rank, sum(later) AS later, sum(earlier) AS earlier,
  sum(later_here) - sum(later_beside) AS later_here, sum(earlier_here) - sum(earlier_beside) AS earlier_here
FROM (
  SELECT id, max(rank) OVER beyond AS rank, count(rank) OVER beyond AS later, 0 AS earlier,
    count(rank) OVER (PARTITION BY place, source ORDER BY at DESC, id IS NULL) AS later_here, 0 AS earlier_here,
    count(rank) OVER (PARTITION BY place, source, line ORDER BY at DESC, id IS NULL) AS later_beside, 0 AS earlier_beside
  FROM (
    SELECT NULL AS id, place, source, line, earliest AS at, rank FROM contenders WHERE is_other AND earliest IS NOT NULL
    UNION ALL SELECT id, place, source, line, latest, NULL FROM contenders WHERE latest IS NOT NULL)
  WINDOW beyond AS (PARTITION BY place ORDER BY at DESC, id IS NULL)
  UNION ALL
  SELECT id, NULL, 0, count(rank) OVER (PARTITION BY place ORDER BY at, id IS NULL), 0,
    count(rank) OVER (PARTITION BY place, source ORDER BY at, id IS NULL), 0,
    count(rank) OVER (PARTITION BY place, source, line ORDER BY at, id IS NULL)
  FROM (
    SELECT NULL AS id, place, source, line, latest AS at, rank FROM contenders WHERE is_other AND latest IS NOT NULL
    UNION ALL SELECT id, place, source, line, earliest, NULL FROM contenders WHERE earliest IS NOT NULL))
WHERE id IS NOT NULL
GROUP BY id;

-- Of each what stands below it in its input: the latest, and one of which no end is known.
-- stage: orders_of_lines
SELECT *, sum(is_other) OVER (PARTITION BY place) AS others,
  sum(is_other) OVER (PARTITION BY place, source) - sum(is_other) OVER (PARTITION BY place, source, line) AS others_here,
  max(rank) FILTER (WHERE is_other AND latest IS NOT NULL) OVER below AS latest_below,
  max(rank) FILTER (WHERE is_other AND latest IS NULL) OVER below AS endless_below
FROM contenders
WINDOW below AS (
  PARTITION BY place, source ORDER BY line DESC GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING);

-- Also an upload that was never read leaves its token in a listing: whose end is later than a key's was made for a later key.
-- stage: newer_proxies
SELECT bounded.thing FROM bounded
JOIN (
  SELECT coalesce(cluster_key, only) AS place, max(listed_expires_at) AS last FROM lives, clusters
  WHERE kind = 'bootstrap-token' AND usages = '[]' AND description LIKE 'Proxy for managing TTL%'
    AND listed_expires_at - 7200000000 <= :now
  GROUP BY 1) AS proxies ON proxies.place = coalesce(bounded.cluster_key, (SELECT only FROM clusters))
WHERE bounded.kind = 'certificate-key' AND bounded.role = 'uploaded' AND NOT bounded.only_dry_run
  AND proxies.last > bounded.expires_latest;

-- Of several tokens that fit all but one are other uploads', and as many of those as are not known may be later ones.
-- stage: unaccounted
SELECT upload FROM fits
LEFT JOIN (
  SELECT mine.upload, count(DISTINCT theirs.upload) AS number
  FROM fits AS mine
  JOIN fits AS theirs ON theirs.proxy = mine.proxy AND theirs.upload <> mine.upload
  JOIN contenders AS one ON one.thing = mine.upload
  JOIN contenders AS other ON other.thing = theirs.upload AND other.place = one.place AND other.is_other
    AND (coalesce(one.earliest > other.latest, 0)
      OR (other.source = one.source AND other.line < one.line AND coalesce(one.latest >= other.earliest, 1)))
  GROUP BY mine.upload) AS earlier USING (upload)
WHERE choices - 1 > coalesce(number, 0)
GROUP BY upload;

-- A join that was refused with the key tells that it opened nothing by then: its Secret was gone, or was another key's.
-- stage: refusals
SELECT DISTINCT bounded.thing, failures.attributes ->> 'problem' AS problem,
  -- Unless it was uploaded afterwards.
  NOT bounded.is_born OR coalesce(bounded.latest <= CASE WHEN failures.time_source < 5
    THEN coalesce(failures.earliest, failures.time - failures.uncertainty) END, 0) AS is_sure
FROM bounded
JOIN sighted ON sighted.thing = bounded.thing AND sighted.role = 'used' AND sighted.run IS NOT NULL
JOIN events AS failures ON failures.run = sighted.run
JOIN kinds ON kinds.id = failures.kind AND kinds.name = 'kubeadm.session.ended'
WHERE bounded.kind = 'certificate-key'
  AND failures.attributes ->> 'problem' IN ('certificate-key-expired', 'certificate-key-wrong')
  AND coalesce(CASE WHEN failures.time_source < 5 THEN failures.time END <= :now, 1)
  AND coalesce(coalesce(failures.latest, failures.time + failures.uncertainty) > bounded.earliest, 1);

-- Of each what all others come to, and the latest of those that are later.
-- stage: rivalries
SELECT thing, later > 0 OR below IS NOT NULL AS is_superseded,
  -- Of the others that are neither later nor earlier those on other lines of its own input are in order by their lines.
  others - later - earlier > others_here - later_here - earlier_here AS is_contested,
  nullif(substr(max(rank, coalesce(below, '')), 22), '') AS superseded_by
FROM (
  SELECT lines.thing, lines.others - lines.is_other AS others, lines.others_here, coalesce(times.later, 0) AS later,
    coalesce(times.earlier, 0) AS earlier, coalesce(times.later_here, 0) AS later_here,
    coalesce(times.earlier_here, 0) AS earlier_here, coalesce(times.rank, '') AS rank,
    iif(coalesce(CAST(substr(latest_below, 1, 20) AS INTEGER) >= lines.earliest, latest_below IS NOT NULL),
      latest_below, endless_below) AS below
  FROM orders_of_lines AS lines LEFT JOIN orders_of_time AS times ON times.id = lines.id
  WHERE lines.thing IS NOT NULL);

-- stage: refused
SELECT thing, max(is_sure AND problem = 'certificate-key-expired') AS is_gone,
  max(is_sure AND problem = 'certificate-key-wrong') AS is_wrong, max(NOT is_sure) AS is_contested
FROM refusals GROUP BY thing;

-- stage: judged
SELECT bounded.*, coalesce(refused.is_gone, 0) AS is_gone,
  coalesce(rivalries.is_superseded, 0) OR bounded.thing IN (SELECT thing FROM newer_proxies)
    -- One that was never seen uploaded may have been mistyped.
    OR is_born AND coalesce(refused.is_wrong, 0) AS is_superseded,
  rivalries.superseded_by,
  coalesce(rivalries.is_contested, 0) OR bounded.thing IN (SELECT upload FROM unaccounted) OR is_unsure
    OR coalesce(refused.is_contested, 0) AS is_contested
FROM bounded
LEFT JOIN rivalries ON rivalries.thing = bounded.thing
LEFT JOIN refused ON refused.thing = bounded.thing;

-- stage: rated
SELECT kind, public_id AS id,
  value AS sealed, only_generated,
  name,
  -- A printed end tells the beginning better than a clock that was only near it.
  CASE WHEN printed_at IS NULL OR time_source < 3 THEN created_at
    WHEN is_born AND kind <> 'certificate' AND ttl_s > 0 THEN printed_at - ttl_s * 1000000 END
    AS created_at,
  expires_at, expires_earliest, expires_latest,
  CASE WHEN printed_at IS NOT NULL OR is_endless THEN 'printed' WHEN NOT is_born THEN 'none'
    WHEN kind = 'certificate' THEN iif(expires_at IS NULL, 'none', 'derived')
    WHEN given_ttl_s IS NOT NULL THEN 'flag' ELSE 'default-ttl' END AS expires_basis,
  CASE WHEN is_endless THEN 0 WHEN is_born AND (kind <> 'certificate' OR printed_at IS NULL) THEN ttl_s END AS ttl_s,
  CASE WHEN printed_at IS NOT NULL OR is_endless THEN 'stamped' WHEN dated_by IS NOT NULL THEN 'derived' ELSE
    CASE time_source WHEN 0 THEN 'stamped' WHEN 1 THEN 'klog' WHEN 2 THEN 'arrival' WHEN 3 THEN 'derived'
    WHEN 4 THEN 'given' WHEN 5 THEN 'file' ELSE 'none' END END AS time_source,
  CASE WHEN is_endless THEN 0 ELSE max(expires_at - expires_earliest, expires_latest - expires_at) / 1e6 END
    AS time_uncertainty_s,
  CASE
    WHEN only_dry_run THEN 'unknown'
    WHEN is_deleted THEN 'deleted'
    WHEN is_endless OR (printed_at IS NULL AND is_born AND ttl_s = 0) THEN 'never'
    WHEN is_gone THEN 'expired'
    WHEN expires_at IS NULL THEN 'unknown'
    WHEN :now >= expires_latest THEN iif(is_rotated OR is_unsure, 'unknown', 'expired')
    WHEN is_superseded THEN 'superseded'
    WHEN is_contested OR expires_earliest IS NULL OR :now >= expires_earliest THEN 'unknown'
    WHEN expires_at - :now < coalesce(:within, threshold_s) * 1000000 THEN 'expiring'
    ELSE 'valid'
  END AS state,
  superseded_by,
  (expires_at - :now) / 1e6 AS remaining_s,
  usages, description, endpoint, ca_hashes AS ca_cert_hashes, cluster, node,
  (SELECT substr(lower(hex(runs.digest)), 1, 16) FROM runs JOIN sessions ON sessions.run = runs.id
   WHERE runs.id = judged.run) AS session,
  sightings,
  CASE WHEN is_endless THEN 0
    ELSE coalesce(max(expires_at - expires_earliest, expires_latest - expires_at) > 5000000, 1)
      AND (printed_at IS NULL OR expires_latest - expires_earliest > 60000000) END AS approximate,
  cluster_key AS _cluster, is_born AND role = 'uploaded' AND NOT only_dry_run AS _is_uploaded, birth AS _birth,
  listing AS _listing, is_gone AS _is_gone, proxy AS _proxy, dated_by AS _dated_by,
  -- Why the state is not known.
  CASE WHEN only_dry_run THEN 'dry-run' WHEN only_generated THEN 'generated' WHEN is_deleted OR is_endless OR is_gone THEN NULL
    WHEN NOT is_born AND printed_at IS NULL THEN 'origin' WHEN expires_at IS NULL THEN 'clock'
    WHEN :now >= expires_latest AND is_rotated THEN 'rotation'
    WHEN is_unsure THEN 'order'
    WHEN :now >= expires_latest OR is_superseded THEN NULL WHEN is_contested THEN 'order'
    WHEN expires_earliest IS NULL OR :now >= expires_earliest THEN 'clock' END AS _doubt
FROM judged;

-- answer
SELECT kind, id,
  -- What was only generated is never shown whole: it opens nothing.
  CASE WHEN kind = 'certificate' THEN NULL WHEN :reveal AND NOT only_generated THEN sealed
    WHEN kind = 'bootstrap-token' THEN id || '.****************' ELSE '********' END AS value,
  name, created_at, expires_at, expires_earliest, expires_latest, expires_basis, ttl_s, time_source,
  time_uncertainty_s, state, superseded_by, remaining_s, usages, description, endpoint, ca_cert_hashes, cluster,
  node, session, sightings, approximate, _cluster, _birth, _listing, _is_gone, _proxy, _dated_by, _doubt
FROM rated
ORDER BY expires_at IS NULL, expires_at, kind, id
