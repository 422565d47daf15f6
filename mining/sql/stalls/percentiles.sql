-- What share of the normal waits each reported case has outlasted. One row per case that can be compared.
SELECT case_id, avg(if(stall_wait.wait < idle, 1, 0)) AS share
FROM stall_reported
JOIN stall_wait
    ON (stratum = 1 AND stall_wait.activity = stall_reported.activity AND stall_wait.grp = stall_reported.grp)
    OR (stratum = 2 AND stall_wait.activity = stall_reported.activity)
    OR stratum = 3
GROUP BY case_id
