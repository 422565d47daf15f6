-- The staged attribute values that have a time, and any second one of the start, numbered by time.
-- One row per value; equal times in file order.
CREATE OR REPLACE TEMP TABLE ocel_change AS
SELECT object_id, name, value, moment AS changed_at, row_number() OVER (ORDER BY moment, number) AS place
FROM (
    SELECT *, row_number() OVER (PARTITION BY object_id, name ORDER BY moment, number) AS nth
    FROM ocel_value
)
WHERE moment > $start OR nth > 1
ORDER BY place
