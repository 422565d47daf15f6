-- Co-existence: A and B happen both or not at all, in any order.
-- One row per A without B and per B without A. A case without either does not test the rule.
SELECT a.case_no, a.pos
FROM rule_a AS a
WHERE NOT EXISTS (
    FROM rule_b AS b
    WHERE b.case_no = a.case_no AND apart(a.at, b.at, $least, $most) AND linked(a.same, b.same, a.unlike, b.unlike)
)
UNION
SELECT b.case_no, b.pos
FROM rule_b AS b
WHERE NOT EXISTS (
    FROM rule_a AS a
    WHERE a.case_no = b.case_no AND apart(a.at, b.at, $least, $most) AND linked(a.same, b.same, a.unlike, b.unlike)
)
