-- The codes of roles that the compiled cases bring.
-- One row per new role.
INSERT INTO role_code
WITH found AS (
    SELECT role AS name, min(place) AS first_place
    FROM chosen_event($log_id, $object_type, $lifecycles)
    WHERE role IS NOT NULL
    GROUP BY role
)
SELECT (SELECT coalesce(max(code), 0) FROM role_code) + row_number() OVER (ORDER BY first_place, name), name
FROM found ANTI JOIN role_code USING (name);
