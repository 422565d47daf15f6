-- Deeds of reported cases that last did not go well, or were taken back. One row per case and activity.
WITH attempt AS (
    SELECT
        reported.case_id,
        count(*) FILTER (result <> 'done') AS times,
        arg_max(result, turn.seq) AS result,
        max(turn.occurred_at) AS last_at,
        max(turn.seq) AS seq
    FROM stall_turn AS turn
    JOIN stall_reported AS reported USING (case_no)
    WHERE result IS NOT NULL
    GROUP BY reported.case_id, deed
    HAVING arg_max(result, turn.seq) <> 'done'
)
SELECT attempt.case_id, event.activity, times, result, epoch_us(last_at)
FROM attempt JOIN log_event($log_id) AS event USING (seq)
ORDER BY attempt.case_id, seq
