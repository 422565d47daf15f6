-- How many cases start with each activity.
-- One row per activity, the most frequent first.
SELECT name, n
FROM (SELECT activities[1] AS code, sum(n_cases)::BIGINT AS n FROM variant GROUP BY code)
JOIN activity_code USING (code)
ORDER BY n DESC, name;
