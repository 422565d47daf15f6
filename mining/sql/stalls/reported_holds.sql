-- The halts of reported cases that still stand, or after which nothing was done any more. One row per halt.
SELECT
    case_no, h.activity, h.of_item, epoch_us(h.began_at), epoch_us(h.ended_at), h.cause, epoch_us(h.until_at),
    h.reason
FROM stall_hold AS h
JOIN stall_reported AS r USING (case_no)
WHERE h.ended_at IS NULL OR h.ended_at >= r.last_at
ORDER BY h.began_at, h.of_item
