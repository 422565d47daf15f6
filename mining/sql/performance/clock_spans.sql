-- The spans of what was done by the clock, in microseconds.
-- One row per completion; without a start only the sojourn is known.
CREATE OR REPLACE TEMP TABLE span AS
SELECT
    case_no,
    activity,
    role,
    actor,
    epoch_us(started_at) - epoch_us(enabled_at) AS waiting,
    epoch_us(completed_at) - epoch_us(started_at) - least(held, epoch_us(completed_at) - epoch_us(started_at)) AS service,
    epoch_us(completed_at) - epoch_us(enabled_at) AS sojourn,
    held,
    on_hold,
    epoch_us(least(enabled_at, coalesce(started_at, completed_at))) AS begun,
    epoch_us(completed_at) AS completed
FROM instance;
