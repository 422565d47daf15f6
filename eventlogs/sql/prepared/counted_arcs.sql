-- Count the arcs anew that touched cases have or had; an arc that nobody goes any more goes.
-- One row per group and arc.
INSERT INTO moved_arc
SELECT attribute, code, edge, count(*)
FROM grouped_event
WHERE case_no IN (SELECT case_no FROM compiled_case)
GROUP BY ALL;

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
