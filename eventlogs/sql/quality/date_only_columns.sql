-- Attributes that are moments, all of them at midnight in the log's zone or at UTC, or (ten at least) at no more
-- than two times of the day, full hours, as midnight of another zone is: dates without a time.
-- One row per example, with how many such attributes there are.
WITH held AS (
    SELECT case_id, event_key, attributes::VARCHAR AS attributes, seq
    FROM effective_event
    WHERE log_id = $log_id AND contains(attributes::VARCHAR, '"$time"')
    UNION ALL
    SELECT object_id, '', attributes::VARCHAR, 0
    FROM object
    WHERE log_id = $log_id AND contains(attributes::VARCHAR, '"$time"')
), moment AS (
    -- The text of the JSON is searched, not parsed: that is several times as fast.
    SELECT
        case_id, event_key, seq,
        unnest(regexp_extract_all(attributes, '"((?:[^"\\]|\\.)*)":\{"\$time":"([^"]*)"\}', 1)) AS name,
        unnest(regexp_extract_all(attributes, '"((?:[^"\\]|\\.)*)":\{"\$time":"([^"]*)"\}', 2)) AS text
    FROM held
), local AS (
    SELECT *, moment AT TIME ZONE $timezone AS here, moment AT TIME ZONE 'UTC' AS there
    FROM (SELECT *, try_cast(text AS TIMESTAMPTZ) AS moment FROM moment)
), found AS (
    SELECT
        name, arg_min(case_id, seq) AS case_id, arg_min(event_key, seq) AS event_key,
        arg_min(text, seq) AS text
    FROM local
    GROUP BY name
    HAVING
        bool_and(here = date_trunc('day', here))
        OR bool_and(there = date_trunc('day', there))
        OR count(*) >= 10 AND count(DISTINCT there::TIME) <= 2 AND bool_and(there = date_trunc('hour', there))
)
SELECT case_id, event_key, name || ': ' || text AS value, count(*) OVER () AS n
FROM found
ORDER BY name
LIMIT $examples
