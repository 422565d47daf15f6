-- How many cases reached each phase of the vocabulary, by how they stand: looked at on one case of each variant.
-- One row per phase and state.
WITH representative AS (
    SELECT variant, min(case_no) AS case_no FROM trace GROUP BY variant
), reached AS (
    SELECT DISTINCT variant, phase
    FROM trace_event JOIN representative USING (case_no) JOIN phase_of USING (activity)
)
SELECT phase, state, count(*) AS n_cases
FROM reached JOIN trace USING (variant) JOIN norm_case USING (case_no)
GROUP BY phase, state;
