-- title: What was not understood
-- summary: Lines with a klog header that no rule matched, and tags of kubeadm's that nobody knows, by what they have in
-- summary: common. A new version shows here on its first day; for what is of interest write a rule.
-- column: kind text KIND
-- column: shape text SHAPE
-- column: count integer COUNT
-- column: sources integer SOURCES
-- column: path text FIRST IN
-- column: line integer LINE
-- column: sample text
SELECT unknown_lines.kind, unknown_lines.shape, sum(unknown_lines.count) AS count, count(*) AS sources,
  sources.path, unknown_lines.line, unknown_lines.sample
FROM unknown_lines JOIN sources ON sources.id = unknown_lines.source
GROUP BY unknown_lines.kind, unknown_lines.shape
HAVING min(unknown_lines.source)
ORDER BY count DESC, unknown_lines.kind, unknown_lines.shape
