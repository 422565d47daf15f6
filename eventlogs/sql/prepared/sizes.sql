-- How many cases there are to compile, and how many events to look through for theirs.
-- One row.
SELECT
    (SELECT coalesce(max(case_no), -1) + 1 FROM compiled_case) AS n_cases,
    (SELECT count(*) FROM main.event WHERE log_id = $log_id) AS n_events;
