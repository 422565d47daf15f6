-- The hash of everything an event says: sha256 over a JSON array of all columns but `chain_hash`, moments in µs.
-- One value per event; `chain.content` writes the same array in Python.
CREATE OR REPLACE TEMP MACRO content_hash(e) AS unhex(sha256(CAST(json_array(
    e.seq, e.log_id, e.event_key, e.case_id, e.activity, e.lifecycle, e.role, e.tool, e.actor,
    epoch_us(e.occurred_at), epoch_us(e.recorded_at), CAST(e.attributes AS VARCHAR), CAST(e.evidence AS VARCHAR),
    e.objects, CAST(e.changes AS STRUCT(object_id VARCHAR, name VARCHAR, value VARCHAR)[]),
    e.correction, e.corrects
) AS VARCHAR)))
