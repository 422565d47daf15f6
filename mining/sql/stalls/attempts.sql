-- Deeds of reported cases that last did not go well, or were taken back. One row per case and activity.
WITH attempt AS (
    SELECT
        case_no,
        any_value(word_no) AS word_no,
        count(*) FILTER (result <> 'done') AS times,
        arg_max(result, turn.seq) AS result,
        max(turn.occurred_at) AS last_at,
        max(turn.seq) AS seq
    FROM stall_turn AS turn
    SEMI JOIN stall_reported USING (case_no)
    WHERE result IS NOT NULL
    GROUP BY case_no, deed
    HAVING arg_max(result, turn.seq) <> 'done'
)
SELECT case_no, activity, times, result, epoch_us(last_at)
FROM attempt JOIN stall_word USING (word_no)
ORDER BY seq
