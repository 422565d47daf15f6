-- The same for each group of cases that share the value of an attribute.
-- One row per group and arc; `edge` packs source and target, target 0 is the case's end.
SELECT
    code,
    edge,
    count(*) AS frequency,
    avg(waited) AS mean,
    quantile_cont(waited, [0.5, 0.9]) AS quantiles
FROM trace_event
JOIN (SELECT case_no, code FROM case_attribute WHERE attribute = $attribute) USING (case_no)
GROUP BY ALL;
