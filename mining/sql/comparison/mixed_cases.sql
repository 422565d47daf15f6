-- The compared cases to which regressions are fitted: at most `$most`, drawn by a hash of the case, the same ones every time.
-- One row per case, in the order of cases.
CREATE OR REPLACE TEMP TABLE compared_drawn AS
SELECT case_no, grp, state, lasted / 1e6 AS seconds
FROM compared_case
QUALIFY row_number() OVER (ORDER BY hash(case_no)) <= $most
ORDER BY case_no;
