-- Not chain precedence: the event right before B is not A.
-- One row per B that an A precedes at once. A case without B does not test the rule.
SELECT b.case_no, b.pos
FROM rule_b AS b
WHERE EXISTS (
    FROM rule_a AS a
    WHERE a.case_no = b.case_no AND a.pos = b.pos - 1
        AND timely(a.at, b.at, $least, $most) AND linked(a.same, b.same, a.unlike, b.unlike)
)
