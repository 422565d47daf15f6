-- A case attribute: of the values an object takes, the latest that no correction has taken back.
-- One row per case of `wanted_case` that has a value.
CREATE OR REPLACE TEMP TABLE found_value AS
WITH latest AS (
    SELECT corrects AS event_key, max(seq) AS seq
    FROM main.event
    WHERE log_id = $log_id AND correction IS NOT NULL
    GROUP BY corrects
), taken_back AS (
    SELECT event.seq
    FROM main.event SEMI JOIN latest ON latest.event_key = event.event_key
    WHERE log_id = $log_id AND correction IS NULL
    UNION ALL
    SELECT seq
    FROM main.event
    WHERE
        log_id = $log_id AND correction IS NOT NULL
        AND (correction = 'void' OR seq NOT IN (SELECT latest.seq FROM latest))
), told AS (
    SELECT object_id, json_extract(attributes, $pointer)::VARCHAR AS value, '-infinity'::TIMESTAMPTZ AS told_at, 0 AS seq
    FROM (
        SELECT object_id, attributes
        FROM main.object SEMI JOIN wanted_case ON wanted_case.case_id = object.object_id
        WHERE log_id = $log_id
    )
    UNION ALL
    SELECT object_id, value::VARCHAR, changed_at, coalesce(seq, 0)
    FROM main.object_change
    WHERE log_id = $log_id AND name = $name AND (seq IS NULL OR seq NOT IN (FROM taken_back))
)
SELECT case_no, arg_max(value, (told_at, seq)) AS value
FROM told JOIN wanted_case ON wanted_case.case_id = told.object_id
WHERE value <> 'null'
GROUP BY case_no;
