-- How many of the cases that came to a good end have done each activity, and where in the case it came.
-- One row per activity.
WITH good AS (SELECT case_no FROM norm_case WHERE state IN ('completed', 'ended'))
SELECT
    activity_code.name,
    count(*) / (SELECT count(*) FROM good) AS share,
    median(trace_event.pos) AS place,
    (SELECT count(*) FROM good) AS n
FROM trace_event
SEMI JOIN good USING (case_no)
JOIN activity_code ON activity_code.code = trace_event.activity
WHERE occ = 1
GROUP BY ALL
