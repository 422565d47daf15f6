-- How many cases stand how with each step of each chain.
-- One row per step, verdict and group, and with group NULL for all.
SELECT chain_no, step_no, grp, verdict, count(*)
FROM norm_verdict
GROUP BY GROUPING SETS ((chain_no, step_no, grp, verdict), (chain_no, step_no, verdict))
