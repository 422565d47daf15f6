-- A case attribute: of the values an object takes, the latest that no correction has taken back; else the one it starts with.
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
), changed AS (
    SELECT case_no, arg_max(value::VARCHAR, (changed_at, coalesce(seq, 0))) AS value
    FROM main.object_change JOIN wanted_case ON wanted_case.case_id = object_change.object_id
    WHERE
        log_id = $log_id AND name = $name AND value::VARCHAR <> 'null'
        AND (seq IS NULL OR seq NOT IN (FROM taken_back))
    GROUP BY case_no
), begun AS MATERIALIZED (
    SELECT case_no, nullif(json_extract(attributes, $pointer)::VARCHAR, 'null') AS value
    FROM main.object JOIN wanted_case ON wanted_case.case_id = object.object_id
    WHERE log_id = $log_id
)
SELECT case_no, coalesce(changed.value, begun.value) AS value
FROM begun FULL JOIN changed USING (case_no)
WHERE coalesce(changed.value, begun.value) IS NOT NULL;
