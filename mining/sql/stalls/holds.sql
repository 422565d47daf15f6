-- Every halt of work, of a whole case (`thing` is then an activity that stands for it) or of one work item.
-- One row per suspension; `ended_at` is when the same thing next moved, NULL while it stands still.
CREATE OR REPLACE TEMP TABLE stall_hold AS
WITH turn AS (
    SELECT
        trace.case_no,
        coalesce(list_filter(objects, lambda o: o.object_type = 'work_item')[1].object_id, activity) AS thing,
        len(list_filter(objects, lambda o: o.object_type = 'work_item')) > 0 AS of_item,
        activity,
        lifecycle,
        occurred_at,
        seq,
        attributes
    FROM effective_event
    JOIN trace USING (case_id)
    WHERE log_id = $log_id AND lifecycle NOT IN ('schedule', 'assign', 'reassign', 'unknown')
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
    json_extract_string(attributes, '/cause') AS cause,
    moment_of(attributes, 'until') AS until_at,
    json_extract_string(attributes, '/reason') AS reason
FROM followed
WHERE lifecycle = 'suspend';
