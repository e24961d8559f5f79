-- title: How often kubelets started
-- summary: One row a node whose kubelet or its unit was seen to start, by what systemd and the kubelet itself say,
-- summary: whichever tells of more starts; failures are ends that systemd calls failed.
-- column: node text NODE
-- column: starts integer STARTS
-- column: restarts integer RESTARTS
-- column: failures integer FAILURES
-- column: first_start_at time FIRST
-- column: last_start_at time LAST
-- column: cluster text
-- stage: kubelet_starts
-- index: node
SELECT node, max(by_systemd, by_itself) AS starts, max(by_systemd, by_itself) - 1 AS restarts, failures,
  first_start_at, last_start_at, cluster
FROM (
  SELECT events.node,
    sum(CASE kinds.name WHEN 'systemd.unit.started' THEN events.count ELSE 0 END) AS by_systemd,
    sum(CASE kinds.name WHEN 'kubelet.start.version' THEN events.count ELSE 0 END) AS by_itself,
    sum(CASE kinds.name WHEN 'systemd.unit.failed' THEN events.count ELSE 0 END) AS failures,
    min(CASE WHEN kinds.name <> 'systemd.unit.failed' AND events.time_source < 5 THEN events.time END) AS first_start_at,
    max(CASE WHEN kinds.name <> 'systemd.unit.failed' AND events.time_source < 5
      THEN coalesce(events.last_time, events.time) END) AS last_start_at,
    max(events.cluster) AS cluster
  FROM events JOIN kinds ON kinds.id = events.kind AND events.occurrences IS NULL
  -- `unit started: kubelet.service`, before systemd 249 `Started kubelet: The Kubernetes Node Agent.`
  WHERE events.node IS NOT NULL AND (kinds.name = 'kubelet.start.version'
    OR (kinds.name IN ('systemd.unit.started', 'systemd.unit.failed') AND events.message LIKE '%kubelet%'))
  GROUP BY events.node)
WHERE max(by_systemd, by_itself) > 0;

-- answer
SELECT node, starts, restarts, failures, first_start_at, last_start_at, cluster FROM kubelet_starts
ORDER BY restarts DESC, node
