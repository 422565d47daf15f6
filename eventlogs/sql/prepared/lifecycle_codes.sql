-- The codes of lifecycles that the compiled cases bring.
-- One row per new lifecycle.
INSERT INTO lifecycle_code
WITH found AS (
    SELECT lifecycle AS name, min(place) AS first_place
    FROM chosen_event($log_id, $object_type, $lifecycles)
    WHERE lifecycle IS NOT NULL
    GROUP BY lifecycle
)
SELECT (SELECT coalesce(max(code), 0) FROM lifecycle_code) + row_number() OVER (ORDER BY first_place, name), name
FROM found ANTI JOIN lifecycle_code USING (name);
