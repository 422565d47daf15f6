-- The running cases that are idle for longer than 19 of 20 waits like theirs, in the stratum of those they are judged by that waits the
-- longest, and are neither told of as stalled nor on hold. One row per case, the longest beyond those waits first.
SELECT case_id, grp, activity_code.name, idle, slow
FROM stall_case
JOIN activity_code ON activity_code.code = activity
ANTI JOIN stall_reported USING (case_no)
ANTI JOIN (FROM stall_hold WHERE ended_at IS NULL) AS standing USING (case_no)
WHERE state = 'running' AND idle > slow
ORDER BY idle / slow DESC, case_id;
