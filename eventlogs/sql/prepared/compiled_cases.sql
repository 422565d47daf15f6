-- The cases to compile, numbered: a known case keeps its number. `first_row` is where its events start in the sorted whole.
-- One row per case.
CREATE OR REPLACE TEMP TABLE compiled_case AS
WITH found AS (
    SELECT case_id, min(place) AS first_place, count(*)::INTEGER AS n_events
    FROM chosen_event($log_id, $object_type, $lifecycles)
    GROUP BY case_id
    HAVING case_id <> ''
), numbered AS (
    SELECT
        found.case_id,
        found.n_events,
        coalesce(
            known.case_no,
            (SELECT coalesce(max(case_no), -1) FROM trace)
            + row_number() OVER (PARTITION BY known.case_no IS NULL ORDER BY first_place, found.case_id)
        )::INTEGER AS case_no
    FROM found LEFT JOIN trace AS known ON known.case_id = found.case_id
)
SELECT case_id, case_no, (sum(n_events) OVER (ORDER BY case_no) - n_events)::UINTEGER AS first_row FROM numbered;
