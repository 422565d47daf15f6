-- Every event of a played log with what it says, a column each, as a flat table of one XES file would have it.
-- One row per event, in recorded order; `work_item` and `objection` are those it moves, `settles` tells that it settles the objection.
-- `$resolved_by` is the attribute that settles one; role and tool are those in which the deed is usually done where none is told.
SELECT
    event.seq AS place,
    event.case_id,
    event.activity,
    event.lifecycle,
    event.role AS told_role,
    usual.role,
    usual.tool,
    event.actor,
    event.occurred_at AS time,
    json_extract_string(object.attributes, '$.city') AS city,
    list_filter(event.objects, lambda o: o.object_type = 'work_item')[1].object_id AS work_item,
    list_filter(event.objects, lambda o: o.object_type = $gated_type)[1].object_id AS objection,
    json_extract_string(event.attributes, $resolved_by) IS NOT NULL AS settles,
    nullif(json_extract_string(event.attributes, '/outcome'), '') AS outcome,
    json_extract_string(event.attributes, '/cause') AS cause,
    moment_of(event.attributes, 'until') AS until,
    json_extract_string(event.attributes, '/reason') AS reason,
    json_extract_string(event.attributes, '/taken_back') = 'true' AS taken_back,
    json_extract_string(event.attributes, '/succeeded') = 'false' AS failed
FROM event
JOIN object ON object.object_id = event.case_id
LEFT JOIN usual_performance AS usual ON usual.activity = event.activity AND usual.own_role IS NOT DISTINCT FROM event.role
ORDER BY event.seq
