-- The arcs of each group by one attribute.
-- One row per group and arc.
INSERT INTO arc
SELECT attribute, code, edge, count(*)
FROM trace_event JOIN case_attribute USING (case_no)
WHERE attribute = $attribute
GROUP BY ALL
ORDER BY ALL;
