-- The cases with their group, their city, and how they stand: by their last recorded outcome, else by what has happened.
-- One row per case; `state` is running, halted, completed, failed, or ended where the outcome is not in the vocabulary.
CREATE OR REPLACE TEMP TABLE norm_case AS
WITH said AS (
    SELECT case_id, json_extract_string(attributes, '/outcome') AS word, seq
    FROM log_event($log_id)
    WHERE contains(attributes::VARCHAR, 'outcome"')  -- a search from the quotation mark would stop at every one
    UNION ALL
    SELECT object_id, json_extract_string(attributes, '/outcome'), -1
    FROM object
    WHERE log_id = $log_id AND contains(attributes::VARCHAR, '"outcome"')
), outcome AS (
    SELECT case_id, nullif(arg_max(word, seq), '') AS word FROM said GROUP BY case_id
), happened AS (
    SELECT case_no, arg_max(ending, pos) AS ending
    FROM trace_event JOIN norm_ending_activity USING (activity)
    GROUP BY case_no
), city AS (
    SELECT case_no, city FROM case_attribute JOIN norm_city USING (code) WHERE attribute = $city
), grouped AS (
    SELECT case_no, code FROM case_attribute WHERE attribute = $by
)
SELECT
    trace.case_no,
    coalesce(grouped.code, 0) AS grp,
    city.city,
    outcome.word,
    CASE
        WHEN outcome.word IS NOT NULL THEN coalesce(norm_ending.ending, 'ended')
        ELSE coalesce(happened.ending, 'running')
    END AS state
FROM trace
LEFT JOIN outcome USING (case_id)
LEFT JOIN norm_ending USING (word)
LEFT JOIN happened USING (case_no)
LEFT JOIN city USING (case_no)
LEFT JOIN grouped USING (case_no);
