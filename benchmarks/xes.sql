-- The events as lines of an XES file.
-- One row per line.
WITH line AS (
    SELECT '' AS case_id, 0 AS part, 0 AS place,
        '<?xml version="1.0" encoding="UTF-8"?>' || chr(10)
        || '<log xes.version="2.0" xmlns="http://www.xes-standard.org/">' || chr(10)
        || '<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>' || chr(10)
        || '<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>' || chr(10)
        || '<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>' AS text
    UNION ALL
    SELECT case_id, 1, 0, '<trace><string key="concept:name" value="' || case_id || '"/><string key="city" value="'
        || any_value(city) || '"/>'
    FROM event GROUP BY case_id
    UNION ALL
    SELECT case_id, 2, place, '<event><string key="concept:name" value="' || activity
        || '"/><date key="time:timestamp" value="' || strftime(time AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S+00:00')
        || '"/><string key="org:role" value="' || role || '"/><string key="org:resource" value="' || actor
        || '"/></event>'
    FROM event
    UNION ALL
    SELECT case_id, 3, 0, '</trace>' FROM event GROUP BY case_id
    UNION ALL
    SELECT chr(1114111), 4, 0, '</log>'
)
SELECT text FROM line ORDER BY case_id, part, place
