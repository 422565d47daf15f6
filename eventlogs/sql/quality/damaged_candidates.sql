-- Texts of the log that may have been read in a wrong encoding, for a closer look.
-- One row per distinct text, with its events.
WITH text AS (
    SELECT seq, case_id, event_key, unnest([case_id, activity, actor, role]) AS text FROM checked_event
    UNION ALL
    SELECT seq, case_id, event_key, attributes::VARCHAR
    FROM effective_event
    WHERE log_id = $log_id AND attributes::VARCHAR <> '{}'
    UNION ALL
    SELECT 0, object_id, '', attributes::VARCHAR
    FROM object
    WHERE log_id = $log_id AND attributes::VARCHAR <> '{}'
)
SELECT text, arg_min(case_id, seq) AS case_id, arg_min(event_key, seq) AS event_key, count(*) AS n
FROM text
WHERE regexp_matches(text, $suspicious)
GROUP BY text
ORDER BY min(seq)
