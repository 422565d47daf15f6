-- How long cases have waited after each activity, or after a halt (activity -1), until they went on or gave up.
-- One row per wait; none where a halt still stood when the case went on.
CREATE OR REPLACE TEMP TABLE stall_wait AS
WITH halted AS (
    SELECT
        hold.case_no,
        event.pos,
        if(bool_or(hold.ended_at IS NULL), NULL, max(epoch_us(hold.ended_at)) - any_value(epoch_us(event.occurred_at))) AS lasted
    FROM stall_hold AS hold
    ASOF JOIN (SELECT case_no, pos, occurred_at FROM trace_event) AS event
        ON hold.case_no = event.case_no AND hold.began_at >= event.occurred_at
    GROUP BY hold.case_no, event.pos
)
SELECT
    if(halted.pos IS NULL, event.activity, -1) AS activity,
    norm_case.grp,
    if(halted.pos IS NULL, event.wait, event.wait - halted.lasted) AS wait
FROM trace_event AS event
JOIN norm_case USING (case_no)
LEFT JOIN halted ON halted.case_no = event.case_no AND halted.pos = event.pos
WHERE event.wait IS NOT NULL AND (halted.pos IS NULL OR event.wait > halted.lasted);
