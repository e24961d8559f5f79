-- title: When the uploaded certificates expire
-- summary: One row an upload of certificates, newest first, with the moment its certificate key stops working, two hours
-- summary: after the upload whatever the join token's own life, and the bounds of that moment. An upload whose key was not
-- summary: printed has no key.
-- uses: secrets
-- parameter: now time -- the moment that states and remaining times are for
-- parameter: within duration = null -- what is left when a key counts as expiring, instead of 30 min
-- column: id text KEY
-- column: uploaded_at time UPLOADED
-- column: expires_at time EXPIRES
-- column: expires_earliest time
-- column: expires_latest time
-- column: remaining_s duration LEFT
-- column: state text STATE
-- column: node text NODE
-- column: cluster text
-- column: approximate boolean
-- answer
SELECT id, created_at AS uploaded_at, expires_at, expires_earliest, expires_latest, remaining_s, state, node, cluster,
  approximate
FROM rated WHERE kind = 'certificate-key' AND _is_uploaded
UNION ALL
SELECT NULL, NULL, NULL, earliest + 7200000000, latest + 7200000000, NULL,
  CASE WHEN :now >= latest + 7200000000 THEN 'expired' ELSE 'unknown' END, node, cluster, 1
FROM overwrites WHERE thing IS NULL
ORDER BY uploaded_at DESC, expires_latest DESC, id
