-- title: When certificates expire
-- summary: One row a certificate, the soonest first, those whose end is not known last. The kubelet renews its own.
-- uses: secrets
-- parameter: now time -- the moment that states and remaining times are for
-- parameter: within duration = null -- what is left when a certificate counts as expiring, instead of 30 d
-- column: name text CERTIFICATE
-- column: node text NODE
-- column: expires_at time EXPIRES
-- column: expires_earliest time
-- column: expires_latest time
-- column: expires_basis text BASIS
-- column: remaining_s duration LEFT
-- column: state text STATE
-- column: cluster text
-- column: approximate boolean
-- answer
SELECT name, node, expires_at, expires_earliest, expires_latest, expires_basis, remaining_s, state, cluster, approximate
FROM rated WHERE kind = 'certificate'
ORDER BY expires_at IS NULL, expires_at, name, node
