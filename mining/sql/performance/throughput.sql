-- How long whole cases take: from the first offer, start or completion to the last completion.
-- One row per group; group 0 has no value.
SELECT
    coalesce(code, 0) AS code,
    avg(took) AS mean,
    quantile_cont(took, 0.5) AS median,
    quantile_cont(took, 0.9) AS p90
FROM (SELECT case_no, max(completed) - min(begun) AS took FROM span GROUP BY case_no)
LEFT JOIN (SELECT case_no, code FROM case_attribute WHERE attribute = $attribute) USING (case_no)
GROUP BY 1;
