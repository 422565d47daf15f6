-- Every halt of a whole case, and of single work items where the case itself was not halted at that moment.
-- One row per halt, with the step before which it stood: the one its record names, else the next one done.
WITH halt AS MATERIALIZED (
    SELECT DISTINCT hold.* EXCLUDE (activity), if(of_item, activity, NULL) AS step
    FROM stall_hold AS hold
    ANTI JOIN stall_hold AS whole
        ON hold.of_item AND NOT whole.of_item
        AND whole.case_no = hold.case_no AND whole.began_at = hold.began_at
), going_on AS MATERIALIZED (
    SELECT halt.case_no, halt.ended_at, min(event.pos) AS pos
    FROM halt
    JOIN trace_event AS event ON event.case_no = halt.case_no AND event.occurred_at >= halt.ended_at
    WHERE event.activity NOT IN (SELECT activity FROM norm_ending_activity WHERE ending = 'failed')
    GROUP BY ALL
), after AS (
    SELECT going_on.case_no, ended_at, activity_code.name AS step
    FROM going_on
    JOIN trace_event AS event USING (case_no, pos)
    JOIN activity_code ON activity_code.code = event.activity
)
SELECT
    trace.case_id,
    coalesce(
        halt.step, if(list_contains($steps::VARCHAR[], halt.reason), halt.reason, NULL), after.step
    ) AS step,
    halt.cause,
    epoch_us(halt.began_at),
    epoch_us(halt.ended_at),
    epoch_us(halt.until_at)
FROM halt
JOIN trace USING (case_no)
LEFT JOIN after ON after.case_no = halt.case_no AND after.ended_at = halt.ended_at
ORDER BY halt.began_at, trace.case_id
