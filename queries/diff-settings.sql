-- title: What two sessions differ in: versions, flags, findings of the checks
-- summary: One row a thing that differs. A switch that was typed is true; a flag is null where it was not typed, or where
-- summary: the command line was not read. What nodes run is what was seen of them last.
-- uses: diff-sessions
-- uses: nodes
-- parameter: a text = null -- one session, by the beginning of its id; else the last but one that is listed
-- parameter: b text = null -- the other; else the last that is listed
-- column: kind text WHAT
-- column: name text NAME
-- column: a text A
-- column: b text B
-- stage: sides
SELECT side, told_sessions.* FROM compared JOIN told_sessions ON told_sessions.run = compared.run;

-- As many of each kind as query sessions tells.
-- stage: side_findings
SELECT side, kind, "check", message FROM (
  SELECT side, substr(kinds.name, 9) AS kind, events.attributes ->> 'check' AS "check",
    events.attributes ->> 'message' AS message, row_number() OVER (PARTITION BY side, kinds.id ORDER BY events.id) AS nth
  FROM sides CROSS JOIN events ON events.run = sides.run
  JOIN kinds ON kinds.id = +events.kind AND kinds.name IN ('kubeadm.preflight.error', 'kubeadm.preflight.warning'))
WHERE nth <= 1000;

-- stage: typed_words
SELECT side, key AS nth, value AS word, lead(value) OVER (PARTITION BY side ORDER BY key) AS next
FROM sides, json_each(arguments);

-- A switch takes no word after it. `-v5`, `-v=5` and `--v 5` are one flag.
-- stage: typed_flags
SELECT side, nth, CASE flag WHEN '-v' THEN '--v' ELSE flag END AS flag,
  CASE WHEN given IS NOT NULL THEN given
    WHEN next IS NULL OR next LIKE '-%' OR flag IN (
      '--upload-certs', '--experimental-upload-certs', '--control-plane', '--experimental-control-plane', '--dry-run',
      '--skip-token-print', '--skip-certificate-key-print', '--discovery-token-unsafe-skip-ca-verification',
      '--print-join-command', '--force', '-f', '--yes', '-y', '--cleanup-tmp-dir', '--allow-experimental-upgrades',
      '--allow-release-candidate-upgrades', '--print-config') THEN 'true'
    ELSE next END AS value
FROM (
  SELECT side, nth, next, CASE WHEN word GLOB '-v[0-9]*' THEN '-v' WHEN instr(word, '=') THEN substr(word, 1, instr(word, '=') - 1)
      ELSE word END AS flag,
    CASE WHEN word GLOB '-v[0-9]*' THEN substr(word, 3) WHEN instr(word, '=') THEN substr(word, instr(word, '=') + 1) END
      AS given
  FROM typed_words WHERE word LIKE '-%');

-- stage: settings
SELECT side, 1 AS place, 'session' AS kind, 'command' AS name, command AS value FROM sides
UNION ALL SELECT side, 2, 'session', 'kubernetes_version', kubernetes_version FROM sides
UNION ALL SELECT side, 3, 'session', 'control_plane_endpoint', control_plane_endpoint FROM sides
UNION ALL SELECT side, 4, 'session', 'cluster', cluster FROM sides
UNION ALL SELECT side, 5, 'session', 'dry_run', iif(dry_run, 'true', 'false') FROM sides
UNION ALL SELECT side, 6, 'session', 'outcome', outcome FROM sides
UNION ALL SELECT side, 7, 'session', 'failed_phase', failed_phase FROM sides
UNION ALL SELECT side, 8, 'session', 'waiting_for', waiting_for FROM sides
UNION ALL SELECT side, 9, 'session', 'error', error FROM sides
UNION ALL SELECT side, 10, 'flag', flag, group_concat(value, ', ') FROM (SELECT * FROM typed_flags ORDER BY nth)
  GROUP BY side, flag
UNION ALL SELECT side, iif(kind = 'preflight.error', 11, 12), replace(kind, '.', '-'), "check", group_concat(message, '; ')
  FROM side_findings GROUP BY side, kind, "check"
UNION ALL SELECT side, 13, 'node', 'kubelet_version', version FROM sides JOIN node_tables ON node_tables.node = sides.node
UNION ALL SELECT side, 14, 'node', 'container_runtime', coalesce(tables.container_runtime, wide.container_runtime)
  FROM sides JOIN node_tables AS tables ON tables.node = sides.node LEFT JOIN wide_tables AS wide ON wide.node = sides.node
UNION ALL SELECT side, 15, 'node', 'kernel_version', coalesce(tables.kernel_version, wide.kernel_version)
  FROM sides JOIN node_tables AS tables ON tables.node = sides.node LEFT JOIN wide_tables AS wide ON wide.node = sides.node
UNION ALL SELECT side, 16, 'node', 'os_image', coalesce(tables.os_image, wide.os_image)
  FROM sides JOIN node_tables AS tables ON tables.node = sides.node LEFT JOIN wide_tables AS wide ON wide.node = sides.node;

-- answer
SELECT names.kind, names.name, a.value AS a, b.value AS b
FROM (SELECT DISTINCT place, kind, name FROM settings) AS names
LEFT JOIN settings AS a ON a.side = 'a' AND a.kind = names.kind AND a.name = names.name
LEFT JOIN settings AS b ON b.side = 'b' AND b.kind = names.kind AND b.name = names.name
WHERE a.value IS NOT b.value
ORDER BY names.place, names.name
