-- How many cases and variants, when they ran, and how long: seconds from a case's first event to its last.
-- One row.
SELECT
    count(*) AS cases,
    coalesce(sum(n_events), 0)::BIGINT AS events,
    (SELECT count(*) FROM variant) AS variants,
    min(start_at) AS first_event,
    max(end_at) AS last_event,
    avg(duration) / 1e6 AS mean_seconds,
    median(duration) / 1e6 AS median_seconds,
    stddev_samp(duration / 1e6) AS sample_std_seconds,
    min(duration) / 1e6 AS min_seconds,
    max(duration) / 1e6 AS max_seconds
FROM trace;
