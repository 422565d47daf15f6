-- Events far from all others: before 1970, at its first or Excel's day zero, after 2100, or further from the
-- middle half of the log's times than ten times its length (a year at least).
-- One row per example, the earliest first, with how many there are.
WITH middle AS (
    SELECT
        quantile_cont(epoch(occurred_at), 0.25) AS lower,
        quantile_cont(epoch(occurred_at), 0.75) AS upper
    FROM checked_event
), span AS (
    SELECT lower, upper, 10 * greatest(upper - lower, 365.25 * 86400) AS reach FROM middle
)
SELECT case_id, event_key, activity || ' ' || local_time::VARCHAR AS value, count(*) OVER () AS n
FROM checked_event, span
WHERE
    epoch(occurred_at) < lower - reach OR epoch(occurred_at) > upper + reach
    OR occurred_at < TIMESTAMPTZ '1970-01-02 00:00:00+00' OR occurred_at >= TIMESTAMPTZ '2100-01-01 00:00:00+00'
ORDER BY occurred_at, seq
LIMIT $examples
