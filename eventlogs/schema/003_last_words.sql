-- Work that was given back is nobody's, a hold or an offer told anew without a day has none, and an objection that a
-- stranger opened was opened by nobody known: the last (or first) word counts, also where it says nothing.

CREATE OR REPLACE VIEW work_item AS
-- One row per work item, an object of type 'work_item', as its last transition left it.
-- A hold ends with any other turn of the item; handing it to somebody else does not end it. What has ended stays
-- ended, also where its end was told late and so lies before its offer.
WITH turn AS (
    SELECT
        log_id, link.object_id AS work_item_id, case_id, activity, lifecycle, role, actor, occurred_at, attributes, seq,
        (occurred_at, seq) AS place,
        lifecycle NOT IN ('schedule', 'assign', 'reassign', 'start', 'suspend', 'resume', 'unknown') AS ends
    FROM (SELECT * EXCLUDE (objects), unnest(objects) AS link FROM effective_event)
    WHERE link.object_type = 'work_item'
),
summed AS (
    SELECT
        log_id,
        work_item_id,
        case_id,  -- an item is of one case; named here, a question about one case reads that case alone
        arg_min(activity, place) AS activity,
        arg_max(lifecycle, (ends, place)) FILTER (lifecycle NOT IN ('assign', 'reassign', 'unknown')) AS lifecycle,
        arg_max_null(coalesce(attributes ->> '$.role', role), place) FILTER (lifecycle = 'schedule') AS role,
        arg_max_null(CASE WHEN lifecycle = 'start' THEN actor ELSE attributes ->> '$.assignee' END, place)
            FILTER (lifecycle IN ('assign', 'reassign', 'start')) AS assignee,
        min(occurred_at) FILTER (lifecycle = 'schedule') AS offered_at,
        arg_max_null(moment_of(attributes, 'due'), place) FILTER (lifecycle = 'schedule') AS due,
        min(occurred_at) FILTER (lifecycle = 'start') AS started_at,
        arg_max(coalesce(attributes ->> '$.cause', ''), place) FILTER (lifecycle = 'suspend') AS cause,
        arg_max_null(moment_of(attributes, 'until'), place) FILTER (lifecycle = 'suspend') AS until,
        max(occurred_at) AS last_at,
        max(seq) AS last_seq
    FROM turn
    GROUP BY ALL
)
SELECT
    * EXCLUDE (cause, until, last_at, last_seq),
    lifecycle = 'suspend' AS on_hold,
    CASE WHEN on_hold THEN cause END AS hold_cause,
    CASE WHEN on_hold THEN until END AS hold_until,
    lifecycle IS NULL OR lifecycle IN ('schedule', 'start', 'suspend', 'resume') AS is_open,
    last_at,
    last_seq
FROM summed;

CREATE OR REPLACE VIEW open_objection AS
-- One row per objection, opened by its first event, that no event with the attribute `resolution` has closed.
SELECT
    log_id,
    link.object_id AS objection_id,
    arg_min(case_id, (occurred_at, seq)) AS case_id,
    arg_min(activity, (occurred_at, seq)) AS activity,
    arg_min_null(actor, (occurred_at, seq)) AS opened_by,
    min(occurred_at) AS opened_at,
    max(occurred_at) AS last_at
FROM (SELECT * EXCLUDE (objects), unnest(objects) AS link FROM effective_event)
WHERE link.object_type = 'objection'
GROUP BY log_id, objection_id
HAVING count(*) FILTER (attributes ->> '$.resolution' IS NOT NULL) = 0;
