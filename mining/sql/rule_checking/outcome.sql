-- What a rule found: how often it was tested and broken, in how many cases, and the first events that broke it.
-- One row. A case that nothing activated is vacuous. Of a rule checked on variants the deviations are those of all
-- their cases; position and time are NULL where something that should be there is missing.
WITH broken AS (
    SELECT case_no, count(*) AS n_rows FROM rule_wrong GROUP BY case_no
), tested AS (
    SELECT case_no, count(*) AS n_rows FROM rule_activation GROUP BY case_no
), first_wrong AS (
    SELECT trace.case_no, trace.case_id, rule_wrong.pos
    FROM rule_wrong
    JOIN trace ON if($on_variants, trace.variant, trace.case_no) = rule_wrong.case_no
    ORDER BY trace.case_no, rule_wrong.pos
    LIMIT $n_deviations
), deviation AS (
    SELECT
        first_wrong.case_no,
        first_wrong.pos,
        struct_pack(
            case_id := case_id, "position" := first_wrong.pos, activity := name, occurred_at := occurred_at
        ) AS told
    FROM first_wrong
    LEFT JOIN trace_event ON trace_event.case_no = first_wrong.case_no AND trace_event.pos = first_wrong.pos
    LEFT JOIN activity_code ON activity_code.code = trace_event.activity
)
SELECT
    coalesce(sum(n_cases), 0)::BIGINT AS cases,
    coalesce(sum(tested.n_rows * n_cases), 0)::BIGINT AS activations,
    coalesce(sum(broken.n_rows * n_cases), 0)::BIGINT AS broken_rows,
    coalesce(sum(n_cases) FILTER (broken.case_no IS NOT NULL), 0)::BIGINT AS violated_cases,
    coalesce(sum(n_cases) FILTER (tested.case_no IS NULL), 0)::BIGINT AS vacuous_cases,
    (SELECT list(told ORDER BY case_no, pos) FROM deviation) AS deviations
FROM rule_case
LEFT JOIN tested USING (case_no)
LEFT JOIN broken USING (case_no)
