-- Not precedence: before B, A has not happened.
-- One row per B that an A precedes. A case without B does not test the rule.
SELECT b.case_no, b.pos
FROM rule_b AS b
WHERE EXISTS (
    FROM rule_a AS a
    WHERE a.case_no = b.case_no AND a.pos < b.pos
        AND timely(a.at, b.at, $least, $most) AND linked(a.same, b.same, a.unlike, b.unlike)
)
