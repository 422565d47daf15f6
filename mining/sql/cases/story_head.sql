-- When a case began and ended, how long it took, and how many cases went the same way.
-- One row, none if there is no such case.
SELECT
    start_at, end_at, duration / 1e6,
    (SELECT count(*) FROM trace AS other WHERE other.variant = trace.variant) AS same_way
FROM trace
WHERE case_id = $case_id;
