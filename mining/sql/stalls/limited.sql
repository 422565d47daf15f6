-- The limit of each case from what its stratum was found to allow. One row per case, updated.
UPDATE stall_case SET most = stall_limit.most
FROM stall_limit
WHERE stall_case.stratum > 0
    AND stall_case.n_waits = stall_limit.n_waits
    AND stall_case.median = stall_limit.median
    AND stall_case.spread = stall_limit.spread
    AND stall_case.longest = stall_limit.longest
    AND stall_case.least = stall_limit.least;
