-- Makes the temporary tables in which an OCEL file's rows are gathered.
-- One row per event, object, attribute value and relation between objects, each in its table.
CREATE OR REPLACE TEMP SEQUENCE ocel_number START 1;
CREATE OR REPLACE TEMP TABLE ocel_event (
    number BIGINT DEFAULT nextval('ocel_number'),  -- the row's place in the file
    id VARCHAR,
    type VARCHAR,
    moment TIMESTAMPTZ,
    attributes VARCHAR,
    evidence VARCHAR,
    lifecycle VARCHAR,
    role VARCHAR,
    tool VARCHAR,
    actor VARCHAR,
    links STRUCT(object_id VARCHAR, qualifier VARCHAR)[]
);
CREATE OR REPLACE TEMP TABLE ocel_object (
    number BIGINT DEFAULT nextval('ocel_number'),
    id VARCHAR,
    type VARCHAR
);
CREATE OR REPLACE TEMP TABLE ocel_value (
    number BIGINT DEFAULT nextval('ocel_number'),
    object_id VARCHAR,
    name VARCHAR,
    value VARCHAR,
    moment TIMESTAMPTZ
);
CREATE OR REPLACE TEMP TABLE ocel_relation (source_id VARCHAR, target_id VARCHAR, qualifier VARCHAR);
