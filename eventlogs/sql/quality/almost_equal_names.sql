-- Names of cases, activities, resources or roles that differ only in capitals, width or spaces.
-- One row per example, with how many groups of such names there are.
WITH name AS (
    SELECT 'case' AS part, case_id AS text, min(seq) AS seq FROM checked_event WHERE case_id <> '' GROUP BY case_id
    UNION ALL
    SELECT 'activity', activity, min(seq) FROM checked_event GROUP BY activity
    UNION ALL
    SELECT 'resource', actor, min(seq) FROM checked_event WHERE actor IS NOT NULL GROUP BY actor
    UNION ALL
    SELECT 'role', role, min(seq) FROM checked_event WHERE role IS NOT NULL GROUP BY role
), found AS (
    SELECT
        part,
        regexp_replace(lower(translate(text, $wide, $narrow)), '[\s_\-]+', '', 'g') AS plain,
        list(text ORDER BY seq) AS names,
        min(seq) AS seq
    FROM name
    GROUP BY ALL
    HAVING count(*) > 1
)
SELECT
    event.case_id, event.event_key, part || ': ' || array_to_string(names[1:4], ' = ') AS value,
    count(*) OVER () AS n
FROM found JOIN checked_event AS event USING (seq)
ORDER BY seq
LIMIT $examples
