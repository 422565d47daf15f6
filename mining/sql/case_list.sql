-- Cases that fit, in an order, a page of them: with any of some activities, among some ids, with a part of their name.
-- One row per case of the page; the first column is how many fit in all.
WITH wanted AS (
    SELECT code FROM activity_code WHERE name IN (SELECT unnest($any_of::VARCHAR[]))
), fitting AS (
    SELECT *
    FROM trace JOIN norm_case USING (case_no)
    WHERE (len($any_of::VARCHAR[]) = 0 OR variant IN (
            SELECT variant FROM variant WHERE list_has_any(activities, (SELECT list(code) FROM wanted))
        ))
        AND ($case_ids::VARCHAR[] IS NULL OR case_id IN (SELECT unnest($case_ids::VARCHAR[])))
        AND ($part = '' OR contains(lower(case_id), $part))
), keyed AS (
    SELECT
        *,
        count(*) OVER () AS n_fitting,
        CASE $order
            WHEN 'start' THEN epoch(start_at)
            WHEN 'end' THEN epoch(end_at)
            WHEN 'duration' THEN duration::DOUBLE
            WHEN 'events' THEN n_events::DOUBLE
        END AS key
    FROM fitting
), page AS (
    SELECT *, row_number() OVER (
        ORDER BY key IS NULL, CASE WHEN $descending THEN -key ELSE key END,
            CASE WHEN $order = 'case' AND $descending THEN case_id END DESC, case_id
    ) AS place
    FROM keyed
    ORDER BY place
    LIMIT coalesce($limit::BIGINT, 9223372036854775807) OFFSET $offset
), last AS (
    SELECT case_no, arg_max(activity, pos) AS activity FROM trace_event SEMI JOIN page USING (case_no) GROUP BY case_no
)
SELECT
    n_fitting, case_id, city, state, word, start_at, end_at, duration / 1e6, n_events, activity_code.name
FROM page JOIN last USING (case_no) JOIN activity_code ON activity_code.code = last.activity
ORDER BY place;
