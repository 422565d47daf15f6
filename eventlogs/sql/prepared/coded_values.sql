-- Take up the values in `found_value` as codes of an attribute.
-- One row per case that has a value.
INSERT INTO attribute_value
WITH found AS (
    SELECT value, min(case_no) AS case_no FROM found_value GROUP BY value
), known AS (
    SELECT value, code FROM attribute_value WHERE attribute = $attribute
)
SELECT
    $attribute,
    (SELECT coalesce(max(code), 0) FROM known) + row_number() OVER (ORDER BY case_no, value),
    value
FROM found ANTI JOIN known USING (value);
