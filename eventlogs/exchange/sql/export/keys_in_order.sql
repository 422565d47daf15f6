-- How many of some of a log's events there are, and how many whose key is other than their number, from $before + 1.
-- One row.
SELECT count(*), count(*) FILTER (event_key <> ($before + place)::VARCHAR)
FROM (
    SELECT event_key, row_number() OVER (ORDER BY seq) AS place
    FROM effective_event
    WHERE log_id = $log_id AND seq BETWEEN $lowest AND $highest
)
