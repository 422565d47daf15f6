-- The groups that an attribute parts the cases into, and how many cases and variants each has.
-- One row per group, the largest first; the value is NULL (code 0) for cases without one.
SELECT
    coalesce(grouped.code, 0) AS code,
    any_value(value) AS value,
    count(*) AS n_cases,
    sum(n_events)::BIGINT AS n_events,
    count(DISTINCT variant) AS n_variants
FROM trace
LEFT JOIN (SELECT case_no, code FROM case_attribute WHERE attribute = $attribute) AS grouped USING (case_no)
LEFT JOIN attribute_value AS told ON told.attribute = $attribute AND told.code = grouped.code
GROUP BY 1
ORDER BY n_cases DESC, code;
