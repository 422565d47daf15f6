-- The tables of a prepared log for the cases in `chosen_case` alone, the rest as in the schema {whole} of all its cases.
-- One row per what the tables of the same name hold (tables.sql); codes, case and variant numbers are those of the whole.
CREATE TABLE activity_code AS FROM {whole}.activity_code;

CREATE TABLE role_code AS FROM {whole}.role_code;

CREATE TABLE actor_code AS FROM {whole}.actor_code;

CREATE TABLE lifecycle_code AS FROM {whole}.lifecycle_code;

CREATE TABLE shape AS FROM {whole}.shape;

CREATE TABLE trace AS FROM {whole}.trace SEMI JOIN chosen_case USING (case_no);

CREATE TABLE trace_event AS FROM {whole}.trace_event SEMI JOIN chosen_case USING (case_no);

CREATE TABLE variant AS
SELECT variant.* REPLACE (counted.n_cases AS n_cases)
FROM {whole}.variant
JOIN (SELECT variant, count(*)::INTEGER AS n_cases FROM trace GROUP BY variant) AS counted USING (variant)
ORDER BY variant;

CREATE VIEW attribute AS FROM {whole}.attribute;

CREATE VIEW case_attribute AS FROM {whole}.case_attribute SEMI JOIN trace USING (case_no);

CREATE VIEW attribute_value AS FROM {whole}.attribute_value SEMI JOIN case_attribute USING (attribute, code);
