-- Which chain roles had work withdrawn or declared unnecessary in a case, whatever transitions make its trace.
-- One row per case and mark.
CREATE OR REPLACE TEMP TABLE norm_withdrawn AS
SELECT DISTINCT trace.case_no, word.mark
FROM log_event($log_id) AS e
JOIN trace USING (case_id)
JOIN norm_withdrawn_word AS word
    ON word.activity = e.activity AND word.role IS NOT DISTINCT FROM e.role
WHERE list_contains($lifecycles, e.lifecycle);
