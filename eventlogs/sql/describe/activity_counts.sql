-- How often each activity occurs.
-- One row per activity, the most frequent first.
SELECT name, n
FROM (SELECT activity AS code, count(*) AS n FROM trace_event GROUP BY activity)
JOIN activity_code USING (code)
ORDER BY n DESC, name;
