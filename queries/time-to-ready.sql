-- title: How long nodes took to become ready, and how long they were not
-- summary: One row a node. It joined when its node object was made, which its age tells, else when its session of kubeadm
-- summary: ended. Time not ready is what was seen between its sightings, with the reasons that not-ready-reasons lists;
-- summary: restarts of its kubelet are not known where nothing tells of a start.
-- uses: nodes
-- uses: not-ready-reasons
-- uses: kubelet-restarts
-- parameter: node text = null -- only this node
-- column: name text NAME
-- column: joined_at time JOINED
-- column: ready_at time READY
-- column: time_to_ready_s duration TO READY
-- column: not_ready_s duration NOT READY
-- column: not_ready_reasons json REASONS
-- column: restarts integer RESTARTS
-- column: cluster text
-- answer
SELECT names.node AS name, coalesce(readiness.made_at, youths.made_at, joined.time) AS joined_at, readiness.ready_at,
  iif(readiness.ready_at >= coalesce(readiness.made_at, joined.time),
    (readiness.ready_at - coalesce(readiness.made_at, joined.time)) / 1e6, NULL) AS time_to_ready_s,
  CASE WHEN NOT states.is_dated THEN NULL WHEN names.node IN (SELECT node FROM told_spans) THEN (
    SELECT sum(not_ready_s) FROM told_spans WHERE told_spans.node = names.node) ELSE 0 END AS not_ready_s,
  (SELECT json_group_array(reason) FROM (
    SELECT DISTINCT reason FROM span_reasons WHERE span_reasons.node = names.node AND reason IS NOT NULL ORDER BY reason))
    AS not_ready_reasons,
  (SELECT restarts FROM kubelet_starts WHERE kubelet_starts.node = names.node) AS restarts, firsts.cluster
FROM node_names AS names
LEFT JOIN node_states AS states ON states.node = names.node
LEFT JOIN node_youths AS youths ON youths.node = names.node
LEFT JOIN node_sightings AS firsts ON firsts.node = names.node
LEFT JOIN joined_nodes AS joined ON joined.node = names.node
LEFT JOIN node_readiness AS readiness ON readiness.node = names.node
WHERE :node IS NULL OR names.node = :node
ORDER BY names.node
