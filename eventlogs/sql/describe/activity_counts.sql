-- How often each activity occurs.
-- One row per activity, the most frequent first.
SELECT name, n
FROM (
    SELECT edge // (SELECT stride FROM shape) AS activity, sum(frequency)::BIGINT AS n
    FROM arc
    WHERE attribute = 0
    GROUP BY activity
)
JOIN activity_code ON activity_code.code = activity
ORDER BY n DESC, name;
