-- The running cases that are held against what is normal: no hold of theirs stands. One row per case.
SELECT n_waits AS n, median, spread, longest, least, idle::DOUBLE AS idle
FROM stall_case
ANTI JOIN (FROM stall_hold WHERE ended_at IS NULL) AS standing USING (case_no)
WHERE state = 'running' AND stratum > 0
