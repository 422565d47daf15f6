-- Every step from one event of a case to its next, by the persons who did both; nobody named is 0.
-- One row per event but the last of a case.
SELECT case_no, wait, source, target
FROM (
    SELECT
        case_no,
        wait,
        actor AS source,
        lead(actor) OVER () AS target,
        lead(case_no) OVER () IS NOT DISTINCT FROM case_no AS goes_on
    FROM (FROM trace_event ORDER BY case_no, pos)
)
WHERE goes_on
