-- Where in a case each activity usually first comes. One row per activity.
SELECT activity, name, median(pos) AS place, count(*) AS cases
FROM trace_event JOIN activity_code ON activity_code.code = trace_event.activity
WHERE occ = 1
GROUP BY ALL
ORDER BY place, activity
