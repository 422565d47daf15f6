-- How many cases and events each group has.
-- One row per group, the largest first.
SELECT grp, value, count(*) AS n_cases, sum(n_events)::BIGINT AS n_events, count(DISTINCT trace_no) AS n_variants
FROM compared_case
LEFT JOIN attribute_value ON attribute_value.attribute = $by AND attribute_value.code = grp
GROUP BY grp, value
ORDER BY n_cases DESC, value;
