-- What an auditor finds wrong in a log: events that are not what was recorded, and events that are missing.
-- One row per fault, the first one of the log first; none where nothing was changed.
WITH link AS (
    SELECT
        seq, case_id, event_key, chain_hash,
        content_hash(event) AS content_hash,
        coalesce(lag(chain_hash) OVER in_case, unhex(repeat('00', 32))) AS hash_before
    FROM event
    WHERE log_id = $log_id
    WINDOW in_case AS (PARTITION BY case_id ORDER BY seq)
),
last_event AS (
    SELECT case_id, max(seq) AS seq, arg_max(chain_hash, seq) AS chain_hash FROM link GROUP BY ALL
),
head AS (SELECT case_id, seq, chain_hash FROM case_head WHERE log_id = $log_id),
claimed AS (SELECT event_key, seq FROM recorded_key WHERE log_id = $log_id),
fault AS (
    SELECT seq, case_id, event_key, 'changed' AS what
    FROM link
    WHERE chain_hash IS DISTINCT FROM unhex(sha256(hash_before || content_hash))
    UNION ALL
    SELECT head.seq, head.case_id, NULL, 'end missing'
    FROM head LEFT JOIN last_event USING (case_id)
    WHERE head.seq IS DISTINCT FROM last_event.seq OR head.chain_hash IS DISTINCT FROM last_event.chain_hash
    UNION ALL
    SELECT last_event.seq, last_event.case_id, NULL, 'end added'
    FROM last_event ANTI JOIN head USING (case_id)
    UNION ALL
    SELECT claimed.seq, NULL, claimed.event_key, 'missing'
    FROM claimed ANTI JOIN link USING (event_key, seq)
    UNION ALL
    SELECT link.seq, link.case_id, link.event_key, 'added'
    FROM link ANTI JOIN claimed USING (event_key, seq)
    WHERE $live
)
SELECT seq, case_id, event_key, what FROM fault ORDER BY seq, what = 'changed' DESC, what
