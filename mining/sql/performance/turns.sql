-- Every transition of a piece of work, with the work item it moves where the log tells: an object of that type, or the instance
-- of the activity that XES logs name. One row per event that moves work, none of a log of completions alone; `item` is empty where nothing tells.
CREATE OR REPLACE TEMP TABLE work_turn AS
WITH told AS (
    SELECT
        seq,
        coalesce(
            list_filter(objects, lambda link: link.object_type = 'work_item')[1].object_id,
            attributes ->> '$."concept:instance"',
            ''
        ) AS item
    FROM log_event($log_id)
    WHERE NOT $plain
)
SELECT case_no, pos, seq, activity, role, actor, occurred_at, lifecycle_code.name AS lifecycle, coalesce(item, '') AS item
FROM trace_event
JOIN lifecycle_code ON lifecycle_code.code = trace_event.lifecycle
LEFT JOIN told USING (seq)
WHERE NOT $plain AND lifecycle_code.name NOT IN ('assign', 'reassign');
