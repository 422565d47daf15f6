-- What directly follows the last activities of reported cases, everywhere in the log. One row per pair of activities.
WITH arc AS (
    SELECT edge, count(*) AS n FROM trace_event GROUP BY edge
), pair AS (
    SELECT edge // stride AS source, edge % stride AS target, n FROM arc CROSS JOIN shape
)
SELECT source.name, target.name, n
FROM pair
SEMI JOIN stall_reported ON stall_reported.activity = pair.source
JOIN activity_code AS source ON source.code = pair.source
JOIN activity_code AS target ON target.code = pair.target
WHERE target.code NOT IN (SELECT activity FROM norm_ending_activity WHERE ending = 'failed')
ORDER BY source.name, n DESC, target.name
