-- Where some positions of cases are: the case, the activity and its moment.
-- One row per position asked for, in the order asked; activity and moment are NULL where there is no position.
WITH asked AS (
    SELECT
        unnest($case_no::INTEGER[]) AS case_no,
        unnest($pos::INTEGER[]) AS pos,
        unnest(range(len($pos::INTEGER[]))) AS place
)
SELECT case_id, nullif(asked.pos, -1) AS "position", name AS activity, occurred_at
FROM asked
JOIN trace USING (case_no)
LEFT JOIN trace_event ON trace_event.case_no = asked.case_no AND trace_event.pos = asked.pos
LEFT JOIN activity_code ON activity_code.code = trace_event.activity
ORDER BY place
