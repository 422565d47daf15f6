-- The arcs of all cases.
-- One row per arc.
INSERT INTO arc
SELECT 0, 0, edge, count(*) FROM trace_event GROUP BY edge ORDER BY edge;
