-- How often each activity directly follows another, and how long it waited: seconds between their times.
-- One row per arc; `edge` packs source and target, target 0 is the case's end.
SELECT
    0 AS code,
    edge,
    count(*) AS frequency,
    avg(wait) / 1e6 AS mean_seconds,
    quantile_cont(wait, [0.5, 0.9]) AS quantiles
FROM trace_event
GROUP BY edge;
