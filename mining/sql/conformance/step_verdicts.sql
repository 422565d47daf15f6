-- How far each case has come on each chain: a step is in order, out of order (an earlier one came later), skipped, not
-- reached yet, or withdrawn (its work was, or the case ended before it). One row per case and step; only an ended case can skip its last steps,
-- and one that is only supposed to have ended is not held to have.
CREATE OR REPLACE TEMP TABLE norm_verdict AS
WITH step AS (
    SELECT
        c.case_no,
        c.grp,
        c.state IN ('running', 'halted', 'silent') OR (c.state = 'ended' AND c.word IS NULL) AS goes_on,
        c.state,
        s.chain_no,
        s.step_no,
        f.first_pos,
        f.first_at,
        f.n,
        w.mark IS NOT NULL AS withdrawn,
        max(f.first_pos) OVER earlier AS latest_before,
        max(f.first_pos) OVER later AS latest_after
    FROM judged_case AS c
    CROSS JOIN norm_step AS s
    LEFT JOIN norm_first AS f ON f.mark = s.mark AND f.case_no = c.case_no
    LEFT JOIN norm_withdrawn AS w ON w.mark = s.mark AND w.case_no = c.case_no
    WINDOW
        earlier AS (
            PARTITION BY c.case_no, s.chain_no ORDER BY s.step_no
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ),
        later AS (
            PARTITION BY c.case_no, s.chain_no ORDER BY s.step_no
            ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
        )
)
SELECT
    case_no,
    grp,
    chain_no,
    step_no,
    first_pos,
    first_at,
    coalesce(n, 0) AS n,
    CASE
        WHEN first_pos < latest_before THEN 'out_of_order'
        WHEN first_pos IS NOT NULL THEN 'in_order'
        WHEN withdrawn THEN 'withdrawn'
        WHEN latest_after IS NOT NULL OR state = 'completed' THEN 'skipped'
        WHEN goes_on THEN 'not_reached'
        ELSE 'withdrawn'
    END AS verdict
FROM step;
