-- A log's objects, with their attribute values (those of the start without a time) and their relations.
-- One row per object.
-- A start value that the first change repeats before or at the object's first event is left to that change:
-- a reader takes it for the start value as well.
WITH link AS (
    SELECT object_id, object_type, occurred_at
    FROM event_object JOIN effective_event USING (log_id, seq)
    WHERE log_id = $log_id
), linked AS (
    SELECT object_id, min(object_type) AS object_type, min(occurred_at) AS first_event
    FROM link
    GROUP BY object_id
), known AS (
    SELECT
        coalesce(object.object_id, linked.object_id) AS object_id,
        coalesce(object.object_type, linked.object_type) AS object_type,
        coalesce(object.attributes, '{}') AS attributes,
        linked.first_event
    FROM (FROM object WHERE log_id = $log_id) AS object FULL JOIN linked USING (object_id)
), change AS (
    SELECT
        object_id, name, value, changed_at,
        row_number() OVER (PARTITION BY object_id, name ORDER BY changed_at, seq) AS place
    FROM object_change
    WHERE log_id = $log_id
), start AS (
    SELECT known.object_id, member.key AS name, member.value::VARCHAR AS value, first_event, member.id AS place
    FROM known, json_each(known.attributes) AS member
    WHERE known.attributes::VARCHAR <> '{}'
), value_of AS (
    SELECT start.object_id, start.name, start.value, NULL::TIMESTAMPTZ AS changed_at, start.place
    FROM start
    LEFT JOIN change ON
        change.object_id = start.object_id AND change.name = start.name AND change.place = 1
        AND change.value::VARCHAR = start.value
        AND (start.first_event IS NULL OR change.changed_at <= start.first_event)
    WHERE change.name IS NULL
    UNION ALL
    SELECT object_id, name, value::VARCHAR, changed_at, place FROM change
), gathered AS (
    SELECT
        object_id,
        list(
            {'name': name, 'value': value, 'changed_at': iso_moment(changed_at, $timezone)}
            ORDER BY changed_at NULLS FIRST, place, name
        ) AS changes
    FROM value_of
    GROUP BY object_id
), relation AS (
    SELECT source_id AS object_id, list({'object_id': target_id, 'qualifier': qualifier}) AS relations
    FROM object_object
    WHERE log_id = $log_id
    GROUP BY source_id
)
SELECT object_id, object_type, coalesce(changes, []) AS changes, coalesce(relations, []) AS relations
FROM known LEFT JOIN gathered USING (object_id) LEFT JOIN relation USING (object_id)
ORDER BY object_type, object_id
