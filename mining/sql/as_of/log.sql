-- What of the schema {whole} had happened by a moment: each case's events before its first later one, the last with none after.
-- One row per what the tables of the same name hold (tables.sql); codes and case numbers are those of the whole.
INSERT INTO activity_code FROM {whole}.activity_code;

INSERT INTO role_code FROM {whole}.role_code;

INSERT INTO actor_code FROM {whole}.actor_code;

INSERT INTO lifecycle_code FROM {whole}.lifecycle_code;

DROP TABLE attribute;

DROP TABLE attribute_value;

DROP TABLE case_attribute;

INSERT INTO trace_event
SELECT
    event.* EXCLUDE (wait) REPLACE (
        if(event.pos + 1 = later.pos, event.activity::BIGINT * shape.stride, event.edge) AS edge,
        if(event.pos + 1 = later.pos, NULL, event.role_edge) AS role_edge,
        if(event.pos + 1 = later.pos, NULL, event.waited) AS waited
    )
FROM {whole}.trace_event AS event
CROSS JOIN shape
LEFT JOIN later_event AS later USING (case_no)
WHERE later.pos IS NULL OR event.pos < later.pos
ORDER BY event.case_no, event.pos;

CREATE VIEW attribute AS FROM {whole}.attribute;

CREATE VIEW case_attribute AS FROM {whole}.case_attribute SEMI JOIN trace USING (case_no);

CREATE VIEW attribute_value AS FROM {whole}.attribute_value SEMI JOIN case_attribute USING (attribute, code);

CREATE TABLE cut_case AS SELECT case_id FROM {whole}.trace SEMI JOIN later_event USING (case_no);

CREATE TABLE moment AS SELECT moment FROM as_of_moment;

-- What a ledger's table of that name would have held; what became of a case that went on was not known yet.
CREATE VIEW event AS FROM main.event WHERE occurred_at IS NULL OR occurred_at <= (SELECT moment FROM moment);

CREATE VIEW effective_event AS
FROM main.effective_event WHERE occurred_at IS NULL OR occurred_at <= (SELECT moment FROM moment);

CREATE VIEW object AS FROM main.object ANTI JOIN cut_case ON cut_case.case_id = object.object_id;

CREATE OR REPLACE TEMP TABLE compiled_case AS
SELECT case_id, case_no FROM {whole}.trace WHERE case_no IN (SELECT case_no FROM trace_event);
