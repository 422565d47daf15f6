-- An event attribute as an attribute of cases: the first value among a case's events.
-- One row per case of `wanted_case` that has a value.
CREATE OR REPLACE TEMP TABLE found_value AS
WITH told AS (
    SELECT
        place,
        CASE $name
            WHEN 'role' THEN to_json(role)
            WHEN 'actor' THEN to_json(actor)
            WHEN 'lifecycle' THEN to_json(lifecycle)
            ELSE json_extract(attributes, $pointer)
        END::VARCHAR AS value
    FROM standing_event($log_id)
)
SELECT case_no, arg_min(value, pos) AS value
FROM told
JOIN trace_event ON trace_event.seq = told.place
SEMI JOIN wanted_case USING (case_no)
WHERE value <> 'null'
GROUP BY case_no;
