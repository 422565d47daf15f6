-- How many cases break a strict rule without a waiver.
-- One row per group with such cases.
SELECT compared_case.grp, count(DISTINCT case_no) AS n
FROM norm_status
JOIN norm_rule USING (rule_no)
JOIN compared_case USING (case_no)
WHERE strength = 'strict' AND status NOT IN ('kept', 'waived')
GROUP BY compared_case.grp;
