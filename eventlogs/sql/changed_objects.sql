-- The objects of a live log that are not what its events say: missing, added, or with other attribute values.
-- One row per object; none where nothing was changed. What arrives with an object's first event it starts with.
WITH said_at AS (
    SELECT seq, case_id AS object_id, case_type AS object_type
    FROM event JOIN log USING (log_id)
    WHERE log_id = $log_id
    UNION ALL
    SELECT seq, link.object_id, link.object_type
    FROM (SELECT seq, unnest(objects) AS link FROM event WHERE log_id = $log_id)
),
first_event AS (
    SELECT object_id, any_value(object_type) AS object_type, min(seq) AS seq FROM said_at GROUP BY object_id
),
change AS (
    SELECT seq, change.object_id, change.name, change.value, place
    FROM (
        SELECT seq, unnest(changes) AS change, generate_subscripts(changes, 1) AS place
        FROM event
        WHERE log_id = $log_id
    )
),
said AS (
    SELECT object_id, NULL AS name, to_json(object_type) AS value, 0 AS seq FROM first_event
    UNION ALL
    SELECT object_id, name, arg_max(value, place), 0
    FROM change SEMI JOIN first_event USING (object_id, seq)
    GROUP BY ALL
    UNION ALL
    SELECT object_id, name, value, seq FROM change ANTI JOIN first_event USING (object_id, seq)
),
kept AS (
    SELECT object_id, NULL AS name, to_json(object_type) AS value, 0 AS seq FROM object WHERE log_id = $log_id
    UNION ALL
    SELECT object_id, member.key, coalesce(member.value, 'null'), 0
    FROM (
        SELECT object_id, unnest(map_entries(from_json(attributes, '"MAP(VARCHAR, JSON)"'))) AS member
        FROM object
        WHERE log_id = $log_id
    )
    UNION ALL
    SELECT object_id, name, value, seq FROM object_change WHERE log_id = $log_id
),
said_plainly AS (SELECT object_id, name, CAST(json_extract(value, '$') AS VARCHAR) AS value, seq FROM said),
kept_plainly AS (SELECT object_id, name, CAST(json_extract(value, '$') AS VARCHAR) AS value, seq FROM kept)
SELECT DISTINCT object_id
FROM (
    (FROM said_plainly EXCEPT ALL FROM kept_plainly) UNION ALL (FROM kept_plainly EXCEPT ALL FROM said_plainly)
)
ORDER BY object_id
