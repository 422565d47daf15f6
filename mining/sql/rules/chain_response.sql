-- Chain response: the event right after A is B.
-- One row per A that something else, or nothing, follows. A case without A does not test the rule.
SELECT a.case_no, a.pos
FROM rule_a AS a
WHERE NOT EXISTS (
    FROM rule_b AS b
    WHERE b.case_no = a.case_no AND b.pos = a.pos + 1
        AND timely(a.at, b.at, $least, $most) AND linked(a.same, b.same, a.unlike, b.unlike)
)
