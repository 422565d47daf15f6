-- Counts what a new imported log holds.
-- One row.
SELECT
    (SELECT count(DISTINCT case_id) FROM event WHERE log_id = $log_id AND case_id <> '') AS cases,
    (SELECT count(*) FROM event WHERE log_id = $log_id) AS events,
    (SELECT count(DISTINCT activity) FROM event WHERE log_id = $log_id) AS activities,
    (SELECT count(*) FROM object WHERE log_id = $log_id) AS objects
