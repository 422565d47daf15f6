-- In how many cases anything is done again.
-- One row per group; group 0 has no value.
SELECT coalesce(code, 0) AS code, count(*) AS n_cases
FROM (SELECT DISTINCT case_no FROM trace_event WHERE occ = 2)
LEFT JOIN (SELECT case_no, code FROM case_attribute WHERE attribute = $attribute) USING (case_no)
GROUP BY 1;
