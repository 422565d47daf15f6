-- Last: the case ends with A.
-- One row per case that ends otherwise. Every case tests the rule.
SELECT case_no, n_events - 1 AS pos
FROM rule_case AS c
WHERE NOT EXISTS (FROM rule_a AS a WHERE a.case_no = c.case_no AND a.pos = c.n_events - 1)
