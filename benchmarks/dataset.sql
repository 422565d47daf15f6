-- A log made by arithmetic alone, the same on every machine: 36 activities, 40 cities, a third of the cases irregular.
-- One row per event, in the order of time.
CREATE TABLE event AS
WITH project AS (
    SELECT
        range AS number,
        hash(range * 11) % 8 AS habit,
        [36, 36, 30, 20, 14][(1 + hash(range * 13) % 5)::BIGINT] AS length,
        hash(range * 17) % 10 < 3 AS irregular,
        (hash(range * 19) % 94608000)::BIGINT AS began,
        'city ' || hash(range * 23) % 40 AS city
    FROM range($n_cases)
), step AS (
    SELECT *, unnest(range(36)) AS step FROM project
), taken AS (
    SELECT
        *,
        if(irregular AND hash(number * 29 + step * 31) % 9 = 0, hash(number * 37 + step) % 36, step) AS activity,
        began + step * 400000 + (hash(number * 41 + step) % 390000)::BIGINT AS moment
    FROM step
    WHERE step < length AND hash(habit * 43 + step) % 11 <> 0
)
SELECT
    row_number() OVER (ORDER BY moment, number, step) AS place,
    'case ' || number AS case_id,
    'activity ' || activity AS activity,
    make_timestamptz((1500000000 + moment) * 1000000) AS time,
    'role ' || activity % 9 AS role,
    'actor ' || hash(number * 47 + step) % 500 AS actor,
    city
FROM taken
ORDER BY place;
