-- Not chain succession: no B right after an A.
-- One row per A that a B follows at once and per such B. A case without either does not test the rule.
SELECT a.case_no, a.pos
FROM rule_a AS a
WHERE EXISTS (
    FROM rule_b AS b
    WHERE b.case_no = a.case_no AND b.pos = a.pos + 1
        AND timely(a.at, b.at, $least, $most) AND linked(a.same, b.same, a.unlike, b.unlike)
)
UNION
SELECT b.case_no, b.pos
FROM rule_b AS b
WHERE EXISTS (
    FROM rule_a AS a
    WHERE a.case_no = b.case_no AND a.pos = b.pos - 1
        AND timely(a.at, b.at, $least, $most) AND linked(a.same, b.same, a.unlike, b.unlike)
)
