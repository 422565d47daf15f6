-- Choice: A or B happens, or both.
-- One row per case with neither. Every case tests the rule.
SELECT case_no, NULL::INTEGER AS pos
FROM rule_case
WHERE case_no NOT IN (SELECT case_no FROM rule_a) AND case_no NOT IN (SELECT case_no FROM rule_b)
