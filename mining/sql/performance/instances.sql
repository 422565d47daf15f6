-- What was done: each completion of an activity with its offer, its start and its holds, those of one work item, else the k-th
-- with the k-th in its case. One row per completion; `enabled_at` is its offer, else the latest completion before it began, NULL at a case's begin.
CREATE OR REPLACE TEMP TABLE instance AS
WITH counted AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY case_no, activity, item, lifecycle ORDER BY pos) AS nth,
        count(*) FILTER (lifecycle = 'complete') OVER (PARTITION BY case_no, activity, item ORDER BY pos) AS n_complete,
        lead(occurred_at) OVER (PARTITION BY case_no, activity, item ORDER BY pos) AS next_at,
        max(occurred_at) FILTER (lifecycle = 'complete') OVER (
            PARTITION BY case_no ORDER BY pos ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS previous_at
    FROM work_turn
), paired AS (
    SELECT
        case_no,
        activity,
        item,
        nth,
        max(role) FILTER (lifecycle = 'complete') AS role,
        max(actor) FILTER (lifecycle = 'complete') AS actor,
        min(occurred_at) FILTER (lifecycle = 'schedule') AS scheduled_at,
        min(occurred_at) FILTER (lifecycle = 'start') AS started_at,
        min(occurred_at) FILTER (lifecycle = 'complete') AS completed_at,
        min(previous_at) FILTER (lifecycle = 'start') AS before_start,
        min(previous_at) FILTER (lifecycle = 'complete') AS before_completion
    FROM counted
    WHERE lifecycle IN ('schedule', 'start', 'complete')
    GROUP BY ALL
    HAVING completed_at IS NOT NULL
), checked AS (
    SELECT
        * REPLACE (
            if(started_at <= completed_at, started_at, NULL) AS started_at,
            if(scheduled_at <= coalesce(started_at, completed_at), scheduled_at, NULL) AS scheduled_at
        )
    FROM paired
), held AS (
    SELECT
        case_no,
        activity,
        item,
        nth,
        sum(epoch_us(next_at) - epoch_us(occurred_at)) AS on_hold,
        -- a hold before the start is part of the wait
        sum(epoch_us(next_at) - epoch_us(occurred_at)) FILTER (started_at IS NULL OR occurred_at >= started_at) AS held
    FROM (SELECT * REPLACE (n_complete + 1 AS nth) FROM counted WHERE lifecycle = 'suspend' AND next_at IS NOT NULL)
    JOIN checked USING (case_no, activity, item, nth)
    GROUP BY ALL
)
SELECT
    case_no,
    activity,
    role,
    actor,
    coalesce(scheduled_at, if(started_at IS NULL, before_completion, before_start)) AS enabled_at,
    started_at,
    completed_at,
    coalesce(held, 0)::BIGINT AS held,
    coalesce(on_hold, 0)::BIGINT AS on_hold
FROM checked
LEFT JOIN held USING (case_no, activity, item, nth);
