-- title: Which cluster each node belongs to
-- summary: One row a node that a session of kubeadm tells of. A cluster is called what --cluster said, else by the hash of
-- summary: its CA, else by its endpoint; where sessions of one node tell of several, it belongs to none.
-- column: node text NODE
-- column: cluster text CLUSTER
-- Which cluster each session is about: what --cluster said, else the CA's hash, else where its join commands lead; a
-- session that says nothing is about the cluster of its node's other sessions, or about the only one there is.
-- stage: pins
SELECT ca_hashes ->> 0 AS hash, endpoint, cluster FROM sessions WHERE NOT is_dry_run
UNION
SELECT sightings.ca_hashes ->> 0, sightings.endpoint, events.cluster
FROM sightings JOIN events ON events.id = sightings.event;

-- stage: hash_names
SELECT hash, min(cluster) AS cluster FROM pins WHERE hash IS NOT NULL AND cluster IS NOT NULL
GROUP BY hash HAVING count(DISTINCT cluster) = 1;

-- stage: endpoint_hashes
SELECT endpoint, min(hash) AS hash FROM pins WHERE hash IS NOT NULL AND endpoint IS NOT NULL
GROUP BY endpoint HAVING count(DISTINCT hash) = 1;

-- stage: told
SELECT sessions.run, sessions.node, coalesce(sessions.cluster, hash_names.cluster,
  sessions.ca_hashes ->> 0, endpoint_hashes.hash, sessions.endpoint) AS cluster
FROM sessions
LEFT JOIN endpoint_hashes ON endpoint_hashes.endpoint = sessions.endpoint
LEFT JOIN hash_names ON hash_names.hash = coalesce(sessions.ca_hashes ->> 0, endpoint_hashes.hash);

-- stage: node_clusters
SELECT node, min(cluster) AS cluster FROM told WHERE node IS NOT NULL AND cluster IS NOT NULL
GROUP BY node HAVING count(DISTINCT cluster) = 1;

-- answer
SELECT node, cluster FROM node_clusters ORDER BY node
