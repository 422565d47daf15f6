-- What the log says now: views over events with corrections applied. Nothing here is stored a second time.

CREATE MACRO moment_of(attributes, name) AS coalesce(
    TRY_CAST(json_extract_string(attributes, '$."' || name || '"."$time"') AS TIMESTAMPTZ),
    TRY_CAST(json_extract_string(attributes, '$."' || name || '"') AS TIMESTAMPTZ)
);

CREATE VIEW effective_event AS
-- One row per event that counts: void and replaced ones are out, a replacing one stands in their place (`seq`).
WITH latest_correction AS (
    SELECT log_id, corrects AS event_key, max(seq) AS seq
    FROM event
    WHERE correction IS NOT NULL
    GROUP BY ALL
)
SELECT original.* EXCLUDE (correction, corrects, chain_hash), NULL::VARCHAR AS corrects
FROM event AS original
ANTI JOIN latest_correction USING (log_id, event_key)
WHERE original.correction IS NULL
UNION ALL
SELECT replacing.* EXCLUDE (correction, corrects, chain_hash) REPLACE (original.seq AS seq), replacing.corrects
FROM latest_correction
JOIN event AS replacing ON replacing.seq = latest_correction.seq
JOIN event AS original
    ON original.log_id = latest_correction.log_id AND original.event_key = latest_correction.event_key
WHERE replacing.correction = 'replace' AND original.correction IS NULL;

CREATE VIEW event_object AS
-- One row per event and object it belongs to; the case is one of them, with the qualifier 'case' unless the
-- event names it with one of its own.
--   qualifier: what the object is to the event
SELECT log_id, seq, case_id AS object_id, log.case_type AS object_type, 'case' AS qualifier
FROM effective_event
JOIN log USING (log_id)
WHERE case_id <> '' AND NOT list_contains(list_transform(objects, lambda link: link.object_id), case_id)
UNION ALL
SELECT log_id, seq, link.object_id, link.object_type, link.qualifier
FROM (SELECT log_id, seq, unnest(objects) AS link FROM effective_event);

CREATE VIEW work_item AS
-- One row per work item, an object of type 'work_item', as its last transition left it.
-- A hold ends with any other turn of the item; handing it to somebody else does not end it. What has ended stays
-- ended, also where its end was told late and so lies before its offer.
--   work_item_id: case/activity/occurrence
--   role: who is asked to do it
--   assignee: whose it is, if anybody's
--   offered_at: since when it can be done
--   due: until when it should be done
--   started_at: when somebody first took it up
--   on_hold: it waits
--   hold_cause: for what it waits
--   hold_until: until when, where that is known
--   is_open: it is not done, skipped or withdrawn
--   last_at: when it last changed
--   last_seq: the event that last changed it
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
        arg_max(coalesce(attributes ->> '$.role', role), place) FILTER (lifecycle = 'schedule') AS role,
        arg_max(CASE WHEN lifecycle = 'start' THEN actor ELSE attributes ->> '$.assignee' END, place)
            FILTER (lifecycle IN ('assign', 'reassign', 'start')) AS assignee,
        min(occurred_at) FILTER (lifecycle = 'schedule') AS offered_at,
        arg_max(moment_of(attributes, 'due'), place) FILTER (lifecycle = 'schedule') AS due,
        min(occurred_at) FILTER (lifecycle = 'start') AS started_at,
        arg_max(coalesce(attributes ->> '$.cause', ''), place) FILTER (lifecycle = 'suspend') AS cause,
        arg_max(moment_of(attributes, 'until'), place) FILTER (lifecycle = 'suspend') AS until,
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

CREATE VIEW case_state AS
-- One row per case; `outcome` is that of its latest event that names one (an empty one opens it again), `hold` the
-- cause of its latest open hold.
--   first_event: when the case began
--   last_event: when something last happened
--   last_activity: what last happened
--   n_events: how many events count
--   outcome: how it ended; NULL while it runs
--   hold: what the case, or an item of it, waits for
WITH holding AS (
    SELECT log_id, case_id, arg_max(cause, place) AS hold
    FROM (
        SELECT
            log_id,
            case_id,
            max((occurred_at, seq)) AS place,
            arg_max(lifecycle, (occurred_at, seq)) AS lifecycle,
            arg_max(coalesce(attributes ->> '$.cause', ''), (occurred_at, seq)) AS cause
        FROM effective_event
        WHERE lifecycle IN ('start', 'suspend', 'resume', 'complete', 'manualskip', 'autoskip', 'withdraw',
            'abort', 'pi_abort', 'ate_abort')
        GROUP BY
            log_id,
            case_id,
            coalesce(list_filter(objects, lambda link: link.object_type = 'work_item')[1].object_id, activity)
    )
    WHERE lifecycle = 'suspend'
    GROUP BY ALL
)
SELECT
    log_id,
    case_id,
    min(occurred_at) AS first_event,
    max(occurred_at) AS last_event,
    arg_max(activity, (occurred_at, seq)) AS last_activity,
    count(*) AS n_events,
    nullif(arg_max(attributes ->> '$.outcome', seq) FILTER (attributes ->> '$.outcome' IS NOT NULL), '') AS outcome,
    any_value(hold) AS hold
FROM effective_event
LEFT JOIN holding USING (log_id, case_id)
GROUP BY ALL;

CREATE VIEW household_wish AS
-- One row per household that has said something, by an event of its own or as a value it takes: its latest wish.
--   household_id: the household, under its code
--   wish: what it last said
--   said_at: when
SELECT
    log_id,
    household_id,
    arg_max(case_id, (occurred_at, seq)) AS case_id,
    arg_max(wish, (occurred_at, seq)) AS wish,
    max(occurred_at) AS said_at
FROM (
    SELECT log_id, case_id, occurred_at, seq, link.object_id AS household_id, attributes ->> '$.wish' AS wish
    FROM (SELECT * EXCLUDE (objects), unnest(objects) AS link FROM effective_event)
    WHERE link.object_type = 'household' AND (attributes ->> '$.wish') IS NOT NULL
    UNION ALL
    SELECT log_id, case_id, occurred_at, seq, change.object_id, json_extract_string(change.value, '$')
    FROM (SELECT * EXCLUDE (changes), unnest(changes) AS change FROM effective_event)
    WHERE change.name = 'wish' AND json_extract_string(change.value, '$') IS NOT NULL
)
GROUP BY ALL;

CREATE VIEW open_objection AS
-- One row per objection, opened by its first event, that no event with the attribute `resolution` has closed.
--   objection_id: the objection's own id
--   opened_by: who recorded it
--   opened_at: when it was made
--   last_at: when it last changed
SELECT
    log_id,
    link.object_id AS objection_id,
    arg_min(case_id, (occurred_at, seq)) AS case_id,
    arg_min(activity, (occurred_at, seq)) AS activity,
    arg_min(actor, (occurred_at, seq)) AS opened_by,
    min(occurred_at) AS opened_at,
    max(occurred_at) AS last_at
FROM (SELECT * EXCLUDE (objects), unnest(objects) AS link FROM effective_event)
WHERE link.object_type = 'objection'
GROUP BY log_id, objection_id
HAVING count(*) FILTER (attributes ->> '$.resolution' IS NOT NULL) = 0;
