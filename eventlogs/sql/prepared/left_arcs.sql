-- The arcs of the touched cases as they were, to be taken off.
-- One row per group and arc.
CREATE OR REPLACE TEMP TABLE moved_arc AS
SELECT attribute, code, edge, -count(*) AS frequency
FROM grouped_event
WHERE case_no IN (SELECT case_no FROM trace SEMI JOIN touched_case USING (case_id))
GROUP BY ALL;
