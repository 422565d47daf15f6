-- Precedence: before B, A has happened at some time.
-- One row per B that no A precedes. A case without B does not test the rule.
SELECT b.case_no, b.pos
FROM rule_b AS b
WHERE NOT EXISTS (
    FROM rule_a AS a
    WHERE a.case_no = b.case_no AND a.pos < b.pos
        AND timely(a.at, b.at, $least, $most) AND linked(a.same, b.same, a.unlike, b.unlike)
)
