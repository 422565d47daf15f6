-- Events recorded after another of their case that happened later.
-- One row per example, with how many there are.
SELECT
    case_id, event_key, local_time::VARCHAR || ' < ' || (latest_before AT TIME ZONE $timezone)::VARCHAR AS value,
    count(*) OVER () AS n
FROM checked_event
WHERE occurred_at < latest_before
ORDER BY seq
LIMIT $examples
