-- How long the cases lasted to their end, or were watched if open.
-- One row per case whose events have times.
SELECT grp, layer, state, lasted / 1e6 AS seconds
FROM compared_case
WHERE lasted IS NOT NULL
ORDER BY grp, layer, state, seconds;
