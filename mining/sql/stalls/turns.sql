-- What became of every piece of work, whatever transitions make a trace: each event of a case and the work item it moves.
-- One row per event.
CREATE OR REPLACE TEMP TABLE stall_turn AS
SELECT
    trace.case_no,
    seq,
    list_filter(objects, lambda o: o.object_type = 'work_item')[1].object_id AS item,
    activity,
    lifecycle,
    role,
    occurred_at
FROM effective_event
JOIN trace USING (case_id)
WHERE log_id = $log_id;
