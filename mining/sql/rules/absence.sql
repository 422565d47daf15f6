-- Absence: A happens less than $n times in the case.
-- One row per A that is one too many. Every case tests the rule.
SELECT case_no, pos
FROM rule_a
QUALIFY row_number() OVER (PARTITION BY case_no ORDER BY pos) >= $n
