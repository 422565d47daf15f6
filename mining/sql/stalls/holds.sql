-- Every halt of work, of a whole case (it is then told by an activity that stands for it) or of one work item.
-- One row per suspension; `ended_at` is when the same thing next moved, NULL while it stands still.
CREATE OR REPLACE TEMP TABLE stall_hold AS
WITH turn AS (
    SELECT
        case_no, seq, coalesce(item, deed::UBIGINT) AS thing, item IS NOT NULL AS of_item, word_no, lifecycle, occurred_at, halt
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
    activity,
    occurred_at AS began_at,
    ended_at,
    json_extract_string(halt, '/cause') AS cause,
    moment_of(halt, 'until') AS until_at,
    json_extract_string(halt, '/reason') AS reason
FROM followed
JOIN stall_word USING (word_no)
WHERE lifecycle = 'suspend';
