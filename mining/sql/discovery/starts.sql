-- With which activity cases start.
-- One row per group and activity; without an attribute every case is in group 0.
SELECT coalesce(code, 0) AS code, activities[1] AS activity, count(*) AS n_cases
FROM trace
JOIN variant USING (variant)
LEFT JOIN (SELECT case_no, code FROM case_attribute WHERE attribute = $attribute) USING (case_no)
GROUP BY ALL;
