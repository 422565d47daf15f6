-- How often each activity directly follows another, and how long it waited, in the unit of the log (shape).
-- One row per arc; `edge` packs source and target, target 0 is the case's end.
SELECT
    0 AS code,
    edge,
    count(*) AS frequency,
    avg(waited) AS mean,
    quantile_cont(waited, [0.5, 0.9]) AS quantiles
FROM trace_event
GROUP BY edge;
