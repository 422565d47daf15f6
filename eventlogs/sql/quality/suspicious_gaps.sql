-- Gaps between two events of a case far beyond those of the log: past the outer fence of their logarithms
-- (third quartile and three times the distance of the quartiles), of more than a day, in a hundred gaps or more.
-- One row per example, the longest first, with how many there are.
WITH gap AS (
    SELECT *, epoch(occurred_at) - epoch(latest_before) AS seconds
    FROM checked_event
    WHERE occurred_at > latest_before
), fence AS (
    SELECT
        quantile_cont(log10(seconds), 0.75)
        + 3 * (quantile_cont(log10(seconds), 0.75) - quantile_cont(log10(seconds), 0.25)) AS highest
    FROM gap
    HAVING count(*) >= 100
)
SELECT
    case_id, event_key, activity || ': ' || round(seconds / 86400)::BIGINT || ' d' AS value,
    count(*) OVER () AS n
FROM gap, fence
WHERE seconds > 86400 AND log10(seconds) > fence.highest
ORDER BY seconds DESC, seq
LIMIT $examples
