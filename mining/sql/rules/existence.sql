-- Existence: A happens at least $n times in the case.
-- One row per case in which it happens less often. Every case tests the rule.
SELECT c.case_no, NULL::INTEGER AS pos
FROM rule_case AS c LEFT JOIN rule_a AS a USING (case_no)
GROUP BY c.case_no
HAVING count(a.pos) < $n
