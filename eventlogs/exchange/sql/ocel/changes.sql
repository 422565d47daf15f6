-- The staged attribute values that have a time, and any second one of the start.
-- One row per value, by time; equal times in file order.
SELECT object_id, name, value, moment AS changed_at
FROM (
    SELECT *, row_number() OVER (PARTITION BY object_id, name ORDER BY moment, number) AS place
    FROM ocel_value
)
WHERE moment > $start OR place > 1
ORDER BY moment, number
