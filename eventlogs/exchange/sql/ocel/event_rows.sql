-- Some of the ordered events as rows of the event table, each with its first object of the case type as its case.
-- One row per event after the place $after, up to $last; a file of our own ($own) names the case among an event's
-- objects with the qualifier 'case' if nothing else does.
WITH event AS (
    FROM ocel_row WHERE place > $after AND place <= $last
), link AS (
    SELECT number, generate_subscripts(links, 1) AS place, unnest(links) AS link
    FROM event
), linked AS (
    SELECT
        link.number,
        list(
            {'object_id': ocel_object.id, 'object_type': ocel_object.type, 'qualifier': link.qualifier}
            ORDER BY place
        ) FILTER (NOT ($own AND link.qualifier = 'case' AND ocel_object.type = $case_type)) AS objects,
        arg_min(ocel_object.id, place) FILTER (ocel_object.type = $case_type) AS case_id
    FROM link JOIN ocel_object ON ocel_object.id = link.object_id
    GROUP BY link.number
)
SELECT
    event.id AS event_key,
    coalesce(linked.case_id, '') AS case_id,
    event.type AS activity,
    event.lifecycle,
    event.role,
    event.tool,
    event.actor,
    event.moment AS occurred_at,
    event.attributes,
    event.evidence,
    coalesce(linked.objects, []) AS objects
FROM event LEFT JOIN linked USING (number)
ORDER BY event.place
