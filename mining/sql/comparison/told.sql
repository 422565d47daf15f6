-- What is told of each case's mix: its value of each attribute adjusted for; with `$year` also the year it began in.
-- One row per case and attribute, by the attribute's place; `told` is NULL where the case has none, `number` where it is no number.
CREATE OR REPLACE TEMP TABLE compared_told AS
WITH asked AS (
    SELECT unnest($places::INTEGER[]) AS place, unnest($attributes::INTEGER[]) AS attribute
)
SELECT case_no, place, json_extract_string(value, '$') AS told, try_cast(told AS DOUBLE) AS number
FROM trace
CROSS JOIN asked
LEFT JOIN case_attribute USING (case_no, attribute)
LEFT JOIN attribute_value USING (attribute, code)
UNION ALL
SELECT case_no, $year, year(timezone($timezone, start_at))::VARCHAR, year(timezone($timezone, start_at))
FROM trace
WHERE $year IS NOT NULL;
