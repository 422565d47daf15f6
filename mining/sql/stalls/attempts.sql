-- Deeds of reported cases that last did not go well, or were taken back. One row per case and activity.
SELECT
    reported.case_id,
    turn.activity,
    count(*) FILTER (result <> 'done') AS times,
    arg_max(result, turn.seq) AS result,
    max(turn.occurred_at) AS last_at
FROM stall_turn AS turn
JOIN stall_reported AS reported USING (case_no)
WHERE result IS NOT NULL
GROUP BY reported.case_id, turn.activity
HAVING arg_max(result, turn.seq) <> 'done'
ORDER BY reported.case_id, max(turn.seq)
