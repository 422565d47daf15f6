-- The cases where one role, or one person, acts right after another.
-- One row per case.
WITH named AS (
    SELECT case_no, pos, if($person, actor_code.name, role_code.name) AS source
    FROM trace_event
    LEFT JOIN role_code ON role_code.code = trace_event.role
    LEFT JOIN actor_code ON actor_code.code = trace_event.actor
), followed AS (
    SELECT case_no, source, lead(source) OVER (PARTITION BY case_no ORDER BY pos) AS target FROM named
)
SELECT DISTINCT case_id
FROM followed JOIN trace USING (case_no)
WHERE source = $source AND target = $target
ORDER BY case_id
