-- Not co-existence: A and B do not happen both.
-- One row per A with a B and per B with an A. A case without either does not test the rule.
SELECT a.case_no, a.pos
FROM rule_a AS a
WHERE EXISTS (
    FROM rule_b AS b
    WHERE b.case_no = a.case_no AND apart(a.at, b.at, $least, $most) AND linked(a.same, b.same, a.unlike, b.unlike)
)
UNION
SELECT b.case_no, b.pos
FROM rule_b AS b
WHERE EXISTS (
    FROM rule_a AS a
    WHERE a.case_no = b.case_no AND apart(a.at, b.at, $least, $most) AND linked(a.same, b.same, a.unlike, b.unlike)
)
