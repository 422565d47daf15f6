-- The cases to compile, numbered: a known case keeps its number.
-- One row per case.
CREATE OR REPLACE TEMP TABLE compiled_case AS
WITH found AS (
    SELECT case_id, min(place) AS first_place
    FROM chosen_event($log_id, $object_type, $lifecycles)
    GROUP BY case_id
    HAVING case_id <> ''
)
SELECT
    found.case_id,
    coalesce(
        known.case_no,
        (SELECT coalesce(max(case_no), -1) FROM trace)
        + row_number() OVER (PARTITION BY known.case_no IS NULL ORDER BY first_place, found.case_id)
    )::INTEGER AS case_no
FROM found LEFT JOIN trace AS known ON known.case_id = found.case_id;
