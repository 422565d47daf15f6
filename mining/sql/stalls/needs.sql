-- How many of the cases that came to a good end have done each activity, and where in the case it came.
-- One row per activity.
CREATE OR REPLACE TEMP TABLE stall_need AS
WITH good AS (SELECT case_no FROM norm_case WHERE state IN ('completed', 'ended'))
SELECT
    trace_event.activity,
    any_value(activity_code.name) AS name,
    count(*) / (SELECT count(*) FROM good) AS share,
    median(trace_event.pos) AS place,
    (SELECT count(*) FROM good) AS n
FROM trace_event
SEMI JOIN good USING (case_no)
JOIN activity_code ON activity_code.code = trace_event.activity
WHERE occ = 1
GROUP BY trace_event.activity;
