-- The staged objects with the attribute values they start with: those no later than its first event.
-- One row per object, in file order.
WITH first_event AS (
    SELECT link.object_id AS object_id, min(moment) AS moment
    FROM (SELECT moment, unnest(links) AS link FROM ocel_event)
    GROUP BY object_id
), first_value AS (
    SELECT object_id, number, name, value, moment
    FROM ocel_value
    QUALIFY row_number() OVER (PARTITION BY object_id, name ORDER BY moment, number) = 1
), start AS (
    SELECT
        object_id,
        '{' || string_agg(to_json(name)::VARCHAR || ':' || value, ',' ORDER BY number) || '}' AS attributes
    FROM first_value LEFT JOIN first_event USING (object_id)
    WHERE first_value.moment <= $start OR first_event.moment IS NULL OR first_value.moment <= first_event.moment
    GROUP BY object_id
)
SELECT id AS object_id, type AS object_type, coalesce(start.attributes, '{}') AS attributes
FROM ocel_object LEFT JOIN start ON start.object_id = ocel_object.id
ORDER BY ocel_object.number
