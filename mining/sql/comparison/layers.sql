-- The cases parted by their mix: by the values of the attributes adjusted for; a measured one is cut into thirds.
-- One row per case; without such attributes none, and all cases are in one layer.
CREATE OR REPLACE TEMP TABLE compared_layer AS
WITH told AS (
    SELECT case_no, attribute, code, try_cast(json_extract_string(value, '$') AS DOUBLE) AS number
    FROM case_attribute LEFT JOIN attribute_value USING (attribute, code)
    WHERE list_contains($attributes::INTEGER[], attribute)
), kind AS (
    SELECT
        attribute,
        count(DISTINCT code) > 5 AND count(number) = count(*) FILTER (code > 0) AS is_measured,
        quantile_disc(number, [0.3333, 0.6667]) AS cuts
    FROM told
    GROUP BY attribute
), parted AS (
    SELECT
        case_no,
        attribute,
        CASE
            WHEN code = 0 OR NOT is_measured THEN code
            ELSE 1 + (number > cuts[1])::INTEGER + (number > cuts[2])::INTEGER
        END AS part
    FROM told JOIN kind USING (attribute)
), mix AS (
    SELECT case_no, list(part ORDER BY attribute) AS parts FROM parted GROUP BY case_no
)
SELECT case_no, dense_rank() OVER (ORDER BY parts)::INTEGER - 1 AS layer FROM mix;
