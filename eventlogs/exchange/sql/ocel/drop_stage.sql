-- Drops the temporary tables in which an OCEL file's rows were gathered.
-- No row.
DROP TABLE ocel_event;
DROP TABLE IF EXISTS ocel_row;
DROP TABLE IF EXISTS ocel_start;
DROP TABLE IF EXISTS ocel_change;
DROP TABLE ocel_object;
DROP TABLE ocel_value;
DROP TABLE ocel_relation;
DROP SEQUENCE ocel_number;
