-- Events of activities of which at least half, and at least two, are at midnight, in the log's zone or at UTC,
-- or which stand (ten at least) at no more than two times of the day, full hours: midnight of another zone in
-- summer and winter. Their time is a date only.
-- One row per example, the activities with most of them first, with how many there are.
WITH midnight AS (
    SELECT
        *,
        local_time = date_trunc('day', local_time)
        OR epoch_us(occurred_at) % 86400000000 = 0 AS at_midnight,
        epoch_us(occurred_at) % 86400000000 AS time_of_day
    FROM checked_event
    WHERE occurred_at IS NOT NULL
), activity AS (
    SELECT
        activity,
        count(*) >= 10 AND count(DISTINCT time_of_day) <= 2 AND bool_and(time_of_day % 3600000000 = 0) AS elsewhere,
        if(elsewhere, count(*), count_if(at_midnight)) AS n_midnight
    FROM midnight
    GROUP BY activity
    HAVING elsewhere OR n_midnight >= 2 AND 2 * n_midnight >= count(*)
), found AS (
    SELECT midnight.*, n_midnight, row_number() OVER (PARTITION BY activity ORDER BY seq) AS place
    FROM midnight JOIN activity USING (activity)
    WHERE at_midnight OR elsewhere
)
SELECT case_id, event_key, activity || ': ' || local_time::VARCHAR AS value, count(*) OVER () AS n
FROM found
ORDER BY place > 1, n_midnight DESC, activity, seq
LIMIT $examples
