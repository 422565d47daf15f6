-- The running cases that are held against what is normal, no hold of theirs standing, with what is known of each stratum's
-- waits by which they are judged. One row per case and stratum.
SELECT last.case_no::BIGINT AS case_no, n, median, spread, longest, least, last.idle::DOUBLE AS idle
FROM stall_last AS last
JOIN stall_judge USING (case_no)
JOIN stall_norm USING (norm_no)
ANTI JOIN (FROM stall_hold WHERE ended_at IS NULL) AS standing USING (case_no)
WHERE state = 'running'
