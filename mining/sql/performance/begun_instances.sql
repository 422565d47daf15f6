-- What persons began: when it could begin, when it did, when it was done. A wait is looked at if its case is drawn.
-- One row per completion with a start and a person, by person and start.
SELECT
    actor,
    activity,
    coalesce(code, 0) AS code,
    epoch_us(enabled_at) AS enabled,
    epoch_us(started_at) AS started,
    epoch_us(completed_at) AS completed,
    hash(case_no) AS drawn,
    case_no
FROM instance
LEFT JOIN (SELECT case_no, code FROM case_attribute WHERE attribute = $attribute) USING (case_no)
WHERE started_at IS NOT NULL AND actor <> 0
ORDER BY actor, started, case_no;
