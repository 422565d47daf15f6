-- The spans of what was done counted in working days alone, from `working_day` (its `before`: microseconds worked before it).
-- One row per completion.
CREATE OR REPLACE TEMP TABLE span AS
WITH clocked AS (
    SELECT
        instance.*,
        timezone($timezone, enabled_at)::DATE AS enabled_day,
        timezone($timezone, coalesce(started_at, completed_at))::DATE AS began_day,
        timezone($timezone, completed_at)::DATE AS completed_day
    FROM instance
), worked AS (
    SELECT
        clocked.*,
        one.before + if(one.working, epoch_us(timezone($timezone, enabled_at)) - epoch_us(enabled_day), 0) AS enabled,
        two.before
        + if(two.working, epoch_us(timezone($timezone, coalesce(started_at, completed_at))) - epoch_us(began_day), 0) AS began,
        three.before
        + if(three.working, epoch_us(timezone($timezone, completed_at)) - epoch_us(completed_day), 0) AS completed
    FROM clocked
    LEFT JOIN working_day AS one ON one.day = enabled_day
    LEFT JOIN working_day AS two ON two.day = began_day
    LEFT JOIN working_day AS three ON three.day = completed_day
)
SELECT
    case_no,
    activity,
    role,
    actor,
    if(started_at IS NULL, NULL, began - enabled) AS waiting,
    if(started_at IS NULL, NULL, completed - began) AS service,
    completed - enabled AS sojourn,
    held,
    on_hold,
    least(enabled, began) AS begun,
    completed
FROM worked;
