-- The cases whose first step is a given one.
-- One row per case.
SELECT case_id
FROM trace JOIN variant USING (variant) JOIN activity_code ON activity_code.code = activities[1]
WHERE activity_code.name = $step
ORDER BY case_id
