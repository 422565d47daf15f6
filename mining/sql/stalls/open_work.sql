-- The work that was open when a case which did not go well came to its end, or still is.
-- One row per work item; `role` is whom it is meant for, `taken` if somebody had it in hand.
CREATE OR REPLACE TEMP TABLE stall_item AS
SELECT
    turn.case_no,
    arg_min(turn.activity, turn.seq) AS activity,
    arg_max(role, turn.seq) AS role,
    min(turn.occurred_at) FILTER (lifecycle = 'schedule') AS offered_at,
    bool_or(lifecycle IN ('start', 'assign', 'reassign')) AS taken
FROM stall_turn AS turn
JOIN stall_last AS last USING (case_no)
WHERE turn.item IS NOT NULL
GROUP BY turn.case_no, turn.item
HAVING NOT coalesce(
        bool_or(
            lifecycle IN ('complete', 'manualskip', 'autoskip', 'withdraw', 'abort', 'pi_abort', 'ate_abort')
            AND (over_at IS NULL OR lifecycle <> 'withdraw' OR turn.occurred_at < over_at)
        ),
        false
    );
