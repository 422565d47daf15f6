-- Init: the case begins with A.
-- One row per case that begins otherwise. Every case tests the rule.
SELECT case_no, 0 AS pos
FROM rule_case AS c
WHERE NOT EXISTS (FROM rule_a AS a WHERE a.case_no = c.case_no AND a.pos = 0)
