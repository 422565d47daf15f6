-- The distinct sequences of chain roles with the cases that went so.
-- One row per sequence and whether the case has come to its good end.
SELECT marks, ended, list(case_id) AS case_ids
FROM norm_role_sequence JOIN trace USING (case_no)
GROUP BY ALL
