-- Events at a moment, other than midnight, that stands at twenty events or more of five cases or more.
-- One row per example, the fullest moment first, with how many events there are.
WITH moment AS (
    SELECT occurred_at, count(*) AS n_events
    FROM checked_event
    WHERE occurred_at IS NOT NULL AND local_time <> date_trunc('day', local_time)
    GROUP BY occurred_at
    HAVING n_events >= 20 AND count(DISTINCT case_id) >= 5
), found AS (
    SELECT event.*, n_events, row_number() OVER (PARTITION BY occurred_at ORDER BY seq) AS place
    FROM checked_event AS event JOIN moment USING (occurred_at)
)
SELECT case_id, event_key, local_time::VARCHAR || ': ' || n_events AS value, count(*) OVER () AS n
FROM found
ORDER BY place > 1, n_events DESC, occurred_at, seq
LIMIT $examples
