-- The events of the compiled cases in order, with position, successor pair, waiting time and occurrence.
-- One row per event of a trace; one pass: the windows without PARTITION BY stream over the sorted rows.
INSERT INTO trace_event
WITH coded AS (
    SELECT
        compiled.case_no,
        compiled.first_row,
        timed.place,
        timed.ordered_at,
        timed.untimed,
        activity_code.code AS activity,
        coalesce(role_code.code, 0) AS role,
        coalesce(actor_code.code, 0) AS actor,
        lifecycle_code.code AS lifecycle
    FROM timed_event($log_id, $object_type, $lifecycles) AS timed
    JOIN compiled_case AS compiled ON compiled.case_id = timed.case_id
    JOIN activity_code ON activity_code.name = timed.activity
    JOIN lifecycle_code ON lifecycle_code.name = timed.lifecycle
    LEFT JOIN role_code ON role_code.name = timed.role
    LEFT JOIN actor_code ON actor_code.name = timed.actor
), sorted AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY case_no, activity ORDER BY ordered_at, place)::INTEGER AS occ
    FROM coded
    ORDER BY case_no, ordered_at, place
), followed AS (
    SELECT
        *,
        row_number() OVER () AS row_no,
        lead(case_no) OVER () IS NOT DISTINCT FROM case_no AS has_next,
        lead(activity) OVER () AS next_activity,
        lead(role) OVER () AS next_role,
        lead(ordered_at) OVER () AS next_at,
        lead(untimed) OVER () AS next_untimed
    FROM sorted
)
SELECT
    case_no,
    row_no - 1 - first_row AS pos,
    place AS seq,
    activity,
    role,
    actor,
    lifecycle,
    if(untimed, NULL, ordered_at) AS occurred_at,
    activity::BIGINT * $stride + if(has_next, next_activity, 0) AS edge,
    if(has_next, role::BIGINT * $role_stride + next_role, NULL) AS role_edge,
    if(has_next AND NOT untimed AND NOT next_untimed, epoch_us(next_at) - epoch_us(ordered_at), NULL) AS wait,
    occ
FROM followed;
