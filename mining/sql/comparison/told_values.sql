-- How often each value is told of an attribute adjusted for.
-- One row per attribute and value.
SELECT place, told, number, count(*) AS n FROM compared_told WHERE told IS NOT NULL GROUP BY ALL;
