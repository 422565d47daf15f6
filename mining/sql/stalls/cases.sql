-- Each case that has not gone well with the limit of the stratum, of all it is judged by, that allows it the longest.
-- One row per case; `stratum` is NULL where nothing is known of it.
CREATE OR REPLACE TEMP TABLE stall_case AS
WITH judged AS (
    SELECT case_no, arg_max({stratum: stratum, norm: norm}, (norm.most, -stratum)) AS judge, max(norm.slow) AS slow
    FROM stall_judge JOIN stall_norm AS norm USING (norm_no)
    GROUP BY case_no
)
SELECT
    last.*,
    judge.stratum AS stratum,
    judge.norm.target AS target,
    judge.norm.n AS n_waits,
    judge.norm.median AS median,
    judge.norm.most AS most,
    judged.slow AS slow
FROM stall_last AS last LEFT JOIN judged USING (case_no);
