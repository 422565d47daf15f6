-- The recorded holds by their coded cause: from a suspension to the next turn of the same work in the case.
-- One row per group and cause; group 0 has no value; `open` holds have not ended and add no time. A project put on hold
-- with all its open work is one hold, told by many events of one moment.
WITH turn AS (
    SELECT
        case_no,
        seq,
        occurred_at,
        lifecycle,
        lead(occurred_at) OVER (PARTITION BY case_no, activity, item ORDER BY pos) AS next_at
    FROM work_turn
), told AS (
    SELECT seq, coalesce(attributes ->> '$.cause', '') AS cause
    FROM effective_event
    WHERE log_id = $log_id AND lifecycle = 'suspend'
), hold AS (
    SELECT case_no, cause, occurred_at, if(bool_or(next_at IS NULL), NULL, max(next_at)) AS next_at
    FROM turn JOIN told USING (seq)
    WHERE lifecycle = 'suspend'
    GROUP BY ALL
)
SELECT
    coalesce(code, 0) AS code,
    cause,
    count(*) AS n,
    count(*) FILTER (next_at IS NULL) AS n_open,
    coalesce(sum(epoch_us(next_at) - epoch_us(occurred_at)), 0)::BIGINT AS held
FROM hold
LEFT JOIN (SELECT case_no, code FROM case_attribute WHERE attribute = $attribute) USING (case_no)
GROUP BY ALL;
