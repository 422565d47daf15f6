-- Alternate precedence: before each B, A has happened since the B before.
-- One row per B without such an A. A case without B does not test the rule.
SELECT b.case_no, b.pos
FROM (
    SELECT *, coalesce(lag(pos) OVER (PARTITION BY case_no ORDER BY pos), -1) AS previous_pos
    FROM rule_b
) AS b
WHERE NOT EXISTS (
    FROM rule_a AS a
    WHERE a.case_no = b.case_no AND a.pos < b.pos AND a.pos >= b.previous_pos
        AND timely(a.at, b.at, $least, $most) AND linked(a.same, b.same, a.unlike, b.unlike)
)
