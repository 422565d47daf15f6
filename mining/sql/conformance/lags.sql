-- How far the later-named chain lags behind the first-named at each step: the time from the one's first event to the other's.
-- One row per group, pair of chains and step; negative where the other came first. Cases that lack either are left out.
SELECT
    a.grp,
    a.chain_no,
    b.chain_no,
    a.step_no,
    count(*) AS n,
    quantile_cont(epoch_us(b.first_at) - epoch_us(a.first_at), [0.25, 0.5, 0.75])
FROM norm_verdict AS a
JOIN norm_verdict AS b USING (case_no, step_no)
WHERE a.chain_no < b.chain_no AND a.first_at IS NOT NULL AND b.first_at IS NOT NULL
GROUP BY GROUPING SETS ((a.grp, a.chain_no, b.chain_no, a.step_no), (a.chain_no, b.chain_no, a.step_no))
ORDER BY a.chain_no, b.chain_no, a.step_no
