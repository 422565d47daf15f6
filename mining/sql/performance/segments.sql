-- The passages from one activity directly to another, each with the quarter of its wait among all of that path.
-- One row per drawn passage of the asked paths; passages are drawn by their case's hash, the same ones every time.
WITH path AS (
    SELECT unnest($edges::BIGINT[]) AS edge
), passage AS (
    SELECT case_no, edge, occurred_at, wait, ntile(4) OVER (PARTITION BY edge ORDER BY wait) AS quarter
    FROM trace_event SEMI JOIN path USING (edge)
    WHERE wait IS NOT NULL
)
SELECT edge, case_id, occurred_at, wait, quarter, count(*) OVER (PARTITION BY edge) AS n
FROM passage JOIN trace USING (case_no)
QUALIFY row_number() OVER (PARTITION BY edge ORDER BY hash(case_no), occurred_at) <= $limit
ORDER BY edge, occurred_at, case_id;
