-- The work that was open when a reported case came to its end, or still is.
-- One row per work item; `taken` if somebody had it in hand.
WITH turn AS (
    SELECT
        e.case_id,
        list_filter(e.objects, lambda o: o.object_type = 'work_item')[1].object_id AS item,
        e.activity,
        e.lifecycle,
        e.role,
        e.occurred_at,
        e.seq,
        e.attributes,
        r.over_at
    FROM effective_event AS e
    JOIN stall_reported AS r USING (case_id)
    WHERE e.log_id = $log_id AND len(e.objects) > 0
)
SELECT
    case_id,
    arg_min(activity, seq) AS activity,
    arg_max(coalesce(json_extract_string(attributes, '/role'), role), seq) AS role,
    min(occurred_at) FILTER (lifecycle = 'schedule') AS offered_at,
    bool_or(lifecycle IN ('start', 'assign', 'reassign')) AS taken
FROM turn
WHERE item IS NOT NULL
GROUP BY case_id, item
HAVING NOT coalesce(
        bool_or(
            lifecycle IN ('complete', 'manualskip', 'autoskip', 'withdraw', 'abort', 'pi_abort', 'ate_abort')
            AND (over_at IS NULL OR lifecycle <> 'withdraw' OR occurred_at < over_at)
        ),
        false
    )
ORDER BY case_id, offered_at, activity
