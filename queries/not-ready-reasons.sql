-- title: How long nodes were not ready, and why
-- summary: One row a span in which a node was not Ready, oldest first; its end is empty where nobody saw it. Reasons are
-- summary: cni, runtime, pleg, disk, certificate and api-server by what conditions and the node's own logs say of that time,
-- summary: and kubelet-silent where the control plane heard nothing; none where nothing says why. That a kubelet
-- summary: does not reach the API server is no reason while the node's own control plane is about to start.
-- uses: node-transitions
-- parameter: node text = null -- only this node
-- column: node text NODE
-- column: from time FROM
-- column: to time TO
-- column: not_ready_s duration LASTED
-- column: reasons json REASONS
-- column: said text SAID
-- column: cluster text
-- column: approximate boolean
-- stage: last_readings
-- index: node
SELECT readings.node, max(CASE WHEN is_dated THEN readings.time END) AS time, max(events.cluster) AS cluster
FROM readings JOIN events ON events.id = readings.event GROUP BY readings.node;

-- stage: not_ready_spans
SELECT node, nth, since, until, is_first, min(coalesce(until, 9e18), coalesce(last_seen, 9e18)) AS seen_until,
  approximate
FROM (
  SELECT node, nth, time AS since, status, is_first,
    (SELECT min(moment) FROM (
      SELECT next_time AS moment UNION ALL
      SELECT node_ends.time FROM node_ends WHERE node_ends.node = sights.node AND node_ends.time >= sights.time))
      AS until,
    (SELECT last_readings.time FROM last_readings WHERE last_readings.node = sights.node) AS last_seen,
    approximate
  FROM (
    SELECT node, nth, time, status, was IS NULL AS is_first, lead(time) OVER (PARTITION BY node ORDER BY nth) AS next_time,
      uncertainty IS NULL OR uncertainty > 5000000 AS approximate
    FROM changes WHERE is_dated) AS sights
  WHERE status <> 'Ready');

-- When a node's own control plane was about to start, which its kubelet does not reach before it is there: while an init or
-- a join that succeeded ran, and for five minutes after it, as problems have it; and two minutes of a first start.
-- stage: control_planes
SELECT node FROM observations, json_each(observations.roles) WHERE value IN ('control-plane', 'master')
UNION
SELECT sessions.node FROM sessions
WHERE sessions.node IS NOT NULL AND sessions.outcome = 'succeeded' AND NOT sessions.is_dry_run
  AND (sessions.command = 'init' OR (sessions.command = 'join' AND EXISTS (
    SELECT 1 FROM events AS marks JOIN kinds AS mark_kinds ON mark_kinds.id = marks.kind
    WHERE marks.run = sessions.run AND mark_kinds.name = 'kubeadm.phase.started'
      AND marks.attributes ->> 'phase' = 'mark-control-plane')));

-- stage: kubelet_beginnings
SELECT node, time FROM (
  SELECT events.node, events.time, lag(coalesce(events.last_time, events.time)) OVER (
    PARTITION BY events.node ORDER BY events.time, events.id) AS before
  FROM events JOIN kinds ON kinds.id = events.kind AND events.occurrences IS NULL
  WHERE events.time_source < 5 AND (kinds.name = 'kubelet.start.version'
    OR (kinds.name = 'systemd.unit.started' AND events.message LIKE '%kubelet%')))
WHERE before IS NULL OR time - before > 600000000;

-- stage: boots
-- index: node, since
SELECT sessions.node, began.time AS since, ended.time + 300000000 AS until
FROM sessions
JOIN kinds AS beginnings ON beginnings.name = 'kubeadm.session.started'
JOIN events AS began ON began.run = sessions.run AND began.kind = beginnings.id AND began.occurrences IS NULL AND began.time_source < 5
JOIN kinds AS endings ON endings.name = 'kubeadm.session.ended'
JOIN events AS ended ON ended.run = sessions.run AND ended.kind = endings.id AND ended.time_source < 5
WHERE sessions.outcome = 'succeeded' AND NOT sessions.is_dry_run AND sessions.command IN ('init', 'join')
  AND sessions.node IN (SELECT node FROM control_planes)
UNION ALL
SELECT node, time, time + 120000000 FROM kubelet_beginnings WHERE node IN (SELECT node FROM control_planes);

-- What may tell why: the Ready condition with its message, and what the node's own programs say. A control plane waits up
-- to 50 s before it calls a node that fell silent not ready; what a new node said before it was there is of its start.
-- stage: complaints
-- index: node, time
SELECT events.node, events.time, coalesce(events.last_time, events.time) AS last_time,
  kinds.name AS kind, events.count,
  coalesce(events.attributes ->> 'message', events.attributes ->> 'reasons', events.attributes ->> 'detail',
    observations.reason, events.message) AS said,
  observations.event IS NOT NULL AS is_condition,
  kinds.name || ' ' || coalesce(observations.reason, '') || ' ' || events.message || ' ' || coalesce(events.attributes, '')
    AS text
