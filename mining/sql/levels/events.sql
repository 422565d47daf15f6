-- The events of the schema {whole} that have a word of the level, each with the next of them; of a run of one word the first, if runs are collapsed.
-- One row per event kept.
INSERT INTO trace_event
WITH worded AS (
    SELECT * EXCLUDE (activity), level_pair.code AS activity
    FROM {whole}.trace_event JOIN level_pair USING (activity, role)
    ORDER BY case_no, pos
), led AS (
    SELECT
        *,
        $collapsed
        AND lag(case_no) OVER () IS NOT DISTINCT FROM case_no
        AND lag(activity) OVER () IS NOT DISTINCT FROM activity AS goes_on
    FROM worded
), numbered AS (
    SELECT
        *,
        (row_number() OVER (PARTITION BY case_no ORDER BY pos) - 1)::INTEGER AS place,
        row_number() OVER (PARTITION BY case_no, activity ORDER BY pos)::INTEGER AS nth
    FROM led
    WHERE NOT goes_on
    ORDER BY case_no, pos
), followed AS (
    SELECT
        *,
        lead(case_no) OVER () IS NOT DISTINCT FROM case_no AS has_next,
        lead(activity) OVER () AS next_activity,
        lead(role) OVER () AS next_role,
        lead(occurred_at) OVER () AS next_at
    FROM numbered
)
SELECT
    case_no,
    place AS pos,
    seq,
    activity,
    role,
    actor,
    lifecycle,
    occurred_at,
    activity::BIGINT * $stride + if(has_next, next_activity, 0) AS edge,
    if(has_next, role::BIGINT * $role_stride + next_role, NULL) AS role_edge,
    if(has_next, (epoch_us(next_at) - epoch_us(occurred_at)) // $wait_unit, NULL) AS waited,
    nth AS occ
FROM followed;
