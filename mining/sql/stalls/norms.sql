-- What waits are normal: after an activity in a group, after it in all groups, before an activity (`target`), and all waits
-- (the last, with NULLs). One row per stratum with enough waits. Source of the limit that is set later: docs/methods/stalls.md.
CREATE OR REPLACE TEMP TABLE stall_norm AS
WITH stratum AS (
    SELECT
        activity,
        grp,
        target,
        grouping(activity, grp, target) = 7 AS is_all,
        count(*) AS n,
        quantile_cont(wait, [0.5, 0.75, $high, 0.9, 0.95]) AS cut,
        max(wait) AS longest
    FROM stall_wait
    GROUP BY GROUPING SETS ((activity, grp), (activity), (target), ())
)
SELECT
    row_number() OVER () AS norm_no,
    activity,
    grp,
    target,
    n,
    cut[1] AS median,
    CASE
        WHEN cut[1] > 0 THEN greatest(
            ln(cut[2] / cut[1]) / 0.6744897501960817,
            ln(cut[4] / cut[1]) / 1.2815515655446004,
            ln(cut[5] / cut[1]) / 1.6448536269514722,
            1e-6
        )
        ELSE 1e3
    END AS spread,  -- of a normal law of the logarithms above their median, as wide as any of three quantiles asks for
    longest::DOUBLE AS longest,
    greatest(cut[3], $floor)::DOUBLE AS least,
    greatest(cut[5], $floor)::DOUBLE AS slow,
    NULL::DOUBLE AS most
FROM stratum
WHERE n >= if(is_all, $least_of_all, $least);
