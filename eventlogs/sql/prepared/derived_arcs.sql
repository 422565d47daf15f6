-- The arcs of a derived log, counted when asked for.
-- One row per group and arc, as in the table of that name (tables.sql).
DROP TABLE IF EXISTS arc;

CREATE VIEW arc AS
SELECT 0 AS attribute, 0 AS code, edge, count(*) AS frequency FROM trace_event GROUP BY edge
UNION ALL
SELECT attribute, code, edge, count(*) FROM trace_event JOIN case_attribute USING (case_no) GROUP BY ALL;
