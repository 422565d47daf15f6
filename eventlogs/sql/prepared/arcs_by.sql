-- The arcs of each group by one attribute.
-- One row per group and arc.
INSERT INTO arc
SELECT $attribute, code, edge, count(*)
FROM trace_event
JOIN (SELECT case_no, code FROM case_attribute WHERE attribute = $attribute) USING (case_no)
GROUP BY code, edge
ORDER BY code, edge;
