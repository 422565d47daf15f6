-- The cases that are not judged, being of a type of retrofit that the model is not about ($others), by their recorded type.
-- One row per such case. Cases of no type, as in logs from elsewhere, are judged.
CREATE OR REPLACE TEMP TABLE unjudged_case AS
SELECT trace.case_no, json_extract_string(attributes, '/retrofit') AS retrofit
FROM object
JOIN trace ON trace.case_id = object.object_id
WHERE log_id = $log_id
    AND object_type = $object_type
    AND contains(attributes::VARCHAR, '"retrofit"')
    AND list_contains($others::VARCHAR[], json_extract_string(attributes, '/retrofit'))
