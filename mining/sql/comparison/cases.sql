-- The cases to be compared: their group, layer, trace, how they stand, and how long they have lasted or been watched.
-- One row per case with a value of the attribute that groups them, or per case; an open case is watched until the log's last moment.
CREATE OR REPLACE TEMP TABLE compared_case AS
WITH place AS (
    SELECT variant, row_number() OVER (ORDER BY variant)::INTEGER - 1 AS trace_no FROM variant WHERE n_cases > 0
), standing AS (
    SELECT
        case_no,
        grp,
        CASE
            WHEN NOT $watched THEN 'ended'
            WHEN state IN ('running', 'halted') THEN 'open'
            ELSE state
        END AS state
    FROM norm_case
)
SELECT
    case_no,
    grp,
    coalesce(layer, 0) AS layer,
    trace_no,
    state,
    trace.n_events,
    epoch_us(if(state = 'open', (SELECT max(end_at) FROM trace), end_at)) - epoch_us(start_at) AS lasted
FROM trace
JOIN standing USING (case_no)
JOIN place USING (variant)
LEFT JOIN compared_layer USING (case_no)
WHERE grp > 0 OR NOT $grouped;
