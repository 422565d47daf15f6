-- The steps of every distinct trace, for rules that look at nothing but the sequence of activities.
-- One row per variant and position; a variant stands in for its cases.
CREATE OR REPLACE TEMP TABLE rule_step AS
SELECT
    variant AS case_no,
    unnest(activities)::INTEGER AS activity,
    (generate_subscripts(activities, 1) - 1)::INTEGER AS pos
FROM variant
WHERE n_cases > 0
ORDER BY activity, case_no;
