-- The values that the staged objects' attributes start with: those no later than the object's first event.
-- One row per value, by object.
CREATE OR REPLACE TEMP TABLE ocel_start AS
WITH first_event AS (
    SELECT link.object_id AS object_id, min(moment) AS moment
    FROM (SELECT moment, unnest(links) AS link FROM ocel_event)
    GROUP BY object_id
), first_value AS (
    SELECT object_id, number, name, value, moment
    FROM ocel_value
    QUALIFY row_number() OVER (PARTITION BY object_id, name ORDER BY moment, number) = 1
)
SELECT ocel_object.number AS object_number, first_value.number, first_value.name, first_value.value
FROM first_value
JOIN ocel_object ON ocel_object.id = object_id
LEFT JOIN first_event USING (object_id)
WHERE first_value.moment <= $start OR first_event.moment IS NULL OR first_value.moment <= first_event.moment
ORDER BY object_number, first_value.number
