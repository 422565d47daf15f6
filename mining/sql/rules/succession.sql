-- Succession: after each A comes a B, and before each B came an A.
-- One row per A that no B follows and per B that no A precedes. A case without either does not test the rule.
SELECT a.case_no, a.pos
FROM rule_a AS a
WHERE NOT EXISTS (
    FROM rule_b AS b
    WHERE b.case_no = a.case_no AND b.pos > a.pos
        AND timely(a.at, b.at, $least, $most) AND linked(a.same, b.same, a.unlike, b.unlike)
)
UNION
SELECT b.case_no, b.pos
FROM rule_b AS b
WHERE NOT EXISTS (
    FROM rule_a AS a
    WHERE a.case_no = b.case_no AND a.pos < b.pos
        AND timely(a.at, b.at, $least, $most) AND linked(a.same, b.same, a.unlike, b.unlike)
)
