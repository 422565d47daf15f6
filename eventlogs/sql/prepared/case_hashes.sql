-- What tells the compiled cases' variants apart, and when the cases began and ended.
-- One row per compiled case.
CREATE OR REPLACE TEMP TABLE case_hash AS
SELECT
    case_no,
    count(*)::INTEGER AS n_events,
    min(occurred_at) AS start_at,
    max(occurred_at) AS end_at,
    bit_xor(hash(activity::BIGINT << 32 | pos)) AS hash,
    bit_xor(hash(pos::BIGINT << 32 | activity)) AS other_hash
FROM trace_event SEMI JOIN compiled_case USING (case_no)
GROUP BY case_no;
