-- Alternate response: after each A, B happens before A happens again.
-- One row per A without such a B. A case without A does not test the rule.
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
