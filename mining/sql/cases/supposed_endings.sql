-- In a log that tells of no end: the cases whose last activity is one after which at least $share of its cases end.
-- Marks one row of norm_case per such case as ended.
UPDATE norm_case SET state = 'ended'
WHERE case_no IN (
    WITH last AS (
        SELECT case_no, arg_max(activity, pos) AS activity FROM trace_event GROUP BY case_no
    ), seen AS (
        SELECT activity, count(DISTINCT case_no) AS n FROM trace_event GROUP BY activity
    ), usual_end AS (
        SELECT activity FROM last JOIN seen USING (activity)
        GROUP BY activity, seen.n HAVING count(*) >= $share * seen.n
    )
    SELECT case_no FROM last SEMI JOIN usual_end USING (activity)
);
