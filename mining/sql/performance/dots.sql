-- The events of the drawn cases as dots, in the order of the cases' first event.
-- One row per event with a time; cases are drawn by their number's hash, the same ones every time.
WITH drawn AS (
    SELECT case_no
    FROM (SELECT case_no, sum(n_events) OVER (ORDER BY hash(case_no), case_no) - n_events AS n_before FROM trace)
    WHERE n_before < $limit
), placed AS (
    SELECT case_no, case_id, row_number() OVER (ORDER BY start_at, case_no) - 1 AS place
    FROM trace SEMI JOIN drawn USING (case_no)
    WHERE start_at IS NOT NULL
)
SELECT place, case_id, activity, role, actor, occurred_at
FROM trace_event JOIN placed USING (case_no)
WHERE occurred_at IS NOT NULL
ORDER BY place, pos;
