-- What a rule found: how often it was tested and broken, in how many cases, and the first events that broke it.
-- One row. A case that nothing activated is vacuous. Position and time of a deviation are NULL where something
-- that should be there is missing.
WITH broken AS (
    SELECT case_no, count(*) AS n_rows FROM rule_wrong GROUP BY case_no
), tested AS (
    SELECT case_no, count(*) AS n_rows FROM rule_activation GROUP BY case_no
), first_wrong AS (
    FROM rule_wrong ORDER BY case_no, pos LIMIT $n_deviations
), deviation AS (
    SELECT
        first_wrong.case_no,
        first_wrong.pos,
        struct_pack(
            case_id := case_id, "position" := first_wrong.pos, activity := name, occurred_at := occurred_at
        ) AS told
    FROM first_wrong
    JOIN trace USING (case_no)
    LEFT JOIN trace_event ON trace_event.case_no = first_wrong.case_no AND trace_event.pos = first_wrong.pos
    LEFT JOIN activity_code ON activity_code.code = trace_event.activity
)
SELECT
    count(*) AS cases,
    coalesce(sum(tested.n_rows), 0)::BIGINT AS activations,
    coalesce(sum(broken.n_rows), 0)::BIGINT AS broken_rows,
    count(broken.case_no) AS violated_cases,
    count(*) - count(tested.case_no) AS vacuous_cases,
    (SELECT list(told ORDER BY case_no, pos) FROM deviation) AS deviations
FROM rule_case
LEFT JOIN tested USING (case_no)
LEFT JOIN broken USING (case_no)
