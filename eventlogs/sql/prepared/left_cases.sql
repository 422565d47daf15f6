-- Take the touched cases out, to be compiled again.
-- One row per case taken out.
CREATE OR REPLACE TEMP TABLE left_case AS
SELECT case_no, variant, n_events FROM trace SEMI JOIN touched_case USING (case_id);

DELETE FROM trace_event WHERE case_no IN (SELECT case_no FROM left_case);

DELETE FROM trace WHERE case_no IN (SELECT case_no FROM left_case);
