-- Exclusive choice: A or B happens, but not both.
-- One row without position per case with neither; in a case with both, one per event of the one that began later. Every case tests it.
WITH begun AS (
    SELECT case_no, a.pos AS a_pos, b.pos AS b_pos
    FROM rule_case
    LEFT JOIN (SELECT case_no, min(pos) AS pos FROM rule_a GROUP BY case_no) AS a USING (case_no)
    LEFT JOIN (SELECT case_no, min(pos) AS pos FROM rule_b GROUP BY case_no) AS b USING (case_no)
)
SELECT case_no, NULL::INTEGER AS pos FROM begun WHERE a_pos IS NULL AND b_pos IS NULL
UNION ALL
SELECT case_no, pos FROM begun JOIN rule_a USING (case_no) WHERE a_pos > b_pos
UNION ALL
SELECT case_no, pos FROM begun JOIN rule_b USING (case_no) WHERE a_pos <= b_pos
