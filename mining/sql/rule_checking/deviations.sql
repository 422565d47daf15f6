-- Where some positions of cases are: the case, the activity and its moment. $places is JSON: cases, then positions.
-- One row per position asked for, in the order asked; activity and moment are NULL where there is no position.
WITH given AS (
    SELECT from_json($places, '[["INTEGER"]]') AS places
), asked AS (
    SELECT
        unnest(places[1]) AS case_no,
        unnest(places[2]) AS pos,
        unnest(range(len(places[2]))) AS place
    FROM given
)
SELECT case_id, nullif(asked.pos, -1) AS "position", name AS activity, occurred_at
FROM asked
JOIN trace USING (case_no)
LEFT JOIN trace_event ON trace_event.case_no = asked.case_no AND trace_event.pos = asked.pos
LEFT JOIN activity_code ON activity_code.code = trace_event.activity
ORDER BY place
