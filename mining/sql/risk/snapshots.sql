-- Cases as they stood at regular moments of their lives, and running ones as they stand at $now: what they had done last,
-- how long ago, how long after their start; what becomes of silent ones is not known. One row per moment, those of each case in order; the remaining time is of ended ones.
WITH life AS (
    SELECT case_no, grp, state, case_id, start_at, end_at
    FROM norm_case
    JOIN trace USING (case_no)
    WHERE start_at IS NOT NULL
), moment AS (
    SELECT life.*, start_at + to_microseconds(unnest(range(1, $most + 1)) * $step::BIGINT) AS seen_at, false AS now
    FROM life
    WHERE state NOT IN ('running', 'silent') AND case_no % $every = 0
    UNION ALL
    SELECT life.*, greatest($now, end_at), true FROM life WHERE state = 'running'
)
SELECT
    moment.case_no::BIGINT AS case_no,
    moment.grp::BIGINT AS grp,
    moment.now,
    state IN ('failed', 'halted') AS bad,
    event.pos::BIGINT AS pos,
    event.activity::BIGINT AS activity,
    (epoch_us(seen_at) - epoch_us(event.occurred_at)) / 86400e6 AS idle,
    (epoch_us(seen_at) - epoch_us(start_at)) / 86400e6 AS age,
    (epoch_us(end_at) - epoch_us(seen_at)) / 86400e6 AS remaining,
    epoch_us(end_at)::BIGINT AS ended
FROM moment
ASOF JOIN (  -- of events of one moment the last
    SELECT case_no, pos, activity, occurred_at
    FROM trace_event
    WHERE occurred_at IS NOT NULL AND wait IS DISTINCT FROM 0
) AS event
    ON moment.case_no = event.case_no AND moment.seen_at >= event.occurred_at
WHERE moment.now OR seen_at < end_at
ORDER BY moment.case_no, seen_at
