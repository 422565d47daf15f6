-- Deeds that did not go well. One row per deed.
SELECT trace_event.case_no::BIGINT AS case_no, trace_event.pos::BIGINT AS pos
FROM event
JOIN trace_event USING (seq)
WHERE event.log_id = $log_id AND contains(event.attributes::VARCHAR, '"succeeded":false')
