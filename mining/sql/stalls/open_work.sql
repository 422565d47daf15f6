-- The work that was open when a case which did not go well came to its end, or still is.
-- One row per work item, told by its first event; `role` is whom it is meant for, `taken` if somebody had it in hand.
CREATE OR REPLACE TEMP TABLE stall_item AS
WITH item AS (
    SELECT
        turn.case_no,
        arg_min(word_no, turn.seq) AS first_word,
        arg_max(word_no, turn.seq) FILTER (has_role) AS role_word,
        min(turn.occurred_at) FILTER (lifecycle = 'schedule') AS offered_at,
        bool_or(lifecycle IN ('start', 'assign', 'reassign')) AS taken
    FROM stall_turn AS turn
    JOIN stall_last AS last USING (case_no)
    WHERE turn.item IS NOT NULL
    GROUP BY turn.case_no, turn.item
    HAVING NOT bool_or(ends AND (over_at IS NULL OR lifecycle <> 'withdraw' OR turn.occurred_at < over_at))
)
SELECT case_no, first_word, role_word, first.activity, offered_at, taken
FROM item
JOIN stall_word AS first ON first.word_no = first_word;
