-- title: What is about to expire
-- summary: Tokens with less than 2 hours left, certificate keys with less than 30 minutes, certificates with less than 30
-- summary: days, the soonest first; --param within says otherwise for all of them.
-- uses: secrets
-- parameter: now time -- the moment that states and remaining times are for
-- parameter: within duration = null -- what is left when something counts as expiring, instead of 2 h, 30 min and 30 d
-- column: kind text KIND
-- column: id text ID
-- column: expires_at time EXPIRES
-- column: expires_earliest time
-- column: expires_latest time
-- column: expires_basis text BASIS
-- column: remaining_s duration LEFT
-- column: node text NODE
-- column: cluster text
-- column: approximate boolean
-- answer
SELECT kind, id, expires_at, expires_earliest, expires_latest, expires_basis, remaining_s, node, cluster, approximate
FROM rated WHERE state = 'expiring'
ORDER BY expires_at, kind, id
