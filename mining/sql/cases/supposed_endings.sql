-- In a log that tells of no end, as it stood at $now (each case's events before its first later one): the cases that have
-- ended, their last activity being one after which at least $share of its cases end; and those that fell silent, not heard
-- of for longer than $heard of all waits in cases last. One row per such case.
CREATE OR REPLACE TEMP TABLE supposed_case AS
WITH later AS (
    SELECT case_no, min(pos) AS pos FROM trace_event WHERE occurred_at > $now GROUP BY case_no
), event AS (
    SELECT trace_event.*
    FROM trace_event LEFT JOIN later USING (case_no)
    WHERE later.pos IS NULL OR trace_event.pos < later.pos
), last AS (
    SELECT case_no, arg_max(activity, pos) AS activity, max(occurred_at) AS heard_at FROM event GROUP BY case_no
), seen AS (
    SELECT activity, count(*) AS n FROM event WHERE occ = 1 GROUP BY activity
), usual_end AS (
    SELECT activity FROM last JOIN seen USING (activity)
    GROUP BY activity, seen.n HAVING count(*) >= $share * seen.n
), heard AS (
    SELECT if(count(*) >= $least, quantile_cont(wait, $heard), NULL)::BIGINT AS silence
    FROM event
    WHERE wait > 0 AND occurred_at + to_microseconds(wait) <= $now
)
SELECT case_no, activity, silence, if(usual_end.activity IS NULL, 'silent', 'ended') AS state
FROM last
LEFT JOIN usual_end USING (activity)
CROSS JOIN heard
WHERE usual_end.activity IS NOT NULL OR epoch_us($now::TIMESTAMPTZ) - epoch_us(heard_at) > silence;
