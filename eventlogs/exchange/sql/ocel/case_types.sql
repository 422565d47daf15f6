-- How the objects of each type stand in the events, for guessing which are the cases.
-- One row per object type that has objects, the best guess first: of the types whose objects stand at few
-- events each (products and employees stand at very many), the one that is alone at most events.
WITH link AS (
    SELECT number, unnest(links).object_id AS object_id FROM ocel_event
), together AS (
    SELECT number, type, count(*) AS n_objects
    FROM (
        SELECT DISTINCT link.number, type, object_id
        FROM link JOIN ocel_object ON ocel_object.id = link.object_id
    )
    GROUP BY number, type
), touched AS (
    SELECT
        type,
        count(*) AS n_events,
        count(*) FILTER (n_objects = 1) AS n_alone,
        sum(n_objects) AS n_links
    FROM together
    GROUP BY type
), present AS (
    SELECT type, count(*) AS n_objects FROM ocel_object GROUP BY type
)
SELECT
    type,
    n_objects,
    coalesce(n_events, 0) AS n_events,
    coalesce(n_alone, 0) AS n_alone
FROM present LEFT JOIN touched USING (type)
ORDER BY
    coalesce(n_links, 0) / n_objects <= greatest(10, sqrt((SELECT count(*) FROM ocel_event))) DESC,
    2 * coalesce(n_alone, 0) - coalesce(n_events, 0) DESC,
    n_objects DESC,
    type
