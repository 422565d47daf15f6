-- Which attributes a log's events (by activity), cases and other objects (by type) have, and what values.
-- One row per owner ('event', 'case', 'object'), type, attribute and kind of value.
WITH held AS (
    SELECT 'event' AS owner, activity AS type, attributes
    FROM effective_event
    WHERE log_id = $log_id AND attributes::VARCHAR <> '{}'
    UNION ALL
    SELECT if(object_type = $case_type, 'case', 'object'), object_type, attributes
    FROM object
    WHERE log_id = $log_id AND attributes::VARCHAR <> '{}'
), pair AS (
    SELECT owner, held.type, member.key AS name, member.type AS json_type, member.value AS value
    FROM held, json_each(held.attributes) AS member
    UNION ALL
    SELECT
        if(object.object_type = $case_type, 'case', 'object'), object.object_type, change.name,
        json_type(change.value), change.value
    FROM object_change AS change JOIN object USING (log_id, object_id)
    WHERE log_id = $log_id
)
SELECT
    owner,
    type,
    name,
    CASE
        WHEN json_type = 'VARCHAR' THEN
            if(regexp_matches(value->>'$', '[\x00-\x08\x0B-\x1F\x{FFFE}\x{FFFF}]'), 'odd string', 'string')
        WHEN json_type IN ('BIGINT', 'UBIGINT') THEN 'integer'
        WHEN json_type = 'DOUBLE' THEN 'float'
        WHEN json_type = 'BOOLEAN' THEN 'boolean'
        WHEN json_type = 'NULL' THEN 'null'
        WHEN json_type = 'ARRAY' THEN 'list'
        WHEN len(json_keys(value)) <> 1 THEN 'map'
        ELSE CASE json_keys(value)[1]
            WHEN '$time' THEN
                if(regexp_matches(value->>'$."$time"', '(Z|[+-]\d\d:\d\d(:\d\d)?)$'), 'time', 'naive time')
            WHEN '$id' THEN 'id'
            WHEN '$float' THEN 'odd float'
            WHEN '$int' THEN 'big integer'
            ELSE 'map'
        END
    END AS kind,
    count(*) AS n
FROM pair
GROUP BY ALL
ORDER BY owner, type, name, kind
