-- The cases parted by their mix: by the values of the attributes adjusted for; a measured one is cut into thirds.
-- One row per case; without such attributes none, and all cases are in one layer.
CREATE OR REPLACE TEMP TABLE compared_layer AS
WITH cut AS (
    SELECT unnest($places::INTEGER[]) AS place, unnest($lows::DOUBLE[]) AS low, unnest($highs::DOUBLE[]) AS high
), parted AS (
    SELECT
        case_no,
        place,
        CASE
            WHEN told IS NULL THEN ''
            WHEN low IS NULL THEN '=' || told
            ELSE ((number > low)::INTEGER + (number > high)::INTEGER)::VARCHAR
        END AS part
    FROM compared_told JOIN cut USING (place)
), mix AS (
    SELECT case_no, list(part ORDER BY place) AS parts FROM parted GROUP BY case_no
)
SELECT case_no, parts, dense_rank() OVER (ORDER BY parts)::INTEGER - 1 AS layer FROM mix;
