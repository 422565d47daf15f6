-- Alternate succession: A and B take turns, A first.
-- One row per A without B before the next A, and per B without A since the B before. A case without either does not test it.
SELECT a.case_no, a.pos
FROM (
    SELECT *, coalesce(lead(pos) OVER (PARTITION BY case_no ORDER BY pos), 2147483647) AS next_pos
    FROM rule_a
) AS a
WHERE NOT EXISTS (
    FROM rule_b AS b
    WHERE b.case_no = a.case_no AND b.pos > a.pos AND b.pos <= a.next_pos
        AND timely(a.at, b.at, $least, $most) AND linked(a.same, b.same, a.unlike, b.unlike)
)
UNION
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
