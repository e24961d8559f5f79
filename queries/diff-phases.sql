-- title: Two sessions side by side, phase by phase
-- summary: One row a phase in the order of the run; what only b has stands behind what it came after there. A status is
-- summary: missing where a session has no such phase. The difference is b less a, and null where either is not known.
-- uses: diff-sessions
-- parameter: a text = null -- one session, by the beginning of its id; else the last but one that is listed
-- parameter: b text = null -- the other; else the last that is listed
-- column: name text PHASE
-- column: a_duration_s duration A
-- column: b_duration_s duration B
-- column: difference_s duration B - A
-- column: a_basis text A BASIS
-- column: b_basis text B BASIS
-- column: a_status text A STATUS
-- column: b_status text B STATUS
-- stage: a_phases
SELECT told_phases.* FROM compared JOIN told_phases ON told_phases.run = compared.run WHERE side = 'a';

-- stage: b_phases
SELECT told_phases.* FROM compared JOIN told_phases ON told_phases.run = compared.run WHERE side = 'b';

-- stage: phases_of_both
SELECT a_phases.name, a_phases.ordinal, b_phases.ordinal AS b_ordinal FROM a_phases JOIN b_phases USING (name);

-- What only b has stands before what both have next, behind what only a has.
-- stage: phase_order
SELECT name, ordinal AS place, 0 AS place_in_b FROM a_phases
UNION ALL
SELECT name, coalesce((
    SELECT min(later.ordinal) - 0.5 FROM phases_of_both AS later WHERE later.ordinal > (
      SELECT coalesce(max(earlier.ordinal), 0) FROM phases_of_both AS earlier
      WHERE earlier.b_ordinal < b_phases.ordinal)), 1e9), ordinal
FROM b_phases WHERE name NOT IN (SELECT name FROM a_phases);

-- answer
SELECT phase_order.name, a.duration_s AS a_duration_s, b.duration_s AS b_duration_s,
  b.duration_s - a.duration_s AS difference_s, a.duration_basis AS a_basis, b.duration_basis AS b_basis,
  coalesce(a.status, 'missing') AS a_status, coalesce(b.status, 'missing') AS b_status
FROM phase_order
LEFT JOIN a_phases AS a ON a.name = phase_order.name
LEFT JOIN b_phases AS b ON b.name = phase_order.name
ORDER BY place, place_in_b
