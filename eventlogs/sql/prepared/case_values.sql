-- A case attribute: of the values an object takes, the latest that no correction has taken back.
-- One row per case of `wanted_case` that has a value.
CREATE OR REPLACE TEMP TABLE found_value AS
WITH told AS (
    SELECT object_id, json_extract(attributes, $pointer)::VARCHAR AS value, '-infinity'::TIMESTAMPTZ AS told_at, 0 AS seq
    FROM main.object
    WHERE log_id = $log_id
    UNION ALL
    SELECT object_id, value::VARCHAR, changed_at, coalesce(seq, 0)
    FROM main.object_change
    WHERE log_id = $log_id AND name = $name AND (seq IS NULL OR seq IN (SELECT seq FROM standing_event($log_id)))
)
SELECT case_no, arg_max(value, (told_at, seq)) AS value
FROM told JOIN wanted_case ON wanted_case.case_id = told.object_id
WHERE value <> 'null'
GROUP BY case_no;
