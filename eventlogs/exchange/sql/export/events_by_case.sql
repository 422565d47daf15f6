-- A log's events as they count, case by case in the order the cases began; those without a case are left out.
-- One row per event; a case without events has one row without an activity.
WITH counting AS (
    SELECT
        case_id, seq, event_key, activity, lifecycle, role, tool, actor, occurred_at, attributes, evidence,
        objects, changes
    FROM effective_event
    WHERE log_id = $log_id AND case_id <> ''
), kase AS (
    SELECT object_id, attributes AS case_attributes
    FROM object
    WHERE log_id = $log_id AND object_type = $case_type
), placed AS (
    SELECT
        *,
        min(seq) OVER (PARTITION BY case_id) AS case_place,
        row_number() OVER (PARTITION BY case_id ORDER BY seq) AS place
    FROM counting
), complete AS (
    SELECT placed.*, if(place = 1, case_attributes, NULL) AS case_attributes
    FROM placed LEFT JOIN kase ON kase.object_id = placed.case_id
    UNION ALL BY NAME
    SELECT object_id AS case_id, case_attributes
    FROM kase ANTI JOIN counting ON counting.case_id = kase.object_id
)
SELECT
    case_id, case_attributes, event_key, activity, lifecycle, role, tool, actor,
    iso_moment(occurred_at, $timezone) AS occurred_at,
    attributes, evidence, objects, changes
FROM complete
ORDER BY case_place NULLS LAST, case_id, seq
