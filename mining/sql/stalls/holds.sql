-- Every halt of work, of a whole case (it is then told by an activity that stands for it) or of one work item.
-- One row per suspension; `ended_at` is when the same thing next moved, NULL while it stands still.
CREATE OR REPLACE TEMP TABLE stall_hold AS
WITH turn AS (
    SELECT case_no, seq, coalesce(item, deed) AS thing, item IS NOT NULL AS of_item, lifecycle, occurred_at
    FROM stall_turn
    WHERE lifecycle NOT IN ('schedule', 'assign', 'reassign', 'unknown')
), followed AS (
    SELECT *, lead(occurred_at) OVER (PARTITION BY case_no, thing ORDER BY occurred_at, seq) AS ended_at
    FROM turn
    SEMI JOIN (SELECT case_no, thing FROM turn WHERE lifecycle = 'suspend') USING (case_no, thing)
)
SELECT
    case_no,
    of_item,
    recorded.activity,
    followed.occurred_at AS began_at,
    ended_at,
    json_extract_string(attributes, '/cause') AS cause,
    moment_of(attributes, 'until') AS until_at,
    json_extract_string(attributes, '/reason') AS reason
FROM followed
JOIN log_event($log_id) AS recorded USING (seq)
WHERE followed.lifecycle = 'suspend' AND recorded.lifecycle = 'suspend';
