-- The codes of activities that the compiled cases bring.
-- One row per new activity.
INSERT INTO activity_code
WITH found AS (
    SELECT activity AS name, min(place) AS first_place
    FROM chosen_event($log_id, $object_type, $lifecycles)
    WHERE activity IS NOT NULL
    GROUP BY activity
)
SELECT (SELECT coalesce(max(code), 0) FROM activity_code) + row_number() OVER (ORDER BY first_place, name), name
FROM found ANTI JOIN activity_code USING (name);
