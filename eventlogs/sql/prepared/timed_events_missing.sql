-- The chosen events with the moment that orders them; an event without a time stays behind the one before it in the file.
-- One row per event and case.
CREATE OR REPLACE TEMP MACRO timed_event(chosen_log, chosen_type, chosen_lifecycles) AS TABLE (
    SELECT
        *,
        coalesce(
            last_value(occurred_at IGNORE NULLS) OVER (
                PARTITION BY case_id ORDER BY place ROWS UNBOUNDED PRECEDING
            ),
            '-infinity'::TIMESTAMPTZ
        ) AS ordered_at,
        occurred_at IS NULL AS untimed
    FROM chosen_event(chosen_log, chosen_type, chosen_lifecycles)
);
