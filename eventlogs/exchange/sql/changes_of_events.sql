-- Adds the values that objects' attributes take with the events being written.
-- One row per value.
INSERT INTO object_change (log_id, object_id, name, value, changed_at, seq)
SELECT log_id, change.object_id, change.name, change.value, coalesce(occurred_at, recorded_at), seq
FROM (SELECT log_id, seq, occurred_at, recorded_at, unnest(changes) AS change FROM staged_rows)