FROM events JOIN kinds ON kinds.id = events.kind
LEFT JOIN observations ON observations.event = events.id
WHERE events.node IS NOT NULL AND events.time_source < 5 AND (
  (observations.status <> 'Ready' AND observations.reason IS NOT NULL)
  OR kinds.name IN ('kubelet.runtime.network-not-ready', 'kubelet.runtime.cni-config-missing', 'runtime.cni-missing',
    'kubelet.pod.network-not-ready', 'kubelet.runtime.not-ready', 'kubelet.runtime.check-failed', 'kubelet.sync.skipped',
    'kubelet.start.runtime-unavailable', 'kubelet.pleg.relist-failed', 'kubelet.pleg.unhealthy',
    'kubelet.eviction.reclaiming', 'kubelet.eviction.must-evict', 'kubelet.eviction.pod-evicted',
    'kubelet.image-gc.threshold', 'kubelet.image-gc.failed', 'kubelet.certificate.expired',
    'kubelet.certificate.client-expired', 'kubelet.certificate.bootstrap-expired', 'kubelet.tls.handshake-failed',
    'kubelet.lease.update-failed', 'kubelet.lease.ensure-failed', 'kubelet.node-status.update-failed',
    'kubelet.node-status.given-up', 'kubelet.api.watch-failed', 'api.unreachable'));

-- How long one of them lasts at most: those of a span are looked up by when they began.
-- stage: longest_complaint
SELECT coalesce(max(last_time - time), 0) AS lasts FROM complaints;

-- stage: span_reasons
-- index: node, nth
SELECT not_ready_spans.node, nth, complaints.said, complaints.is_condition, complaints.time,
  CASE
    WHEN text LIKE '%x509:%' OR text LIKE '%certificate has expired%' OR kind LIKE 'kubelet.certificate.%'
      OR kind = 'kubelet.tls.handshake-failed' THEN 'certificate'
    WHEN text LIKE '%NetworkPluginNotReady%' OR text LIKE '%cni %' OR text LIKE '%cni-%'
      OR kind LIKE '%.network-not-ready' THEN 'cni'
    WHEN text LIKE '%runtime is down%' THEN 'runtime'
    -- Every kubelet says so while it starts.
    WHEN kind = 'kubelet.sync.skipped' AND text LIKE '%pleg has yet to be successful%' THEN NULL
    WHEN text LIKE '%PLEG%' THEN 'pleg'
    WHEN kind LIKE 'kubelet.eviction.%' OR kind LIKE 'kubelet.image-gc.%' OR text LIKE '%DiskPressure%'
      OR text LIKE '%no space left%' OR text LIKE '%missing node capacity%ephemeral-storage%' THEN 'disk'
    WHEN kind LIKE 'kubelet.runtime.%' OR kind = 'kubelet.start.runtime-unavailable'
      OR text LIKE '%runtime not ready%' OR text LIKE '%RuntimeReady=false%' THEN 'runtime'
    WHEN (kind LIKE 'kubelet.lease.%' OR kind LIKE 'kubelet.node-status.%' OR kind LIKE '%api.%') AND EXISTS (
      SELECT 1 FROM boots
      WHERE boots.node = complaints.node AND complaints.time >= boots.since AND complaints.last_time <= boots.until) THEN NULL
    WHEN (kind LIKE 'kubelet.lease.%' OR kind LIKE 'kubelet.node-status.%' OR kind LIKE '%api.%') AND (
      text LIKE '%refused%' OR text LIKE '%time%out%' OR text LIKE '%deadline%' OR text LIKE '%no route%'
      OR text LIKE '%EOF%' OR text LIKE '%unreachable%' OR text LIKE '%reset by peer%' OR text LIKE '%no such host%') THEN 'api-server'
    WHEN text LIKE '%NodeStatusUnknown%' OR text LIKE '%stopped posting%' THEN 'kubelet-silent'
  END AS reason
FROM not_ready_spans
JOIN complaints ON complaints.node = not_ready_spans.node
  AND complaints.time >= not_ready_spans.since - 50000000 - (SELECT lasts FROM longest_complaint)
  AND complaints.last_time >= not_ready_spans.since
    - CASE WHEN is_condition THEN 1000000 WHEN is_first THEN 0 ELSE 50000000 END
  AND complaints.time < coalesce(not_ready_spans.until, 9e18);

-- stage: told_spans
-- index: node
SELECT node, nth, since, until, 
  -- A single sighting does not say how long.
  (coalesce(until, nullif(seen_until, since)) - since) / 1e6 AS not_ready_s,
  (SELECT json_group_array(reason) FROM (
    SELECT DISTINCT reason FROM span_reasons
    WHERE span_reasons.node = spans.node AND span_reasons.nth = spans.nth AND reason IS NOT NULL ORDER BY reason))
    AS reasons,
  (SELECT said FROM span_reasons WHERE span_reasons.node = spans.node AND span_reasons.nth = spans.nth
   ORDER BY reason IS NULL, is_condition DESC, length(said) DESC, time LIMIT 1) AS said,
  (SELECT cluster FROM last_readings WHERE last_readings.node = spans.node) AS cluster, approximate
FROM not_ready_spans AS spans;

-- answer
SELECT node, since AS "from", until AS "to", not_ready_s, reasons, said, cluster, approximate
FROM told_spans WHERE :node IS NULL OR node = :node
ORDER BY since, node
