-- Exactly: A happens $n times in the case, no more and no less.
-- One row per A that is too many, and one without position per case with too few. Every case tests the rule.
SELECT case_no, pos
FROM rule_a
QUALIFY row_number() OVER (PARTITION BY case_no ORDER BY pos) > $n
UNION ALL
SELECT c.case_no, NULL::INTEGER
FROM rule_case AS c LEFT JOIN rule_a AS a USING (case_no)
GROUP BY c.case_no
HAVING count(a.pos) < $n
