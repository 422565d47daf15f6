-- The cases in `wanted_case` with a part of their name, in an order, a page of them.
-- One row per case of the page; the first column is how many fit in all.
WITH fitting AS (
    SELECT
        trace.*,
        norm_case.city,
        norm_case.state,
        norm_case.word,
        CASE $order
            WHEN 'end' THEN epoch(end_at)
            WHEN 'duration' THEN duration::DOUBLE
            WHEN 'events' THEN n_events::DOUBLE
            WHEN 'start' THEN epoch(start_at)
        END * $sign AS key
    FROM trace
    JOIN wanted_case USING (case_no)
    JOIN norm_case USING (case_no)
    WHERE contains(lower(case_id), $part) AND (len($states) = 0 OR list_contains($states, state))
), placed AS (
    SELECT
        *,
        count(*) OVER () AS n_fitting,
        row_number() OVER (ORDER BY key NULLS LAST, case_id) AS upwards,
        row_number() OVER (ORDER BY case_id DESC) AS downwards
    FROM fitting
), page AS (
    SELECT *, CASE WHEN $order = 'case' AND $sign < 0 THEN downwards ELSE upwards END AS place FROM placed
), shown AS (
    SELECT * FROM page WHERE place > $offset AND place <= $offset + $limit
), last AS (
    SELECT case_no, arg_max(activity, pos) AS activity
    FROM trace_event SEMI JOIN shown USING (case_no)
    GROUP BY case_no
)
SELECT
    n_fitting, case_id, city, state, word, start_at, end_at, duration / 1e6, n_events, activity_code.name
FROM shown JOIN last USING (case_no) JOIN activity_code ON activity_code.code = last.activity
ORDER BY place;
