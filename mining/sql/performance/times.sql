-- How long each activity takes, and how much time all cases together lose before it is done.
-- One row per group and activity; group 0 has no value. `time_lost` is waiting and holds, without a start the sojourn.
WITH grouped AS (
    SELECT span.*, coalesce(code, 0) AS code, coalesce(waiting + held, sojourn) AS lost
    FROM span
    LEFT JOIN (SELECT case_no, code FROM case_attribute WHERE attribute = $attribute) USING (case_no)
), by_case AS (
    SELECT code, activity, case_no, sum(lost) / 1e6 AS lost FROM grouped GROUP BY ALL
), spread AS (
    SELECT code, activity, count(*) AS n_cases, sum(lost) AS lost, sum(lost * lost) AS squares
    FROM by_case
    GROUP BY ALL
), size AS (
    SELECT coalesce(code, 0) AS code, count(*) AS n_all
    FROM trace
    LEFT JOIN (SELECT case_no, code FROM case_attribute WHERE attribute = $attribute) USING (case_no)
    GROUP BY 1
)
SELECT
    code,
    activity,
    count(*) AS n,
    any_value(spread.n_cases) AS n_cases,
    count(service) AS n_started,
    [avg(service), quantile_cont(service, 0.5), quantile_cont(service, 0.9)] AS service,
    [avg(waiting), quantile_cont(waiting, 0.5), quantile_cont(waiting, 0.9)] AS waiting,
    [avg(sojourn), quantile_cont(sojourn, 0.5), quantile_cont(sojourn, 0.9)] AS sojourn,
    sum(on_hold) / 1e6 AS on_hold,
    any_value(spread.lost) AS time_lost,
    any_value(spread.squares) AS squares,
    any_value(n_all) AS n_all
FROM grouped JOIN spread USING (code, activity) JOIN size USING (code)
GROUP BY code, activity;
