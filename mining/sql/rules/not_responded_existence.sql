-- Not responded existence: where A happens, B does not, neither before nor after it.
-- One row per A with such a B. A case without A does not test the rule.
SELECT a.case_no, a.pos
FROM rule_a AS a
WHERE EXISTS (
    FROM rule_b AS b
    WHERE b.case_no = a.case_no AND apart(a.at, b.at, $least, $most) AND linked(a.same, b.same, a.unlike, b.unlike)
)
