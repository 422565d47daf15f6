-- What directly follows the last activities of reported cases, everywhere in the log. One row per pair of activities.
SELECT source.name, target.name, count(*) AS n
FROM trace_event
SEMI JOIN stall_reported ON stall_reported.activity = trace_event.activity
JOIN activity_code AS source ON source.code = trace_event.activity
JOIN activity_code AS target ON target.code = edge % (SELECT stride FROM shape)
WHERE target.code NOT IN (SELECT activity FROM norm_ending_activity WHERE ending = 'failed')
GROUP BY ALL
ORDER BY source.name, n DESC, target.name
