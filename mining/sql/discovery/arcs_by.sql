-- The same for each group of cases that share the value of an attribute.
-- One row per group and arc; `edge` packs source and target, target 0 is the case's end.
SELECT
    code,
    edge,
    count(*) AS frequency,
    avg(wait) / 1e6 AS mean_seconds,
    quantile_cont(wait, [0.5, 0.9]) AS quantiles
FROM trace_event
JOIN (SELECT case_no, code FROM case_attribute WHERE attribute = $attribute) USING (case_no)
GROUP BY ALL;
