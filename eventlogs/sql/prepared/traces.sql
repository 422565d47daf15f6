-- The compiled cases.
-- One row per compiled case.
INSERT INTO trace
SELECT
    case_no,
    case_id,
    start_at,
    end_at,
    epoch_us(end_at) - epoch_us(start_at),
    case_hash.n_events,
    variant
FROM case_hash
JOIN compiled_case USING (case_no)
JOIN variant USING (hash, other_hash)
WHERE variant.n_events = case_hash.n_events
ORDER BY case_no;
