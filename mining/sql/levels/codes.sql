-- The words of a level in the activities' place, and the rest as in the schema {whole}.
-- One row per what the tables of the same name hold.
INSERT INTO activity_code SELECT code, name FROM level_word ORDER BY code;

INSERT INTO role_code FROM {whole}.role_code;

INSERT INTO actor_code FROM {whole}.actor_code;

INSERT INTO lifecycle_code FROM {whole}.lifecycle_code;

DROP TABLE attribute;

DROP TABLE attribute_value;

DROP TABLE case_attribute;

CREATE VIEW attribute AS FROM {whole}.attribute;

CREATE VIEW case_attribute AS FROM {whole}.case_attribute SEMI JOIN trace USING (case_no);

CREATE VIEW attribute_value AS FROM {whole}.attribute_value SEMI JOIN case_attribute USING (attribute, code);

CREATE OR REPLACE TEMP TABLE compiled_case AS SELECT case_id, case_no FROM {whole}.trace;
