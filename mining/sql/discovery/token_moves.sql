-- The moves of up to $sample cases, evenly taken: which arc, when it began, how long it took, in seconds.
-- One row per event with a successor in the sampled cases, by time.
WITH sampled AS (
    SELECT case_no
    FROM (
        SELECT case_no, row_number() OVER (ORDER BY case_no) - 1 AS place, count(*) OVER () AS n
        FROM trace WHERE start_at IS NOT NULL
    )
    WHERE n <= $sample OR floor(place * $sample / n) > floor((place - 1) * $sample / n)
)
SELECT case_no, edge, epoch(occurred_at) AS began, wait / 1e6 AS seconds
FROM trace_event SEMI JOIN sampled USING (case_no)
WHERE wait IS NOT NULL AND occurred_at IS NOT NULL AND edge % (SELECT stride FROM shape) > 0
ORDER BY began, case_no, pos;
