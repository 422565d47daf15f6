-- The linked events of the cases in `touched_case`, which are then asked for again and again.
-- One row per event and case.
CREATE OR REPLACE TEMP TABLE touched_event AS
SELECT * EXCLUDE (attributes)
FROM chosen_lifecycle($log_id, $object_type, $lifecycles) SEMI JOIN touched_case USING (case_id);
