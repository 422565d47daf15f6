-- The waits in which halts began: when they ended, after the wait had begun; NULL where one stood to the wait's end.
-- One row per wait with a halt in it.
CREATE OR REPLACE TEMP TABLE stall_halted AS
WITH begun AS (
    SELECT hold.case_no, hold.began_at, hold.ended_at, max(event.pos) AS pos, max(event.occurred_at) AS wait_began_at
    FROM stall_hold AS hold
    JOIN trace_event AS event ON event.case_no = hold.case_no AND event.occurred_at <= hold.began_at
    GROUP BY ALL
)
SELECT
    case_no,
    pos,
    if(bool_or(ended_at IS NULL), NULL, max(epoch_us(ended_at)) - any_value(epoch_us(wait_began_at))) AS lasted
FROM begun
GROUP BY case_no, pos;

-- How long cases have waited after each activity, or after a halt (activity -1), until they went on to `target` or gave up.
-- One row per wait; none where a halt still stood when the case went on.
CREATE OR REPLACE TEMP TABLE stall_wait AS
SELECT
    if(halted.pos IS NULL, event.activity, -1) AS activity,
    norm_case.grp,
    event.edge % (SELECT stride FROM shape) AS target,
    if(halted.pos IS NULL, event.wait, event.wait - halted.lasted) AS wait
FROM trace_event AS event
JOIN norm_case USING (case_no)
LEFT JOIN stall_halted AS halted ON halted.case_no = event.case_no AND halted.pos = event.pos
WHERE event.wait IS NOT NULL AND (halted.pos IS NULL OR event.wait > halted.lasted);
