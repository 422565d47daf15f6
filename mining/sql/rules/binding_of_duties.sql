-- Binding of duties: A and B in one case are done by the same person.
-- One row per A or B where someone else did the other. A case without both, by known persons, does not test the rule.
SELECT a.case_no, a.pos
FROM rule_a AS a
WHERE EXISTS (FROM rule_b AS b WHERE b.case_no = a.case_no AND b.same <> a.same)
UNION
SELECT b.case_no, b.pos
FROM rule_b AS b
WHERE EXISTS (FROM rule_a AS a WHERE a.case_no = b.case_no AND b.same <> a.same)
