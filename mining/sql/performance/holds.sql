-- The recorded holds by their coded cause: from a suspension to the next turn of the same work in the case.
-- One row per group, cause and activity; group 0 has no value; `open` holds have not ended and add no time.
WITH turn AS (
    SELECT
        case_no,
        seq,
        activity,
        occurred_at,
        lifecycle,
        lead(occurred_at) OVER (PARTITION BY case_no, activity, item ORDER BY pos) AS next_at
    FROM work_turn
), told AS (
    SELECT seq, coalesce(attributes ->> '$.cause', '') AS cause
    FROM effective_event
    WHERE log_id = $log_id AND lifecycle = 'suspend'
)
SELECT
    coalesce(code, 0) AS code,
    cause,
    activity,
    count(*) AS n,
    count(*) FILTER (next_at IS NULL) AS n_open,
    coalesce(sum(epoch_us(next_at) - epoch_us(occurred_at)), 0)::BIGINT AS held
FROM turn
JOIN told USING (seq)
LEFT JOIN (SELECT case_no, code FROM case_attribute WHERE attribute = $attribute) USING (case_no)
WHERE lifecycle = 'suspend'
GROUP BY ALL;
