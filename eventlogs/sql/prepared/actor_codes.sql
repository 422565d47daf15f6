-- The codes of actors that the compiled cases bring.
-- One row per new actor.
INSERT INTO actor_code
WITH found AS (
    SELECT actor AS name, min(place) AS first_place
    FROM chosen_event($log_id, $object_type, $lifecycles)
    WHERE actor IS NOT NULL
    GROUP BY actor
)
SELECT (SELECT coalesce(max(code), 0) FROM actor_code) + row_number() OVER (ORDER BY first_place, name), name
FROM found ANTI JOIN actor_code USING (name);
