-- The recorded holds by their coded cause.
-- One row per group and cause; group 0 has no value; `open` holds have not ended and add no time.
SELECT
    coalesce(code, 0) AS code,
    cause,
    count(*) AS n,
    count(*) FILTER (next_at IS NULL) AS n_open,
    coalesce(sum(epoch_us(next_at) - epoch_us(occurred_at)), 0)::BIGINT AS held
FROM recorded_hold
LEFT JOIN (SELECT case_no, code FROM case_attribute WHERE attribute = $attribute) USING (case_no)
GROUP BY ALL;
