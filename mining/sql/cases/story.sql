-- The events of one case in order; the gap before each, and the median gap of the same path in all cases.
-- One row per event.
WITH own AS (
    SELECT e.*, lag(edge) OVER (ORDER BY pos) AS edge_before, lag(wait) OVER (ORDER BY pos) AS gap
    FROM trace_event AS e
    WHERE case_no = (SELECT case_no FROM trace WHERE case_id = $case_id)
), usual AS (
    SELECT edge, median(wait) AS gap
    FROM trace_event
    WHERE edge IN (SELECT edge_before FROM own)
    GROUP BY edge
)
SELECT
    pos, activity_code.name, role_code.name, actor_code.name, lifecycle_code.name, occurred_at,
    own.gap / 1e6, usual.gap / 1e6
FROM own
JOIN activity_code ON activity_code.code = own.activity
LEFT JOIN role_code ON role_code.code = own.role
LEFT JOIN actor_code ON actor_code.code = own.actor
LEFT JOIN lifecycle_code ON lifecycle_code.code = own.lifecycle
LEFT JOIN usual ON usual.edge = own.edge_before
ORDER BY pos;
