-- The arcs of all cases, and those of each group by every attribute asked for.
-- One row per group and arc.
INSERT INTO arc
SELECT attribute, code, edge, count(*) FROM grouped_event GROUP BY ALL ORDER BY ALL;
