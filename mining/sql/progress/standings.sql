-- How the cases stand, and how long those of each state took.
-- One row per state, the most frequent first.
SELECT state, count(*) AS n_cases, median(duration) / 1e6 AS median_seconds
FROM trace JOIN norm_case USING (case_no)
GROUP BY state
ORDER BY n_cases DESC, state;
