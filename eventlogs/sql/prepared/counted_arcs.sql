-- Count the arcs anew that touched cases have or had; an arc that nobody goes any more goes.
-- One row per arc of all cases (attribute 0), and per arc of each group of cases by every attribute asked for.
INSERT INTO moved_arc
WITH come AS MATERIALIZED (
    SELECT case_no, edge FROM trace_event SEMI JOIN compiled_case USING (case_no)
)
SELECT 0, 0, edge, count(*) FROM come GROUP BY edge
UNION ALL
SELECT attribute, code, edge, count(*) FROM come JOIN case_attribute USING (case_no) GROUP BY ALL;

INSERT INTO moved_arc
SELECT attribute, code, edge, frequency FROM arc SEMI JOIN moved_arc USING (attribute, code, edge);

DELETE FROM arc
USING moved_arc AS moved
WHERE moved.attribute = arc.attribute AND moved.code = arc.code AND moved.edge = arc.edge;

INSERT INTO arc
SELECT attribute, code, edge, sum(frequency)::BIGINT AS n
FROM moved_arc
GROUP BY attribute, code, edge
HAVING n > 0;
